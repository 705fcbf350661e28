//! The remotes that the repository knows by name.

use std::path::PathBuf;

use super::remote::{check_url, resolve};
use super::{Error, PublicAddress, Repository};

/// The remote and the branch there that a local branch tracks in plain Git (`branch.NAME.remote` and
/// `branch.NAME.merge`).
#[derive(Clone, PartialEq, Eq)]
pub struct Tracked {
    /// The name of a remote, or an address.
    pub remote: String,
    /// The branch there, without `refs/heads/`; none where no branch is set.
    pub branch: Option<String>,
}

impl Repository {
    /// The names of the remotes that have an address, sorted.
    ///
    /// # Errors
    /// When the configuration cannot be read.
    pub fn remotes(&self) -> Result<Vec<String>, Error> {
        let settings = self.section("remote")?;
        let mut named = Vec::new();
        for (name, _) in settings.named("url") {
            if self.remote_url(name)?.is_some() {
                named.push(name.to_owned());
            }
        }
        named.sort();
        named.dedup();
        Ok(named)
    }

    /// Whether there is a remote, or an address that a branch tracks in the place of one.
    ///
    /// # Errors
    /// When the configuration cannot be read.
    pub fn has_remotes(&self) -> Result<bool, Error> {
        let is_named = self.section("remote")?.named("url").next().is_some();
        let branches = self.section("branch")?;
        let is_tracked = branches.named("remote").any(|(_, remote)| remote != ".");
        Ok(is_named || is_tracked)
    }

    /// The address that a remote is fetched from, as it is written in the configuration; none when there is no such remote.
    ///
    /// # Errors
    /// When the configuration cannot be read.
    pub fn remote_url(&self, name: &str) -> Result<Option<String>, Error> {
        Ok(self.configured_addresses(name, "url")?.into_iter().next())
    }

    /// The address that a remote (its name or address) is fetched from, after Git's rules.
    ///
    /// # Errors
    /// When the configuration cannot be read.
    pub fn read_address(&self, remote: &str) -> Result<PublicAddress, Error> {
        Ok(PublicAddress::of(&resolve(self, remote, false)?))
    }

    /// The remote and the branch there that a local branch tracks in plain Git; none where it tracks nothing but a
    /// branch of this repository.
    ///
    /// # Errors
    /// As [`Repository::configured`].
    pub fn tracked(&self, branch: &str) -> Result<Option<Tracked>, Error> {
        if branch.contains(['\n', '\0']) {
            return Ok(None);
        }
        let Some(remote) = self.configured(&format!("branch.{branch}.remote"))? else {
            return Ok(None);
        };
        if remote == "." || remote.is_empty() {
            return Ok(None);
        }
        let merge = self.configured(&format!("branch.{branch}.merge"))?;
        let branch = merge.and_then(|merge| merge.strip_prefix("refs/heads/").map(str::to_owned));
        Ok(Some(Tracked { remote, branch }))
    }

    /// The Git folder of a remote (by its name or its address) that lies on this machine; none where it does not.
    pub(super) fn folder_of_remote(&self, remote: &str) -> Option<PathBuf> {
        self.folder_at(&resolve(self, remote, true).ok()?)
    }

    /// The Git folder at an address that lies on this machine; none where it does not.
    pub(super) fn folder_at(&self, url: &str) -> Option<PathBuf> {
        let path = self.workdir().join(url.strip_prefix("file://").unwrap_or(url));
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

    /// Makes the branch `there` of `remote` the upstream of `branch`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that is none, or when the configuration cannot be written.
    pub fn set_upstream(&self, branch: &str, remote: &str, there: &str) -> Result<(), Error> {
        check_name(remote)?;
        check_branch(branch)?;
        check_branch(there)?;
        self.set_local_config(&format!("branch.{branch}.remote"), remote)?;
        self.set_local_config(&format!("branch.{branch}.merge"), &format!("refs/heads/{there}"))
    }
}

/// Refuses a name that no branch can have.
///
/// # Errors
/// [`Error::Invalid`] with the name.
pub fn check_branch(name: &str) -> Result<(), Error> {
    match git2::Reference::is_valid_name(&format!("refs/heads/{name}")) && !name.starts_with('-') {
        true => Ok(()),
        false => Err(Error::invalid(name, "not the name of a branch")),
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
        f.repo.set_upstream("main", "origin", "main").unwrap();
        assert_eq!(f.repo.remote_url("origin").unwrap(), Some(bare));
        f.git(&["push", "-q"]);
        f.git(&["fetch", "-q"]);
        assert_eq!(
            f.git(&["rev-parse", "main@{upstream}"]),
            f.git(&["rev-parse", "HEAD"])
        );
        assert!(f.repo.set_remote("-x", "/a").is_err() && f.repo.set_remote("o", "ext::sh").is_err());
        assert!(f.repo.set_upstream("main", "origin", "-x").is_err());
        assert!(f.repo.set_upstream("a..b", "origin", "main").is_err());
    }

    #[test]
    fn several_remotes_addresses_and_what_is_tracked() {
        let f = Fixture::new();
        f.commit("a", "1");
        for (name, url) in [("upstream", "/srv/a.git"), ("origin", "/srv/fork.git")] {
            f.git(&["remote", "add", name, url]);
        }
        f.git(&["config", "remote.pushDefault", "origin"]);
        f.git(&[
            "config",
            "remote.empty.fetch",
            "+refs/heads/*:refs/remotes/empty/*",
        ]);
        assert_eq!(f.repo.remotes().unwrap(), ["origin", "upstream"]);
        f.git(&["config", "--add", "remote.origin.url", "/srv/second.git"]);
        assert_eq!(
            f.repo.remote_url("origin").unwrap().as_deref(),
            Some("/srv/fork.git")
        );
        assert_eq!(f.repo.configured_addresses("origin", "url").unwrap().len(), 2);
        assert_eq!(f.repo.remote_url("/srv/a.git").unwrap(), None);
        assert!(f.repo.tracked("main").unwrap().is_none());
        f.git(&["config", "branch.main.remote", "upstream"]);
        f.git(&["config", "branch.main.merge", "refs/heads/team/ana"]);
        f.git(&["branch", "-m", "a.b/work"]);
        let tracked = f.repo.tracked("a.b/work").unwrap().unwrap();
        assert_eq!(
            (tracked.remote.as_str(), tracked.branch.as_deref()),
            ("upstream", Some("team/ana"))
        );
        f.git(&["config", "branch.a.b/work.remote", "."]);
        assert!(f.repo.tracked("a.b/work").unwrap().is_none());
    }
}
