//! Versions of crates, and what changes demand of them.

use std::fmt;
use std::str::FromStr;

use crate::rust::RustClass;

/// A version without a pre-release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Before 1, breaking changes raise `minor`.
    pub major: u64,
    /// New things; before version 1, breaking changes.
    pub minor: u64,
    /// Corrections; before version 1, new things, too.
    pub patch: u64,
}

/// What a crate's changes are, all in all. The order is that of severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// The crate is as it was released.
    None,
    /// It behaves differently, and everything still compiles.
    Patch,
    /// It has something new.
    Minor,
    /// Some code that depends on it no longer compiles.
    Major,
}

impl Bump {
    /// What changes of public items demand, of a crate that is another than before.
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
    /// The lowest version that may follow this one, after the rules that Cargo knows: before 1.0, the second number is the one that breaks.
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
            _ => Err(format!("`{text}` is no version such as 1.2.3")),
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
    fn before_one_the_second_number_breaks_and_the_third_adds() {
        check("0.1.4", Bump::Major, "0.2.0");
        check("0.1.4", Bump::Minor, "0.1.5");
        check("0.1.4", Bump::Patch, "0.1.5");
        check("0.1.4", Bump::None, "0.1.4");
    }

    #[test]
    fn from_one_on_the_first_number_breaks_and_the_second_adds() {
        check("1.2.3", Bump::Major, "2.0.0");
        check("1.2.3", Bump::Minor, "1.3.0");
        check("1.2.3", Bump::Patch, "1.2.4");
    }

    #[test]
    fn what_is_no_version_is_refused_by_name() {
        for text in ["1.2", "1.2.x", "1.2.3-rc1", ""] {
            let error = text.parse::<Version>().expect_err("no version");
            assert!(error.contains(&format!("`{text}`")), "{error}");
        }
    }
}
