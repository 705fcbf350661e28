//! The remotes that the repository knows by name.

use std::path::PathBuf;

use super::remote::check_url;
use super::{Error, Repository};

impl Repository {
    /// The address of a remote, as it is written in the configuration; none when there is no such remote.
    ///
    /// # Errors
    /// As [`Repository::config`].
    pub fn remote_url(&self, name: &str) -> Result<Option<String>, Error> {
        if name.is_empty() || name.contains(['\n', '\0']) {
            return Ok(None);
        }
        self.config(&format!("remote.{name}.url"))
    }

    /// The Git folder of a remote (by its name or its address) that lies on this machine; none where it does not.
    pub(super) fn folder_of_remote(&self, remote: &str) -> Option<PathBuf> {
        // An address is no name, and not the key of a setting either.
        let set = |key: &str| self.config(&format!("remote.{remote}.{key}")).unwrap_or_default();
        let url = set("pushurl").or_else(|| set("url"));
        let url = url.unwrap_or_else(|| remote.to_owned());
        let path = self.workdir().join(url.strip_prefix("file://").unwrap_or(&url));
        let folders = [path.join(".git"), path];
        folders.into_iter().find(|folder| folder.join("HEAD").is_file())
    }

    /// Sets the address of a remote, and what plain Git fetches from it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name or an address that is none, or when the configuration cannot be written.
    pub fn set_remote(&self, name: &str, url: &str) -> Result<(), Error> {
        check_name(name)?;
        check_url(url)?;
        self.set_local_config(&format!("remote.{name}.url"), url)?;
        self.set_local_config(
            &format!("remote.{name}.fetch"),
            &format!("+refs/heads/*:refs/remotes/{name}/*"),
        )
    }

    /// Makes the branch of the same name at `remote` the upstream of `branch`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that is none, or when the configuration cannot be written.
    pub fn set_upstream(&self, branch: &str, remote: &str) -> Result<(), Error> {
        check_name(remote)?;
        if !git2::Reference::is_valid_name(&format!("refs/heads/{branch}")) {
            return Err(Error::invalid(branch, "not a branch"));
        }
        self.set_local_config(&format!("branch.{branch}.remote"), remote)?;
        self.set_local_config(&format!("branch.{branch}.merge"), &format!("refs/heads/{branch}"))
    }
}

fn check_name(name: &str) -> Result<(), Error> {
    if git2::Remote::is_valid_name(name) && !name.starts_with('-') {
        Ok(())
    } else {
        Err(Error::invalid(name, "not the name of a remote"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Fixture;

    #[test]
    fn a_remote_is_what_git_takes_it_for() {
        let f = Fixture::new();
        f.commit("a", "1");
        assert_eq!(f.repo.remote_url("origin").unwrap(), None);
        let bare = f.bare("remote.git");
        f.repo.set_remote("origin", &bare).unwrap();
        f.repo.set_upstream("main", "origin").unwrap();
        assert_eq!(f.repo.remote_url("origin").unwrap(), Some(bare));
        f.git(&["push", "-q"]);
        f.git(&["fetch", "-q"]);
        assert_eq!(
            f.git(&["rev-parse", "main@{upstream}"]),
            f.git(&["rev-parse", "HEAD"])
        );
        assert!(f.repo.set_remote("-x", "/a").is_err() && f.repo.set_remote("o", "ext::sh").is_err());
        assert!(f.repo.set_upstream("a..b", "origin").is_err());
    }
}
