//! Signals while a person writes: none of the text is lost, and one that they gave up leaves no copy behind.

use std::io;
use std::process::{Child, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::flag;

/// How long an editor has to end after it was asked to.
const GRACE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(10);

/// The signals that came so far. Handlers cannot be removed: once no signal is to be noted any more, they act as the
/// system would.
#[derive(Default)]
struct Signals {
    passing: Arc<AtomicBool>,
    keys: Arc<AtomicBool>,
    ending: Arc<AtomicBool>,
}

static SIGNALS: OnceLock<Signals> = OnceLock::new();

/// While one exists, a signal that would end this program is noted instead.
pub(super) struct Interrupts(&'static Signals);

/// How a program that was waited for came to its end.
pub(super) enum EditorExit {
    /// By itself.
    Ended(ExitStatus),
    /// The person pressed Ctrl-C: they do not want the text.
    Interrupted,
    /// Something ended it, such as a closed terminal: the text is not used, and the person may want it.
    Terminated,
}

impl Signals {
    fn register() -> io::Result<Self> {
        let signals = Self::default();
        for signal in [SIGINT, SIGQUIT, SIGTERM, SIGHUP] {
            flag::register_conditional_default(signal, Arc::clone(&signals.passing))?;
        }
        for (signal, flag) in [
            (SIGTERM, &signals.ending),
            (SIGHUP, &signals.ending),
            (SIGINT, &signals.keys),
            (SIGQUIT, &signals.keys),
        ] {
            flag::register(signal, Arc::clone(flag))?;
        }
        Ok(signals)
    }
}

impl Interrupts {
    /// From now on signals are noted.
    ///
    /// # Errors
    /// When the system does not allow it.
    pub(super) fn note() -> io::Result<Self> {
        let signals = match SIGNALS.get() {
            Some(signals) => signals,
            None => {
                let signals = Signals::register()?;
                SIGNALS.get_or_init(|| signals)
            }
        };
        for flag in [&signals.keys, &signals.ending, &signals.passing] {
            flag.store(false, SeqCst);
        }
        Ok(Self(signals))
    }

    /// Waits for the editor. Ctrl-C goes to the editor first: if the editor still ends well, its text counts. A signal
    /// that ends programs ends the editor.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub(super) fn wait(&self, child: &mut Child) -> io::Result<EditorExit> {
        let mut asked: Option<Instant> = None;
        loop {
            if let Some(status) = child.try_wait()? {
                let (key, ending) = (self.0.keys.load(SeqCst), self.0.ending.load(SeqCst));
                return Ok(match status.success() {
                    _ if ending => EditorExit::Terminated,
                    false if key => EditorExit::Interrupted,
                    _ => EditorExit::Ended(status),
                });
            }
            match asked {
                None if self.0.ending.load(SeqCst) => {
                    let _ = kill_process(Pid::from_child(child), Signal::TERM);
                    asked = Some(Instant::now());
                }
                Some(asked) if asked.elapsed() > GRACE => child.kill()?,
                _ => {}
            }
            std::thread::sleep(PAUSE);
        }
    }
}

impl Drop for Interrupts {
    fn drop(&mut self) {
        self.0.passing.store(true, SeqCst);
    }
}
