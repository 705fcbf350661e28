//! The shapes of the answers: their keys, in the order in which they are written.

use serde::Serialize;

use super::entry::EntryJson;

/// One answer.
#[derive(Serialize)]
#[serde(transparent)]
pub struct JsonDocument<'a>(pub(super) JsonShape<'a>);

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum JsonShape<'a> {
    Entry {
        entry: Box<EntryJson<'a>>,
    },
    Entries {
        entries: Vec<EntryJson<'a>>,
    },
    Finding(Finding<'a>),
    Meeting {
        meeting: MeetingJson,
        entries: Vec<EntryJson<'a>>,
    },
    Actions(ActionsJson<'a>),
    Growth(GrowthJson<'a>),
    Sync(SyncJson<'a>),
    Status(StatusJson<'a>),
    Pairs {
        pairs: Vec<PairJson<'a>>,
    },
    Overview(OverviewJson),
    Next(NextJson),
    Demo(DemoJson<'a>),
}

/// A document with its pair's NAME before it.
#[derive(Serialize)]
pub(super) struct InPair<'a> {
    pub(super) pair: &'a str,
    #[serde(flatten)]
    pub(super) document: &'a JsonDocument<'a>,
}

#[derive(Serialize)]
pub(super) struct MeetingJson {
    pub(super) date: String,
    pub(super) status: &'static str,
    pub(super) started: Option<String>,
    pub(super) ended: Option<String>,
}

#[derive(Serialize)]
pub(super) struct NextJson {
    pub(super) next: Option<String>,
    pub(super) was: Option<String>,
}

#[derive(Serialize)]
pub(super) struct ActionsJson<'a> {
    pub(super) as_of: String,
    pub(super) entries: Vec<EntryJson<'a>>,
    pub(super) open: usize,
    pub(super) overdue: usize,
    pub(super) done: usize,
    pub(super) dropped: usize,
}

#[derive(Serialize)]
pub(super) struct GrowthJson<'a> {
    pub(super) since: String,
    pub(super) until: String,
    pub(super) meetings: usize,
    pub(super) themes: Vec<ThemeJson>,
    pub(super) unthemed: usize,
    pub(super) unreadable: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) entries: Option<Vec<EntryJson<'a>>>,
}

#[derive(Serialize)]
pub(super) struct ThemeJson {
    pub(super) theme: String,
    pub(super) entries: usize,
    pub(super) wins: usize,
    pub(super) praise: usize,
    pub(super) improve: usize,
    pub(super) actions: CountsJson,
    pub(super) months: Vec<MonthJson>,
    pub(super) first: Option<String>,
    pub(super) last: Option<String>,
    pub(super) quiet: bool,
}

#[derive(Serialize)]
pub(super) struct CountsJson {
    pub(super) open: usize,
    pub(super) done: usize,
    pub(super) dropped: usize,
}

#[derive(Serialize)]
pub(super) struct MonthJson {
    pub(super) month: String,
    pub(super) entries: usize,
}

#[derive(Serialize)]
pub(super) struct SyncJson<'a> {
    pub(super) pulled: usize,
    pub(super) pushed: usize,
    pub(super) merged: bool,
    pub(super) conflicts: usize,
    pub(super) kept: Vec<String>,
    pub(super) attempts: u32,
    pub(super) delivered: bool,
    pub(super) next_pulled: bool,
    pub(super) next_pushed: bool,
    pub(super) incoming: ChangeCountsJson,
    pub(super) outgoing: ChangeCountsJson,
    pub(super) alone: Option<&'a str>,
    pub(super) widened: Vec<WidenedJson<'a>>,
    pub(super) own_changed: Vec<OwnChangeJson<'a>>,
    pub(super) in_a_name: Vec<InANameJson<'a>>,
    pub(super) came: Vec<ChangeJson<'a>>,
}

/// An entry that arrived for more readers than its author let.
#[derive(Serialize)]
pub(super) struct WidenedJson<'a> {
    pub(super) id: String,
    pub(super) by: &'a str,
    pub(super) was: &'static str,
    pub(super) is: &'static str,
    pub(super) commit: Option<&'a str>,
}

/// An entry that came in the name of a member, in a commit that names none.
#[derive(Serialize)]
pub(super) struct InANameJson<'a> {
    pub(super) id: String,
    pub(super) by: &'a str,
    pub(super) commit: &'a str,
    pub(super) author: &'a str,
    pub(super) committer: &'a str,
}

/// An entry of mine that a commit which came changed or removed.
#[derive(Serialize)]
pub(super) struct OwnChangeJson<'a> {
    pub(super) id: String,
    pub(super) how: &'static str,
    pub(super) by: Option<&'a str>,
    pub(super) commit: Option<&'a str>,
    pub(super) author: Option<&'a str>,
    pub(super) committer: Option<&'a str>,
}

