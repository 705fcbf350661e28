//! Whether every operation of this layer will work in a repository.

use super::{Error, Repository, Shape};

impl Repository {
    /// Checks that every operation of this layer will work here. Call it before the first write.
    ///
    /// # Errors
    /// [`Error::Refused`] with the [`Shape`] that stands in the way, or what failed in finding out.
    pub fn check_shape(&self) -> Result<(), Error> {
        match self.shape()? {
            None => Ok(()),
            Some(shape) => Err(Error::Refused {
                shape,
                at: self.workdir().to_owned(),
            }),
        }
    }

    fn shape(&self) -> Result<Option<Shape>, Error> {
        use git2::RepositoryState as State;
        // A rebase or a bisect detaches HEAD, so the state is the better answer and comes first.
        let under_way = match self.reader.state() {
            State::Clean | State::Merge => None,
            State::Revert | State::RevertSequence => Some(Shape::MidRevert),
            State::CherryPick | State::CherryPickSequence => Some(Shape::MidCherryPick),
            State::Bisect => Some(Shape::MidBisect),
            State::Rebase
            | State::RebaseInteractive
            | State::RebaseMerge
            | State::ApplyMailbox
            | State::ApplyMailboxOrRebase => Some(Shape::MidRebase),
        };
        if under_way.is_some() {
            return Ok(under_way);
        }
        if self.branch_of_head()?.is_none() {
            return Ok(Some(Shape::Detached));
        }
        let config = self
            .reader
            .config()
            .map_err(Error::library("reading the configuration"))?;
        let mut promisors = config
            .entries(Some(r"^remote\..*\.promisor$"))
            .map_err(Error::library("looking for promisor remotes"))?;
        while let Some(entry) = promisors.next() {
            let entry = entry.map_err(Error::library("looking for promisor remotes"))?;
            let off = entry.has_value()
                && git2::Config::parse_bool(entry.value().unwrap_or("true")).is_ok_and(|on| !on);
            if !off {
                return Ok(Some(Shape::PartialClone));
            }
        }
        Ok(None)
    }
}
