//! Versions of crates, and the version that changes require.

use std::fmt;
use std::str::FromStr;

use crate::rust::RustClass;

/// A version without a pre-release part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// The first number. While it is 0, a breaking change raises `minor`.
    pub major: u64,
    /// The second number. It is raised for additions; before version 1, for breaking changes.
    pub minor: u64,
    /// The third number. It is raised for corrections; before version 1, also for additions.
    pub patch: u64,
}

/// The effect of all changes of a crate. The order is by severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// The crate did not change.
    None,
    /// The behaviour changed, and all code still compiles.
    Patch,
    /// The crate has new items.
    Minor,
    /// Some code that depends on the crate no longer compiles.
    Major,
}

impl Bump {
    /// The version bump that the changes of public items require. `is_changed` is whether any file of the crate changed.
    pub fn of(class: RustClass, is_changed: bool) -> Self {
        match class {
            RustClass::Major => Self::Major,
            RustClass::Minor => Self::Minor,
            RustClass::None if is_changed => Self::Patch,
            RustClass::None => Self::None,
        }
    }
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}

impl Version {
    /// The lowest version that may follow this version after a bump. Before version 1.0, Cargo treats a change of the second number as
    /// breaking, so a major bump increases the second number.
    #[must_use]
    pub fn after(self, bump: Bump) -> Self {
        let Self { major, minor, patch } = self;
        match (bump, major) {
            (Bump::None, _) => self,
            (Bump::Patch, _) | (Bump::Minor, 0) => Self { major, minor, patch: patch + 1 },
            (Bump::Major, 0) | (Bump::Minor, _) => Self { major, minor: minor + 1, patch: 0 },
            (Bump::Major, _) => Self { major: major + 1, minor: 0, patch: 0 },
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers: Vec<u64> = text.split('.').map_while(|number| number.parse().ok()).collect();
        match (numbers.as_slice(), text.split('.').count()) {
            ([major, minor, patch], 3) => Ok(Self { major: *major, minor: *minor, patch: *patch }),
            _ => Err(format!("`{text}` is not a version such as 1.2.3")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: &str, bump: Bump, expected: &str) {
        let version: Version = from.parse().expect("a version");
        assert_eq!(version.after(bump).to_string(), expected);
    }

    #[test]
    fn before_version_1_breaking_changes_raise_the_second_number() {
        check("0.1.4", Bump::Major, "0.2.0");
        check("0.1.4", Bump::Minor, "0.1.5");
        check("0.1.4", Bump::Patch, "0.1.5");
        check("0.1.4", Bump::None, "0.1.4");
    }

    #[test]
    fn from_version_1_breaking_changes_raise_the_first_number() {
        check("1.2.3", Bump::Major, "2.0.0");
        check("1.2.3", Bump::Minor, "1.3.0");
        check("1.2.3", Bump::Patch, "1.2.4");
    }

    #[test]
    fn an_invalid_version_is_rejected_by_name() {
        for text in ["1.2", "1.2.x", "1.2.3-rc1", ""] {
            let error = text.parse::<Version>().expect_err("no version");
            assert!(error.contains(&format!("`{text}`")), "{error}");
        }
    }
}
