//! A network that fails on demand: it stands between Git and a server, and stops after so many bytes.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// The bytes that Git sends.
    Up,
    /// The bytes that the server answers with.
    Down,
}

/// From when on the bytes are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    Start,
    /// The server was asked to take a push.
    Pushing,
    /// The server has moved its branch.
    Pushed,
}

/// The fate of the bytes after those.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// The connection is closed; the next one passes.
    CloseOnce,
    /// The connection is closed, and so is every other.
    Close,
    /// Nothing is heard any more on this connection; the next one passes.
    SilenceOnce,
    /// Nothing is heard any more, on any connection.
    Silence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Break {
    pub(super) from: From,
    pub(super) way: Direction,
    pub(super) bytes: usize,
    pub(super) then: Then,
}

pub(super) struct Proxy {
    pub(super) port: u16,
    wire: Arc<Wire>,
}

struct Wire {
    target: u16,
    /// The server's repository, where files tell how far a push has come.
    repository: PathBuf,
    fault: Mutex<Option<Break>>,
    counted: AtomicUsize,
    broken: AtomicBool,
    gone: AtomicBool,
}

impl Proxy {
    pub(super) fn start(target: u16, repository: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let wire = Arc::new(Wire {
            target,
            repository,
            fault: Mutex::new(None),
            counted: AtomicUsize::new(0),
            broken: AtomicBool::new(false),
            gone: AtomicBool::new(false),
        });
        let shared = Arc::clone(&wire);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if shared.gone.load(SeqCst) {
                    break;
                }
                shared.connect(client);
            }
        });
        Self { port, wire }
    }

    pub(super) fn break_at(&self, fault: Break) {
        *self.wire.fault.lock().unwrap() = Some(fault);
    }

    /// Lets everything pass again. Whether something broke before.
    pub(super) fn mend(&self) -> bool {
        *self.wire.fault.lock().unwrap() = None;
        self.wire.broken.load(SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.mend();
        self.wire.gone.store(true, SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Wire {
    fn connect(self: &Arc<Self>, client: TcpStream) {
        let Ok(server) = TcpStream::connect(("127.0.0.1", self.target)) else {
            return;
        };
        for (mut from, mut to, way) in [
            (
                client.try_clone().unwrap(),
                server.try_clone().unwrap(),
                Direction::Up,
            ),
            (server, client, Direction::Down),
        ] {
            let wire = Arc::clone(self);
            std::thread::spawn(move || wire.pump(&mut from, &mut to, way));
        }
    }

    fn pump(&self, from: &mut TcpStream, to: &mut TcpStream, way: Direction) {
        let mut buffer = [0; 4096];
        loop {
            let n = match from.read(&mut buffer) {
                Ok(0) | Err(_) => {
                    let _ = to.shutdown(Shutdown::Write);
                    return;
                }
                Ok(n) => n,
            };
            let (passed, then) = self.judge(way, n);
            if to.write_all(&buffer[..passed]).is_err() {
                return;
            }
            match then {
                None => {}
                Some(Then::Silence | Then::SilenceOnce) => {
                    while self.fault.lock().unwrap().is_some() {
                        std::thread::sleep(Duration::from_millis(20));
                    }
                    break;
                }
                Some(_) => break,
            }
        }
        for end in [from, to] {
            let _ = end.shutdown(Shutdown::Both);
        }
    }

    /// How many of `n` bytes pass, and what happens then.
    fn judge(&self, way: Direction, n: usize) -> (usize, Option<Then>) {
        let fault = self.fault.lock().unwrap();
        let Some(fault) = *fault else {
            return (n, None);
        };
        if self.broken.load(SeqCst) {
            return match fault.then {
                Then::CloseOnce | Then::SilenceOnce => (n, None),
                then => (0, Some(then)),
            };
        }
        let begun = match fault.from {
            From::Start => true,
            From::Pushing => self.repository.join("pushing").exists(),
            From::Pushed => self.repository.join("pushed").exists(),
        };
        if !begun || way != fault.way {
            return (n, None);
        }
        let left = fault.bytes.saturating_sub(self.counted.fetch_add(n, SeqCst));
        if n <= left {
            return (n, None);
        }
        self.broken.store(true, SeqCst);
        (left, Some(fault.then))
    }
}