/// How much goes one way.
#[derive(Serialize)]
pub(super) struct ChangeCountsJson {
    pub(super) added: usize,
    pub(super) changed: usize,
    pub(super) removed: usize,
    pub(super) meetings: usize,
    pub(super) next: bool,
    pub(super) pair: usize,
}

/// Something that came. Which keys it has depends on what it is.
#[derive(Serialize)]
pub(super) struct ChangeJson<'a> {
    pub(super) by: Option<&'a str>,
    pub(super) what: &'static str,
    #[serde(flatten)]
    pub(super) more: ChangeKeys<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum ChangeKeys<'a> {
    Entry {
        how: &'static str,
        id: String,
        kind: Option<&'static str>,
        visibility: &'static str,
        text: Option<&'a str>,
        owner: Option<&'a str>,
        due: Option<String>,
        re: Option<String>,
        meeting: Option<String>,
        fields: &'a [&'static str],
    },
    Meeting {
        how: &'static str,
        meeting: String,
    },
    Next {
        was: Option<String>,
        is: Option<String>,
    },
    Pair {
        member: Option<&'a str>,
        key: Option<&'a str>,
    },
}

#[derive(Serialize)]
pub(super) struct StatusJson<'a> {
    pub(super) branch: &'a str,
    pub(super) ahead: usize,
    pub(super) behind: usize,
    pub(super) uncommitted: usize,
    pub(super) conflicts: usize,
    pub(super) untracked: usize,
    pub(super) misnamed: Vec<MisnamedJson<'a>>,
    pub(super) incoming: ChangeCountsJson,
    pub(super) outgoing: ChangeCountsJson,
    pub(super) widened: Vec<WidenedJson<'a>>,
    pub(super) seat_changed: bool,
}

/// A file that looks like a record, and the record that it was most likely meant as.
#[derive(Serialize)]
pub(super) struct MisnamedJson<'a> {
    pub(super) path: &'a str,
    pub(super) record: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct PairJson<'a> {
    pub(super) pair: &'a str,
    pub(super) dir: &'a str,
    pub(super) partner: Option<&'a str>,
    pub(super) role: Option<&'a str>,
    pub(super) problem: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct OverviewJson {
    pub(super) next: Option<String>,
    pub(super) days: Option<i64>,
    pub(super) agreed: bool,
    pub(super) under_way: Option<String>,
    pub(super) waiting: WaitingJson,
    pub(super) open: usize,
    pub(super) overdue: usize,
    pub(super) conflicts: usize,
}

#[derive(Serialize)]
pub(super) struct WaitingJson {
    pub(super) manager: usize,
    pub(super) report: usize,
}

#[derive(Serialize)]
pub(super) struct DemoJson<'a> {
    pub(super) dir: &'a str,
    pub(super) remote: &'a str,
    pub(super) manager: CloneJson<'a>,
    pub(super) report: CloneJson<'a>,
}

#[derive(Serialize)]
pub(super) struct CloneJson<'a> {
    pub(super) member: &'a str,
    pub(super) clone: &'a str,
    pub(super) identity: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Finding<'a> {
    Conflicts {
        entries: Vec<EntryJson<'a>>,
        heads: Vec<HeadJson>,
    },
    Problems {
        problems: Vec<ProblemJson<'a>>,
        misnamed: Vec<MisnamedJson<'a>>,
    },
    Readers {
        readers: Vec<ReaderJson>,
    },
    ReadersOf {
        entry: Box<EntryJson<'a>>,
        readers: Vec<String>,
    },
    Keys {
        keys: &'a [String],
    },
    Undone {
        undone: StepJson<'a>,
    },
    Redone {
        redone: StepJson<'a>,
    },
}

#[derive(Serialize)]
pub(super) struct StepJson<'a> {
    pub(super) command: &'a str,
    pub(super) commit: &'a str,
    pub(super) entries: Vec<EntryJson<'a>>,
    pub(super) removed: Vec<String>,
    pub(super) kept: Vec<String>,
    pub(super) conflicts: usize,
}

#[derive(Serialize)]
pub(super) struct HeadJson {
    pub(super) at: String,
    pub(super) conflicts: Vec<HeadValueJson>,
}

#[derive(Serialize)]
pub(super) struct HeadValueJson {
    pub(super) field: String,
    pub(super) value: Option<String>,
    pub(super) by: Option<String>,
    pub(super) shown: bool,
}

#[derive(Serialize)]
pub(super) struct ProblemJson<'a> {
    pub(super) path: &'a str,
    pub(super) line: Option<usize>,
    pub(super) column: Option<usize>,
    pub(super) what: &'a str,
    pub(super) help: &'a str,
}

#[derive(Serialize)]
pub(super) struct ReaderJson {
    pub(super) who: String,
    pub(super) shared: &'static str,
    pub(super) confidential: &'static str,
    pub(super) private: &'static str,
    pub(super) note: Option<String>,
}
