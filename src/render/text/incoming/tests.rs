use super::*;
use crate::model::{Date, Difference, Entry, Home, Kind, MeetingChange, PairChange, Visibility};
use crate::query::fixture::{With, date, entry as made, id, pair, slug};
use crate::query::{Ids, Names};

fn told_at(width: usize, me: &str, changes: &[Change]) -> String {
    let (pair, me) = (pair(), slug(me));
    let ids = changes.iter().filter_map(|change| match &change.what {
        Difference::Entry(entry) => Some(entry.id),
        _ => None,
    });
    let ids = Ids::from_lists(ids, [id("mm")]);
    let names = Names::of(&pair, &me, "", &[]);
    let screen = Screen {
        pair: &pair,
        me: &me,
        names: &names,
        today: date("2026-11-22"),
        ids: &ids,
        width,
        named: None,
    };
    let changes: Vec<&Change> = changes.iter().collect();
    let lines = came(&screen, &changes, "somebody");
    for line in &lines {
        let bare = anstream::adapter::strip_str(line.as_str()).to_string();
        assert!(
            !bare.contains('\n') && (width < 30 || columns(&bare) <= width),
            "{line:?}"
        );
    }
    let lines = Printable::join(lines, "\n");
    anstream::adapter::strip_str(lines.as_str()).to_string() + "\n"
}

/// The words that Ana is told at a usual terminal.
fn told(changes: &[Change]) -> String {
    told_at(80, "ana", changes)
}

fn by(who: &str, what: Difference) -> Change {
    let by = (!who.is_empty()).then(|| slug(who));
    Change { by, what }
}

/// An entry that came, by the one who wrote it.
fn entry(how: EntryHow, entry: Entry) -> Change {
    let by = entry.by.clone();
    let what = Difference::Entry(EntryChange {
        id: entry.id,
        how,
        author: Some(entry.by),
        at: Some(entry.at),
        visibility: entry.visibility,
        home: entry.home,
        body: entry.body.filter(|_| entry.visibility != Visibility::Private),
        fields: Vec::new(),
        is_mine_too: true,
    });
    Change { by: Some(by), what }
}

fn of_sam(how: EntryHow, start: &str, kind: Kind, text: &str) -> Change {
    entry(how, made(start, kind, "sam", "2026-11-20", text))
}

fn meeting(who: &str, how: MeetingChange, key: &str) -> Change {
    by(who, Difference::Meeting(key.parse().unwrap(), how))
}

fn setting(who: &str, member: Option<&str>, key: Option<&str>, takes_seat: bool) -> Change {
    let change = PairChange {
        member: member.map(str::to_owned),
        key: key.map(str::to_owned),
        takes_seat,
    };
    by(who, Difference::Pair(change))
}

fn a_meeting() -> Vec<Change> {
    let mut action = made("pq", Kind::Action, "sam", "2026-11-20", "Ask for the numbers").due("2026-12-01");
    action.body.as_mut().unwrap().owner = Some(slug("ana"));
    let answer = made(
        "rs",
        Kind::Action,
        "sam",
        "2026-11-20",
        "Introduce Ana to the platform team",
    )
    .re("mm");
    vec![
        meeting("sam", MeetingChange::Held, "2026-11-20"),
        entry(EntryHow::Answered, answer),
        entry(EntryHow::ActionForMe, action),
        of_sam(EntryHow::TalkedAbout, "np", Kind::Growth, "Lead the review"),
        of_sam(EntryHow::CarriedBack, "kx", Kind::Topic, "Who covers on-call?"),
        of_sam(EntryHow::Moved, "mm", Kind::Growth, "Lead").moved_to("2026-11-20"),
    ]
}

impl Change {
    fn moved_to(mut self, key: &str) -> Self {
        if let Difference::Entry(entry) = &mut self.what {
            entry.home = Home::Meeting(key.parse().unwrap());
        }
        self
    }
}

#[test]
fn a_meeting_that_somebody_held_with_what_is_mine_to_do_first() {
    assert_eq!(
        told(&a_meeting()),
        "Sam: 1 new action for you · held the meeting of Fri 20 Nov · answered mm
  1 talked about · 1 back on the agenda
  pq  for you  Ask for the numbers  due Tue 1 Dec
  rs  action   Introduce Ana to the platform team  Sam · follows mm
  np  talked about  Lead the review
  and 1 more
"
        .replace("for you  ", "for you       ")
        .replace("action   ", "action        ")
    );
}

#[test]
fn in_forty_columns_the_lines_are_as_many() {
    assert_eq!(
        told_at(40, "ana", &a_meeting()),
        "Sam: 1 new action for you
  held the meeting of Fri 20 Nov · answ…
  pq  for you       Ask for the numbers
  rs  action        Introduce Ana to th…
  np  talked about  Lead the review
  and 1 more
"
    );
}

