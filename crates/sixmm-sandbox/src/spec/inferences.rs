//! Switch for the rules that the specification infers from the documentation.

/// Whether the local exchange enforces inferred rules, which the vendor's documentation does not state.
///
/// The specification infers some rules, for example that a field is required because it appears in the only example. By default, the local
/// exchange enforces the inferred rules, with `inferred, not documented` in the error message. The rules of the real exchange may be
/// stricter or less strict. A test with [`Ignored`](Self::Ignored) reveals whether a client relies on an inferred rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Inferences {
    /// Inferred rules and inferred exceptions are enforced like documented ones.
    #[default]
    Enforced,
    /// Only documented rules are enforced. A request that violates only inferred rules is executed, unless it lacks a parameter that its
    /// execution needs. Inferred exceptions to documented rules do not apply.
    Ignored,
}
