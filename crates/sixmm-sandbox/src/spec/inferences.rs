//! Switch for the rules that the specification infers from the documentation.

/// Whether the exchange enforces rules that the documentation does not state.
///
/// The specification infers some rules, for example that a field is required because it appears in the only example. The exchange enforces
/// them by default, with `inferred, not documented` in the error message. A test that ignores them reveals whether a client relies on an
/// undocumented rule. An inference can be too strict or too lenient.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Inferences {
    /// Inferred rules and inferred exceptions are enforced like documented ones.
    #[default]
    Enforced,
    /// Only documented rules are enforced. A request that only violates inferred rules is executed as far as its parameters allow. Inferred
    /// exceptions to documented rules do not apply.
    Ignored,
}