#[test]
fn every_person_has_a_line_and_the_other_member_comes_first() {
    let mine = entry(
        EntryHow::Added,
        made("kk", Kind::Topic, "ana", "2026-11-20", "from the laptop"),
    );
    let changes = [
        by(
            "",
            Difference::Meeting("2026-11-10".parse().unwrap(), MeetingChange::Otherwise),
        ),
        mine,
        of_sam(EntryHow::Edited, "np", Kind::Growth, "Lead the review"),
    ];
    assert_eq!(
        told(&changes),
        "Sam: 1 edited
  np  edited  Lead the review
you, on another machine: 1 new topic
  kk  topic  from the laptop
somebody: changed the record of the meeting of Tue 10 Nov
"
    );
    // The same, as Sam is told it.
    let told = told_at(80, "sam", &changes);
    assert!(told.starts_with("Ana: 1 new topic\n  kk  topic  from the laptop\nyou, on another machine:"));
}

#[test]
fn of_a_private_entry_it_is_said_that_there_is_one() {
    let of = |start, how| {
        let sealed = made(start, Kind::Concern, "sam", "2026-11-20", "a secret");
        entry(how, sealed.sealed(Visibility::Private))
    };
    let closed = made("nn", Kind::Topic, "sam", "2026-11-20", "").unopened(Visibility::Confidential);
    let open = made("oo", Kind::Concern, "sam", "2026-11-20", "for us two").sealed(Visibility::Confidential);
    let changes = [
        of("kk", EntryHow::Added),
        of("ll", EntryHow::Added),
        of("mm", EntryHow::Otherwise),
        entry(EntryHow::Added, closed),
        entry(EntryHow::Added, open),
    ];
    assert_eq!(
        told(&changes),
        "Sam: 1 new concern · 2 new private entries · 1 new sealed entry
  1 private entry changed
  oo  concern  for us two  confidential
"
    );
}

#[test]
fn of_many_those_are_shown_that_matter_whatever_their_ids() {
    let at = |start: &str, kind, time: &str, text| {
        let mut added = made(start, kind, "sam", "2026-11-20", text);
        added.at = crate::query::fixture::at(time);
        entry(EntryHow::Added, added)
    };
    let early = "2026-11-20T09:00:00Z";
    let mut action = made("zz", Kind::Action, "sam", "2026-11-20", "Yours to do");
    action.body.as_mut().unwrap().owner = Some(slug("ana"));
    let mut changes = vec![
        at("kk", Kind::Note, early, "a note"),
        at("ll", Kind::Win, early, "a win"),
        at("mm", Kind::Topic, "2026-11-20T10:00:00Z", "a later topic"),
        at("nn", Kind::Topic, early, "b topic"),
        at("oo", Kind::Topic, early, "a topic"),
        entry(EntryHow::ActionForMe, action),
    ];
    let expected = "Sam: 1 new action for you · 3 new topics · 1 new win · 1 new note
  zz  for you  Yours to do
  oo  topic    a topic
  nn  topic    b topic
  mm  topic    a later topic
  and 2 more
";
    assert_eq!(told(&changes), expected);
    changes.reverse();
    assert_eq!(told(&changes), expected);
}

#[test]
fn what_was_shared_and_what_both_changed_has_a_sentence() {
    let conflict = |who: &str| {
        let mut change = of_sam(EntryHow::Conflict, "np", Kind::Growth, "Lead the review");
        if let Difference::Entry(entry) = &mut change.what {
            entry.fields = vec!["text", "due"];
        }
        change.by = (!who.is_empty()).then(|| slug(who));
        change
    };
    let shared = of_sam(EntryHow::Shared, "kx", Kind::Concern, "My worry\nand more");
    let for_two = made("oo", Kind::Concern, "sam", "2026-11-20", "Us two").sealed(Visibility::Confidential);
    let topic = of_sam(EntryHow::Added, "kk", Kind::Topic, "a topic");
    let changes = [
        conflict("sam"),
        shared.clone(),
        topic,
        entry(EntryHow::Shared, for_two),
    ];
    assert_eq!(
        told(&changes),
        "you both changed np: Lead the review  text · due
Sam shared kx: My worry …
Sam shared oo: Us two  confidential
Sam: 1 new topic
  kk  topic  a topic
"
    );
    assert_eq!(
        told_at(40, "ana", &changes),
        "you both changed np: Lead the review
Sam shared kx: My worry …
Sam shared oo: Us two
Sam: 1 new topic
  kk  topic  a topic
"
    );
    assert_eq!(told(std::slice::from_ref(&shared)), "Sam shared kx: My worry …\n");
    // Two machines of his changed it: nobody says that the reader did.
    let mut of_sam_alone = conflict("sam");
    if let Difference::Entry(entry) = &mut of_sam_alone.what {
        entry.is_mine_too = false;
    }
    assert_eq!(
        told(&[of_sam_alone]),
        "both sides changed np: Lead the review  text · due\n"
    );
    assert_eq!(
        told_at(80, "sam", &[shared.clone(), conflict("")]),
        "you, on another machine, shared kx: My worry …
both sides changed np: Lead the review  text · due
"
    );
    // Many have a sum and a line each, like anything else.
    let many: Vec<Change> = ["kk", "ll", "mm", "nn"]
        .map(|start| of_sam(EntryHow::Shared, start, Kind::Topic, start))
        .into();
    assert_eq!(
        told(&[many, vec![conflict("sam")]].concat()),
        "Sam: 1 that both sides changed · 4 shared
  np  conflict  Lead the review  text · due
  kk  shared    kk
  ll  shared    ll
  mm  shared    mm
  and 1 more
"
    );
}

