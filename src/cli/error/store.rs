//! Errors of the layer `store`.

use crate::store::{PrivateFileError, StoreError};

use super::{Exit, Failure};
use crate::cli::Hint;

impl From<StoreError> for Failure {
    fn from(e: StoreError) -> Self {
        let failure = Failure::of(Exit::Failed, &e);
        match e {
            StoreError::KeepsChanging { .. } | StoreError::Locked { .. } => {
                failure.hint("wait for it to end, and try again")
            }
            StoreError::Damaged { path, .. } => {
                let file = path.display().to_string();
                let aside = format!("{file}.damaged");
                failure.hint(Hint::run(["mv", &file, &aside]).why("move the file away, and try again"))
            }
            StoreError::Unsafe { .. } => failure.hint("remove what stands in the way, and try again"),
            StoreError::Io { .. } => failure,
        }
    }
}

impl From<PrivateFileError> for Failure {
    fn from(e: PrivateFileError) -> Self {
        let failure = Failure::of(Exit::Key, &e);
        match e {
            PrivateFileError::Missing { .. } => {
                failure.hint("init and join make one; on a second machine copy identity.txt into its place")
            }
            PrivateFileError::Exposed { .. } => {
                failure.hint(Hint::run(["chmod", "600", "FILE"]).why("make the file yours alone"))
            }
            _ => failure,
        }
    }
}
