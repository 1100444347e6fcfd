//! Whether requests are held to what the specification infers from the documentation.

/// Whether the exchange refuses a request by rules that the documentation does not state.
///
/// The specification infers some rules: a field that stands in the only example is required, for one. This exchange enforces them unless
/// it is told otherwise, and its message then ends in `inferred, not documented`. A test that ignores them shows what a client relies on
/// although nobody documents it: an inference may be wrong in either direction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Inferences {
    /// Inferred rules count like documented ones, and so do inferred exceptions.
    #[default]
    Enforced,
    /// Only what the documentation states: a request that breaks only inferred rules is taken as far as the exchange can make sense of it,
    /// and no inferred exception spares a field that the documentation demands.
    Ignored,
}
