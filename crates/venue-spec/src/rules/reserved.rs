//! Names that the generated code uses itself.
//!
//! Found by generating and compiling a small specification with each of some 300 names in each place where a name can stand. The names that
//! must keep on compiling are in the specification of the crate `edge-cases`.

/// Types and traits of the standard library's prelude that generated files name without a path. Builders of operations stand beside them.
pub(super) const PRELUDE: &[&str] = &[
    "Box", "Default", "Err", "FnOnce", "From", "Into", "None", "Ok", "Option", "Result", "Self", "Send", "Some", "String", "Sync",
    "TryFrom", "TryInto", "Vec",
];

/// Names that schemas cannot have: the prelude's, those of the core crate's types beside them, and those of the generator's own.
pub(super) const TYPES: &[&str] = &[
    "Box",
    "ConversionError",
    "Default",
    "Err",
    "Extra",
    "FnOnce",
    "From",
    "Into",
    "None",
    "Ok",
    "Option",
    "Result",
    "Secret",
    "Self",
    "Send",
    "Some",
    "String",
    "Sync",
    "TryFrom",
    "TryInto",
    "UnixMillis",
    "UnixSeconds",
    "UnknownValue",
    "Vec",
    "WireAny",
    "WireDecimal",
    "WireSecret",
    "WireUnixMillis",
    "WireUnixSeconds",
];

/// The generated client's own methods.
pub(super) const CLIENT_METHODS: &[&str] = &["builder", "core", "new"];

/// Methods that every value has from a trait: a client's own method of the same name would be called in their place.
pub(super) const TRAIT_METHODS: &[&str] = &[
    "borrow",
    "borrow_mut",
    "clone",
    "clone_from",
    "clone_into",
    "default",
    "fmt",
    "from",
    "into",
    "to_owned",
    "try_from",
    "try_into",
    "type_id",
];

/// Methods of httpmock's server, which has a method for each operation beside them.
pub(super) const MOCK_SERVER_METHODS: &[&str] = &[
    "address",
    "base_url",
    "connect",
    "connect_async",
    "connect_from_env",
    "connect_from_env_async",
    "forward_to",
    "forward_to_async",
    "host",
    "mock",
    "mock_async",
    "playback",
    "playback_async",
    "playback_from_yaml",
    "playback_from_yaml_async",
    "port",
    "proxy",
    "proxy_async",
    "record",
    "record_async",
    "reset",
    "reset_async",
    "start",
    "start_async",
    "url",
];

/// What every generated enum has beside its variants: one for values that are not listed, and the list.
pub(super) const VARIANTS: &[&str] = &["DOCUMENTED", "Unknown"];

/// What the builder of a type has beside a method for each field.
pub(super) const FIELDS: &[&str] = &["build", "default", "try_into"];

/// What the builder of a type that is sent has besides, and what its checks are called.
pub(super) const SENT_FIELDS: &[&str] = &["finish", "validation"];

/// What the builder of a call, and its mock, have beside a method for each parameter, and what `send` works with.
pub(super) const PARAMETERS: &[&str] = &["call", "client", "into_inner", "new", "send", "validation"];

/// And that of a call with a body.
pub(super) const PARAMETERS_BESIDE_A_BODY: &[&str] = &["body", "body_map"];