#[test]
fn hundreds_are_summed_up() {
    let day = |n: u32| Date::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(7 * u64::from(n));
    let mut changes: Vec<Change> = (0..12)
        .map(|n| meeting("sam", MeetingChange::Held, &day(n).to_string()))
        .collect();
    let letters: Vec<char> = ('k'..='z').collect();
    let start = |n: usize| format!("{}{}{}", letters[n / 256], letters[n / 16 % 16], letters[n % 16]);
    let kinds = [Kind::Topic, Kind::Win, Kind::Note, Kind::Update];
    changes.extend((0..340).map(|n| of_sam(EntryHow::Added, &start(n), kinds[n % 4], "a text")));
    assert_eq!(
        told(&changes),
        "Sam: held 12 meetings · 340 new entries
  kkk  topic  a text
  kko  topic  a text
  kks  topic  a text
  kkw  topic  a text
  and 336 more
"
    );
}

#[test]
fn the_settings_of_the_pair_are_named() {
    let cases: &[(&[Change], &str)] = &[
        (
            &[
                setting("ana", Some("ana"), Some("keys"), true),
                setting("ana", Some("ana"), Some("name"), false),
            ],
            "Ana: took the seat\n",
        ),
        (
            &[
                setting("sam", None, Some("cadence"), false),
                setting("sam", Some("sam"), Some("keys"), false),
                setting("sam", Some("ana"), Some("role"), false),
            ],
            "Sam: changed the cadence, their keys and the role of Ana in pair.toml\n",
        ),
        (
            &[setting("sam", None, None, false)],
            "Sam: changed the comments in pair.toml\n",
        ),
        (
            &[
                setting("", None, Some("a"), false),
                setting("", None, Some("b"), false),
                setting("", None, Some("c"), false),
                setting("", None, Some("d"), false),
            ],
            "somebody: changed 4 keys of pair.toml\n",
        ),
    ];
    for (changes, words) in cases {
        assert_eq!(
            told_at(100, "sam", changes).replace("you, on another machine", "Sam"),
            *words
        );
    }
}

#[test]
fn what_is_said_elsewhere_has_no_line() {
    let next = by(
        "sam",
        Difference::Next {
            was: None,
            is: Some(date("2026-12-01")),
        },
    );
    assert_eq!(told(&[next]), "\n");
    assert_eq!(told(&[]), "\n");
}

#[test]
fn nothing_that_came_drives_the_terminal() {
    let text = "\u{1b}[2J\u{202e}evil\nand a second line";
    let mut key = setting("sam", Some("\u{1b}x"), Some("k\u{7}\ny"), false);
    key.by = None;
    let words = told(&[of_sam(EntryHow::Added, "kk", Kind::Topic, text), key]);
    assert_eq!(
        words,
        "Sam: 1 new topic
  kk  topic  \\u{1b}[2J\\u{202e}evil …
somebody: changed the k\\u{7} … of \\u{1b}x in pair.toml
"
    );
}

#[test]
fn an_entry_in_the_name_of_somebody_else_is_counted_apart() {
    let brought = |who: &str, change: Change| Change {
        by: Some(slug(who)),
        ..change
    };
    let of_ana = entry(
        EntryHow::Added,
        made("pq", Kind::Note, "ana", "2026-11-20", "I quit"),
    );
    let changes = [
        of_sam(EntryHow::Added, "kx", Kind::Topic, "Who covers on-call?"),
        brought("sam", of_ana.clone()),
    ];
    assert_eq!(
        told(&changes),
        "Sam: 1 new topic · 1 new note in your name
  kx  topic  Who covers on-call?
  pq  note   I quit  in your name
"
    );
    assert_eq!(
        told_at(80, "sam", &changes[1..]),
        "you, on another machine: 1 new note in the name of Ana
  pq  note  I quit  in the name of Ana
"
    );
    let moved = entry(
        EntryHow::CarriedBack,
        made("pq", Kind::Topic, "ana", "2026-11-20", "x"),
    );
    assert_eq!(told(&[Change { by: None, ..moved }]), "\n", "nobody moved it");
}
