//! Errors of the layer `store`.

use crate::store::StoreError;

use super::{Exit, Failure};
use crate::cli::hint::Hint;

impl From<StoreError> for Failure {
    fn from(e: StoreError) -> Self {
        let failure = Failure::of(Exit::Failed, &e);
        match e {
            StoreError::Restless { .. } | StoreError::Locked { .. } => {
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
