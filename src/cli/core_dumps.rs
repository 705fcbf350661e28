//! No core dump: the memory of this program, and of the editor that it opens, holds private texts
//! (docs/privacy.md#files-on-this-machine).

/// From now on neither this process nor a program that it starts leaves a core dump. If the system does not
/// allow it, nothing changes.
#[cfg(unix)]
pub(super) fn turn_off() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
    // A handler of the system (`core_pattern` with a pipe) is started whatever the limit is.
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

#[cfg(not(unix))]
pub(super) fn turn_off() {}
