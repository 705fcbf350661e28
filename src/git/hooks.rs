//! Where Git looks for the hooks of a repository.

use std::path::{Path, PathBuf};

use super::{Error, Repository};

/// Where Git looks for hooks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hooks {
    /// In the repository's own folder.
    Own(PathBuf),
    /// Where `core.hooksPath` says.
    Elsewhere(PathBuf),
}

impl Repository {
    /// Where Git looks for hooks. The folder need not be there.
    ///
    /// # Errors
    /// When the configuration cannot be read.
    pub fn hooks(&self) -> Result<Hooks, Error> {
        let own = self.common_dir().join("hooks");
        let Some(path) = self.configured("core.hooksPath")?.filter(|path| !path.is_empty()) else {
            return Ok(Hooks::Own(own));
        };
        let folder = match (path.strip_prefix("~/"), std::env::home_dir()) {
            (Some(below), Some(home)) => home.join(below),
            // Relative to where hooks run: the top of the work tree.
            _ => self.workdir().join(Path::new(&path)),
        };
        Ok(if folder == own {
            Hooks::Own(own)
        } else {
            Hooks::Elsewhere(folder)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Fixture;
    use super::*;

    #[test]
    fn hooks_are_where_git_says() {
        let f = Fixture::new();
        let own = f.repo.git_dir().join("hooks");
        assert_eq!(f.repo.hooks().unwrap(), Hooks::Own(own));
        f.git(&["config", "core.hooksPath", "my/hooks"]);
        let there = Hooks::Elsewhere(f.repo.workdir().join("my/hooks"));
        assert_eq!(f.repo.hooks().unwrap(), there);
        f.git(&["config", "core.hooksPath", ".git/hooks"]);
        assert!(matches!(f.repo.hooks().unwrap(), Hooks::Own(_)));
    }
}
