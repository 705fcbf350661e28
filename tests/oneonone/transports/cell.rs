//! The cells of the table: ways to a remote × troubles × commands.

use super::proxy::{Break, Direction, From, Then};
use super::sshd::Login;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Path,
    File,
    Ssh(Login),
    Http,
    Https,
}

impl Way {
    pub(super) fn is_local(self) -> bool {
        matches!(self, Way::Path | Way::File)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// A sync with a new entry on both sides.
    Both,
    /// A sync with a new entry here.
    Here,
    Join,
    Init,
    /// The end of a meeting, which syncs where it can.
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    None,
    /// A hook says no, in words that would drive a terminal.
    Rejected,
    /// The wrong key, the wrong password, or another account's folder.
    Denied,
    /// The right password, and no right.
    Forbidden,
    /// A host key, or an authority, that was never seen.
    Unknown,
    /// The server's own process dies or hangs, where no network is between.
    FetchDies,
    PushDies,
    AnswerDies,
    FetchHangs,
    PushHangs,
    /// The network breaks.
    Broken(Break),
}

#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) way: Way,
    pub(super) work: Work,
    pub(super) trouble: Trouble,
    /// Whether patience is set to a few seconds; a few cells wait as long as people do.
    pub(super) hurried: bool,
}

const LOCAL: [Way; 2] = [Way::Path, Way::File];
const NETWORK: [Way; 3] = [Way::Ssh(Login::Identity), Way::Http, Way::Https];
const WORKS: [Work; 5] = [Work::Both, Work::Here, Work::Join, Work::Init, Work::End];

/// Every cell, those that take longest first.
pub(super) fn all() -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut add = |ways: &[Way], troubles: &[Trouble], works: &[Work], hurried: bool| {
        for &trouble in troubles {
            for &way in ways {
                cells.extend(works.iter().map(|&work| Cell {
                    way,
                    work,
                    trouble,
                    hurried,
                }));
            }
        }
    };
    let broken = |from, way, bytes, then| {
        Trouble::Broken(Break {
            from,
            way,
            bytes,
            then,
        })
    };
    use Direction::{Down, Up};
    use From::{Pushed, Pushing, Start};
    use Then::{Close, CloseOnce, Silence};
    use Work::{Both, End, Here, Init, Join};

    let (hole, mute) = (broken(Start, Down, 0, Silence), broken(Pushing, Down, 0, Silence));
    add(&NETWORK[..1], &[hole], &[Here], false);
    add(&[Way::Https], &[mute], &[Both], false);
    add(&NETWORK, &[hole], &[Both, Join, Init, End], true);
    add(&NETWORK, &[mute], &[Both, Here, Join, Init], true);
    add(
        &NETWORK,
        &[broken(Start, Down, 1000, Silence)],
        &[Both, Join],
        true,
    );
    add(&LOCAL, &[Trouble::FetchHangs], &[Both, Join], true);
    add(&LOCAL, &[Trouble::PushHangs], &[Here, Init, End], true);

    let logins = [Login::Agent, Login::Alias, Login::Command].map(Way::Ssh);
    add(&LOCAL, &[Trouble::None], &WORKS, false);
    add(&NETWORK, &[Trouble::None], &WORKS, false);
    add(&logins, &[Trouble::None], &WORKS, false);
    add(&LOCAL, &[Trouble::Rejected], &WORKS, false);
    add(&NETWORK, &[Trouble::Rejected], &WORKS, false);
    let refused = [Both, Join, Init, End];
    add(&LOCAL, &[Trouble::Denied], &refused, false);
    add(&NETWORK, &[Trouble::Denied], &refused, false);
    add(&logins, &[Trouble::Denied], &[Both, Join], false);
    add(&NETWORK[1..], &[Trouble::Forbidden], &[Here, Join], false);
    add(&[NETWORK[0], NETWORK[2]], &[Trouble::Unknown], &refused, false);
    add(&logins, &[Trouble::Unknown], &[Here], false);

    add(&LOCAL, &[Trouble::FetchDies], &[Both, Join], false);
    add(&LOCAL, &[Trouble::PushDies, Trouble::AnswerDies], &WORKS, false);
    let fetching = [(Down, 0), (Down, 300), (Down, 1100), (Up, 100), (Up, 700)];
    for (way, bytes) in fetching {
        add(
            &NETWORK,
            &[broken(Start, way, bytes, Close)],
            &[Both, Join],
            false,
        );
    }
    let pushing = [(Down, 0), (Up, 0), (Up, 300)];
    for (way, bytes) in pushing {
        add(
            &NETWORK,
            &[broken(Pushing, way, bytes, Close)],
            &[Both, Here, Join, Init],
            false,
        );
    }
    add(
        &NETWORK,
        &[broken(Start, Down, 1100, CloseOnce)],
        &[Both, Join],
        false,
    );
    let lost = [CloseOnce, Close].map(|then| broken(Pushed, Down, 0, then));
    add(&NETWORK, &lost, &[Both, Here, Join, Init, End], false);
    cells
}

/// A share of the cells that has every way, every trouble and every command in it.
pub(super) fn share(cells: &[Cell]) -> Vec<Cell> {
    let mut seen: Vec<(Way, std::mem::Discriminant<Trouble>)> = Vec::new();
    let mut share = Vec::new();
    for (n, cell) in cells.iter().enumerate() {
        let kind = (cell.way, std::mem::discriminant(&cell.trouble));
        let patient = !cell.hurried && matches!(cell.trouble, Trouble::Broken(b) if b.then == Then::Silence);
        // Of those that wait as long as people do, the first one is enough.
        if (n == 0 || !patient) && (!seen.contains(&kind) || n % 12 == 0) {
            share.push(cell.clone());
            seen.push(kind);
        }
    }
    share
}
