//! The branch that is checked out.

use super::{Error, Head, Repository, Shape};

impl Repository {
    /// The branch that is checked out and its newest commit.
    ///
    /// # Errors
    /// [`Error::Refused`] with [`Shape::Detached`] when HEAD names no branch, or what else failed.
    pub fn head(&self) -> Result<Head, Error> {
        let Some(branch) = self.branch_of_head()? else {
            // A rebase detaches it too; how to end that is what is to be said.
            self.check_shape()?;
            return Err(Error::Refused {
                shape: Shape::Detached,
                at: self.workdir().to_owned(),
            });
        };
        let tip = self.reference(&format!("refs/heads/{branch}"))?;
        Ok(Head { branch, tip })
    }
}
