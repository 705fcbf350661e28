//! Plays the table, several cells at a time: most of them wait. `ONEONONE_TRANSPORTS_ONLY=Http` plays those alone whose
//! description has that word in it.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::Duration;

use super::cell::{Cell, Way, all, share};
use super::judge::play;
use super::servers::Servers;
use super::stage::Templates;
use super::{not_run, say};

/// How many cells are played side by side.
const HANDS: usize = 8;

#[test]
fn the_transport_table() {
    let whole = std::env::var_os("ONEONONE_TRANSPORTS").is_some_and(|value| value == "all");
    let mut cells = if whole { all() } else { share(&all()) };
    if let Ok(part) = std::env::var("ONEONONE_TRANSPORTS_ONLY") {
        cells.retain(|cell| format!("{cell:?}").contains(&part));
    }
    let servers = Servers::start();
    let cells = runnable(cells, &servers);
    let templates = Templates::make();
    let queue = Mutex::new(cells.iter().enumerate().collect::<Vec<_>>().into_iter());
    let failed = Mutex::new(Vec::new());
    let slowest = Mutex::new(Duration::ZERO);
    std::thread::scope(|scope| {
        for _ in 0..HANDS {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().unwrap().next();
                    let Some((number, cell)) = next else { break };
                    match catch_unwind(AssertUnwindSafe(|| play(&servers, &templates, cell, number))) {
                        Ok(took) => {
                            let mut slowest = slowest.lock().unwrap();
                            *slowest = took.max(*slowest);
                        }
                        Err(panic) => failed
                            .lock()
                            .unwrap()
                            .push(format!("{cell:?}: {}", words_of_panic(&*panic))),
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    say(&format!(
        "transport table: {} cells, {} failed, slowest {:.1} s",
        cells.len(),
        failed.len(),
        slowest.into_inner().unwrap().as_secs_f64()
    ));
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

/// The cells whose server is running; the others are named.
fn runnable(cells: Vec<Cell>, servers: &Servers) -> Vec<Cell> {
    let mut missing: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let cells = cells
        .into_iter()
        .filter(|cell| {
            let (group, why) = match cell.way {
                Way::Path | Way::File => return true,
                Way::Ssh(_) => ("ssh", servers.ssh.as_ref().err()),
                Way::Http => ("http", servers.web.as_ref().err()),
                Way::Https => ("https", servers.web.as_ref().err()),
            };
            if let Some(why) = why {
                *missing.entry((group, why.clone())).or_default() += 1;
            }
            why.is_none()
        })
        .collect();
    for ((group, why), count) in missing {
        not_run(
            &format!("{count} cells of the transport table over {group}"),
            &why,
        );
    }
    cells
}

fn words_of_panic(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default()
}
