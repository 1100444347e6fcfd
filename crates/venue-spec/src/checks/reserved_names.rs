//! Names that the generated code uses itself, so that a specification cannot use them.
//!
//! The lists were found with a small specification and about 300 names: each name was put into each place where a specification has a name,
//! and the generated code was compiled. The crate `edge-cases` has a specification with names that must compile.

/// Types and traits of the standard library's prelude that generated files use without a path. A generated type cannot have such a name,
/// because it would shadow the type or trait of the prelude.
pub(super) const PRELUDE: &[&str] = &[
    "Box", "Default", "Err", "FnOnce", "From", "Into", "None", "Ok", "Option", "Result", "Self", "Send", "Some", "String", "Sync",
    "TryFrom", "TryInto", "Vec",
];

/// Names that schemas cannot have: names of the prelude, of types of the runtime crate in the same module, and of items that
/// the generator adds.
pub(super) const TYPES: &[&str] = &[
    "Box",
    "ConversionError",
    "Default",
    "Err",
    "Extra",
    "FnOnce",
    "From",
    "Into",
    "List",
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
    "Unreadable",
    "Vec",
    "WireAny",
    "WireDecimal",
    "WireSecret",
    "WireUnixMillis",
    "WireUnixSeconds",
];

/// The methods of the generated client.
pub(super) const CLIENT_METHODS: &[&str] = &["builder", "core", "new"];

/// Methods that the client has through a trait. A generated method of the same name would hide the method of the trait.
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

/// The methods of httpmock's `MockServer`. Operations cannot have these names, because the generated extension trait adds a method for each
/// operation to `MockServer`.
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

/// Names that variants cannot have, because every generated enum has these items: the variant for unlisted values, and the list of
/// documented values.
pub(super) const VARIANTS: &[&str] = &["DOCUMENTED", "Unknown"];

/// Methods of a type's builder besides the setters of the fields.
pub(super) const FIELDS: &[&str] = &["build", "default", "try_into"];

/// Methods of the builder of a request type, and the variable of its checks.
pub(super) const SENT_FIELDS: &[&str] = &["finish", "validation"];

/// Names that parameters cannot have: the other methods of an operation's builder and of its mock, and variables in the generated
/// `send`.
pub(super) const PARAMETERS: &[&str] = &["call", "client", "into_inner", "new", "send", "validation"];

/// Methods of the builder of an operation with a body.
pub(super) const PARAMETERS_BESIDE_A_BODY: &[&str] = &["body", "body_map"];
