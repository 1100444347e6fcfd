//! Switch for the rules that the specification infers from the documentation.

/// Whether the exchange enforces rules that the documentation does not state.
///
/// The specification infers some rules, for example that a field is required because it appears in the only example. The exchange enforces
/// them by default, with `inferred, not documented` in the error message. An inference can be too strict or too lenient for the real
/// exchange. A test with [`Ignored`](Self::Ignored) reveals whether a client relies on an inferred rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Inferences {
    /// Inferred rules and inferred exceptions are enforced like documented ones.
    #[default]
    Enforced,
    /// Only documented rules are enforced. A request that violates only inferred rules is executed, unless it lacks a parameter that its
    /// execution needs. Inferred exceptions to documented rules do not apply.
    Ignored,
}
