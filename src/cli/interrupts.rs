//! Signals while a person writes: no copy of the text is left behind, and none of the text is lost.

use std::io;
use std::process::{Child, ExitStatus};

/// While one exists, a signal that would end this program is noted instead.
pub(super) struct Interrupts {
    #[cfg(unix)]
    noted: &'static unix::Noted,
}

/// How a program that was waited for came to its end.
pub(super) enum Waited {
    /// By itself.
    Ended(ExitStatus),
    /// A signal came: nothing is to be made of what it did.
    Interrupted,
}

impl Interrupts {
    /// From now on signals are noted.
    ///
    /// # Errors
    /// When the system does not allow it.
    pub(super) fn note() -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            noted: unix::Noted::begin()?,
        })
    }

    /// Waits for the editor. A Ctrl-C is for the editor first: where it ends well all the same, its text counts. A signal
    /// that ends programs ends the editor.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub(super) fn wait(&self, child: &mut Child) -> io::Result<Waited> {
        #[cfg(unix)]
        return self.noted.wait(child);
        #[cfg(not(unix))]
        child.wait().map(Waited::Ended)
    }
}

#[cfg(unix)]
impl Drop for Interrupts {
    fn drop(&mut self) {
        self.noted.end();
    }
}

#[cfg(unix)]
mod unix {
    use std::io;
    use std::process::{Child, ExitStatus};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, OnceLock};
    use std::time::{Duration, Instant};

    use rustix::process::{Pid, Signal, kill_process};
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    use signal_hook::flag;

    use crate::cli::interrupts::Waited;

    /// How long an editor has to end after it was asked to.
    const GRACE: Duration = Duration::from_secs(2);
    const PAUSE: Duration = Duration::from_millis(10);

    /// The signals that came so far. Handlers cannot be removed: once no signal is to be noted any more, they act as the
    /// system would.
    pub(super) struct Noted {
        passing: Arc<AtomicBool>,
        keys: Arc<AtomicBool>,
        ending: Arc<AtomicBool>,
    }

    static NOTED: OnceLock<Noted> = OnceLock::new();

    impl Noted {
        pub(super) fn begin() -> io::Result<&'static Self> {
            if NOTED.get().is_none() {
                let noted = Self::register()?;
                let _ = NOTED.set(noted);
            }
            let noted = NOTED.get().ok_or(io::ErrorKind::Other)?;
            noted.keys.store(false, Ordering::SeqCst);
            noted.ending.store(false, Ordering::SeqCst);
            noted.passing.store(false, Ordering::SeqCst);
            Ok(noted)
        }

        fn register() -> io::Result<Self> {
            let noted = Self {
                passing: Arc::default(),
                keys: Arc::default(),
                ending: Arc::default(),
            };
            for signal in [SIGINT, SIGQUIT, SIGTERM, SIGHUP] {
                flag::register_conditional_default(signal, Arc::clone(&noted.passing))?;
            }
            for signal in [SIGTERM, SIGHUP] {
                flag::register(signal, Arc::clone(&noted.ending))?;
            }
            for signal in [SIGINT, SIGQUIT] {
                flag::register(signal, Arc::clone(&noted.keys))?;
            }
            Ok(noted)
        }

        pub(super) fn end(&self) {
            self.passing.store(true, Ordering::SeqCst);
        }

        pub(super) fn wait(&self, child: &mut Child) -> io::Result<Waited> {
            let mut asked: Option<Instant> = None;
            loop {
                if let Some(status) = child.try_wait()? {
                    return Ok(self.judge(status));
                }
                match asked {
                    None if self.ending.load(Ordering::SeqCst) => {
                        let _ = kill_process(Pid::from_child(child), Signal::TERM);
                        asked = Some(Instant::now());
                    }
                    Some(asked) if asked.elapsed() > GRACE => child.kill()?,
                    _ => {}
                }
                std::thread::sleep(PAUSE);
            }
        }

        fn judge(&self, status: ExitStatus) -> Waited {
            let key = self.keys.load(Ordering::SeqCst);
            if self.ending.load(Ordering::SeqCst) || (key && !status.success()) {
                Waited::Interrupted
            } else {
                Waited::Ended(status)
            }
        }
    }
}
