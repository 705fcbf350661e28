//! Use cases are called as a page in the browser would call them: no process, no terminal, no arguments.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use oneonone::app::{
    self, AddRequest, AppError, ChosenValue, DayError, Destination, EditRequest, EditStart, FieldsRequest,
    GoBack, InitRequest, JoinRequest, NewClone, NewText, PairClone, PairReader, Reach, ReadSession, Remark,
    Remarks, Session, Setting, SyncRequest, WriteSession,
};
use oneonone::git::RemoteOptions;
use oneonone::model::{EntryId, Home, Kind, Role, Visibility};
use oneonone::seal::{Identities, Trust};
use oneonone::sync::{
    BranchChoice, Delivery, Environment, OnRewrite, ReadScope, SnapshotFiles, SyncError, UndoDirection,
    Workspace,
};

use crate::world::{Person, World};

fn new_id() -> EntryId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let bytes = NEXT.fetch_add(0x0123_4567_89ab, Ordering::SeqCst).to_be_bytes();
    EntryId::from_bytes(bytes[2..].try_into().unwrap())
}

/// A member who calls use cases in their clone.
struct Caller {
    setting: Setting,
    place: PairClone,
}

impl Caller {
    fn new(person: &Person) -> Self {
        let state_dir = person.home.join(".local/state/oneonone");
        let now = person.now.parse().unwrap();
        let environment = Environment {
            use_index: true,
            now,
            identity: person.home.join(".config/oneonone/identity.txt"),
            pins_dir: state_dir.join("pins"),
            new_id,
        };
        Self {
            setting: Setting {
                environment,
                today: now.date_naive(),
                state_dir,
                remote: RemoteOptions::default(),
                offline: false,
                acquaintances: Default::default(),
                program: "oneonone".into(),
            },
            place: PairClone {
                name: None,
                dir: PathBuf::from(&person.cwd),
            },
        }
    }

    fn read(&self) -> ReadSession {
        ReadSession::open(&self.setting, &self.place, |_| true).unwrap()
    }

    fn write(&self) -> WriteSession {
        WriteSession::open(&self.setting, &self.place, ReadScope::Everything).unwrap()
    }

    fn sync(&self) {
        let remarks = Remarks::default();
        let request = SyncRequest {
            remote: None,
            dry_run: false,
            on_rewrite: OnRewrite::Ask,
            branch: BranchChoice::Remembered,
        };
        let synced = app::sync(&self.setting, &self.place, &request, &remarks).unwrap();
        assert_eq!(
            synced.report.delivery,
            Delivery::Delivered,
            "{:?}",
            remarks.take()
        );
    }
}

fn request(kind: Kind, text: &str) -> AddRequest {
    AddRequest {
        kind: Some(kind),
        text: text.to_owned(),
        is_argument: false,
        slip: None,
        fields: FieldsRequest::default(),
        destination: Destination::Usual,
    }
}

fn edit_text(id: EntryId, text: &str, seen: &str) -> EditRequest {
    EditRequest {
        what: id.to_string(),
        text: Some(NewText {
            text: text.to_owned(),
            seen: Some(seen.to_owned()),
            is_argument: false,
        }),
        fields: FieldsRequest::default(),
        kind: None,
    }
}

#[test]
fn a_meeting_is_prepared_held_and_taken_back() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let (sam, ana) = (Caller::new(&sam), Caller::new(&ana));
    let mut session = ana.write();
    let topic = app::add(&mut session, request(Kind::Topic, "The plan #planning")).unwrap();
    let remarks = session.view.remarks.take();
    assert!(
        matches!(remarks.as_slice(), [Remark::NewTheme { theme, .. }] if theme.as_str() == "planning"),
        "{remarks:?}"
    );
    drop(session);
    ana.sync();
    sam.sync();

    let mut session = sam.write();
    let meeting = app::start(&mut session, None).unwrap();
    let again = app::start(&mut session, None).unwrap_err();
    let under_way = |error: &DayError| matches!(error, DayError::UnderWay(_));
    assert!(
        matches!(&again, AppError::Day { error, .. } if under_way(error)),
        "{again}"
    );
    let entry = session.view.records.entry(topic).unwrap();
    assert_eq!(entry.home, Home::Meeting(meeting));
    let win = app::add(&mut session, request(Kind::Win, "It went well")).unwrap();
    let ended = app::end(&mut session, &GoBack::Usual, None).unwrap();
    assert_eq!((ended.meeting, ended.carried.as_slice()), (meeting, &[topic][..]));
    drop(session);
    sam.sync();
    ana.sync();

    let view = ana.read().view;
    assert_eq!(view.records.entry(topic).unwrap().home, Home::Agenda);
    assert_eq!(view.records.entry(win).unwrap().home, Home::Meeting(meeting));
    let undone = app::undo(&mut sam.write(), UndoDirection::Undo).unwrap();
    assert_eq!(undone.taken.command.name, "end");
    assert_eq!(undone.changed, [topic]);
}

#[test]
fn nobody_waits_for_a_second_sync_where_the_first_took_all_the_time() {
    let world = World::new();
    let (sam, _) = world.pair();
    let sam = Caller::new(&sam);
    let (before, step) = app::sync_before_start(&sam.setting, &sam.place);
    assert!(before.synced.is_some());
    let mut session = sam.write();
    let started = step.start(&mut session, None, Duration::from_secs(6)).unwrap();
    assert!(started.sync(session).is_none());
}

#[test]
fn a_meeting_begins_and_ends_beside_a_remote() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let (sam, ana) = (Caller::new(&sam), Caller::new(&ana));
    let topic = app::add(&mut ana.write(), request(Kind::Topic, "The plan")).unwrap();
    ana.sync();

    let (before, step) = app::sync_before_start(&sam.setting, &sam.place);
    assert!(before.synced.is_some() && before.reminds);
    let mut session = sam.write();
    let started = step.start(&mut session, None, Duration::ZERO).unwrap();
    let meeting = started.meeting;
    let entry = session.view.records.entry(topic).unwrap();
    assert_eq!(entry.home, Home::Meeting(meeting), "it came with the sync");
    let sync = started.sync(session).unwrap();
    assert!(sync.synced.is_some() && !sync.reminds);
    ana.sync();
    let again = app::start(&mut ana.write(), None).unwrap_err();
    let is_under_way = |error: &AppError| {
        matches!(
            error,
            AppError::Day {
                error: DayError::UnderWay(_),
                ..
            }
        )
    };
    assert!(is_under_way(&again), "{again}");

    let win = app::add(&mut ana.write(), request(Kind::Win, "It went well")).unwrap();
    ana.sync();
    let mut session = sam.write();
    app::end(&mut session, &GoBack::Nothing, None).unwrap();
    let (sync, lists) = app::sync_ended(session, &sam.place);
    assert!(sync.synced.is_some());
    let view = lists.open().unwrap().view;
    assert!(view.records.entry(win).is_some(), "the lists hold what came");

    let session = sam.read();
    let begins = |typed: &str| app::begin_edit(&session, typed).unwrap();
    assert!(matches!(begins(topic.as_str()), EditStart::Stands(body) if body.text == "The plan"));
    assert!(matches!(begins(&meeting.date.to_string()), EditStart::Record));
    let readers = app::pair_readers(&session).unwrap();
    let reach = |reader: &PairReader<'_>| (reader.shared, reader.confidential, reader.private);
    let member = (Reach::All, Reach::All, Reach::Own);
    let admins = (Reach::All, Reach::Nothing, Reach::Nothing);
    assert_eq!(
        readers.iter().map(reach).collect::<Vec<_>>(),
        [member, member, admins]
    );
}

#[test]
fn a_question_is_an_answer_and_holds_no_lock() {
    let world = World::new();
    let (_, ana) = world.pair();
    let ana = Caller::new(&ana);
    let mut private = request(Kind::Note, "To think about");
    private.fields.visibility = Some(Visibility::Private);
    let id = app::add(&mut ana.write(), private).unwrap();
    let reading = ana.read();
    let to = Visibility::Confidential;
    assert_eq!(
        app::preview_share(&reading.view, id.as_str(), to).unwrap(),
        Some(id)
    );
    // The session of the question still stands.
    assert_eq!(app::share(&mut ana.write(), id.as_str(), to).unwrap(), id);
    let view = ana.read().view;
    assert_eq!(view.records.entry(id).unwrap().visibility, to);
    assert_eq!(app::preview_share(&view, id.as_str(), to).unwrap(), None);
    let narrower = app::preview_share(&view, id.as_str(), Visibility::Private).unwrap_err();
    assert!(matches!(narrower, AppError::Narrowing { .. }), "{narrower}");
}

#[test]
fn nobody_widens_an_entry_of_another_member() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let (sam, ana) = (Caller::new(&sam), Caller::new(&ana));
    let mut confidential = request(Kind::Note, "Between us");
    confidential.fields.visibility = Some(Visibility::Confidential);
    let id = app::add(&mut ana.write(), confidential).unwrap();
    ana.sync();
    sam.sync();
    let asked = app::share(&mut sam.write(), id.as_str(), Visibility::Shared).unwrap_err();
    assert!(matches!(asked, AppError::NotItsAuthor { .. }), "{asked}");
    let environment = sam.setting.environment.clone();
    let (files, read_scope) = (SnapshotFiles::Records, ReadScope::Everything);
    let workspace = Workspace::open(&sam.place.dir, environment, files, read_scope).unwrap();
    let mut state = workspace.state().clone();
    let widened = workspace.widen_entry(&mut state, id, Visibility::Shared);
    let is_refused = matches!(&widened, Err(SyncError::NotTheAuthor { entry, .. }) if *entry == id);
    assert!(is_refused, "{widened:?}");
    assert_eq!(&state, workspace.state());
}

#[test]
fn a_choice_counts_for_the_conflict_that_was_shown() {
    let world = World::new();
    let (_, ana) = world.pair();
    let ana = Caller::new(&ana);
    let id = app::add(&mut ana.write(), request(Kind::Note, "one")).unwrap();
    app::edit(&mut ana.write(), edit_text(id, "two", "one")).unwrap();
    let mut session = ana.write();
    app::edit(&mut session, edit_text(id, "three", "one")).unwrap();
    let remarks = session.view.remarks.take();
    assert!(
        matches!(remarks.as_slice(), [Remark::BothTextsKept { .. }]),
        "{remarks:?}"
    );
    drop(session);

    let shown = app::find_conflicts(&ana.read(), id.as_str(), None).unwrap();
    let chosen = [ChosenValue::of(&shown[0], 0).unwrap()];
    assert!(ChosenValue::of(&shown[0], 2).is_none());
    let text = |caller: &Caller| {
        caller
            .read()
            .view
            .records
            .entry(id)
            .unwrap()
            .body
            .clone()
            .unwrap()
            .text
    };
    assert_eq!(text(&ana), "three");
    let mut session = ana.write();
    assert_eq!(app::resolve(&mut session, &chosen).unwrap().1, 0);
    assert!(session.conflicts().is_empty());
    let late = app::resolve(&mut session, &chosen).unwrap_err();
    assert!(matches!(late, AppError::ConflictChanged), "{late}");
    let none = app::find_conflicts(&session, id.as_str(), None).unwrap_err();
    assert!(matches!(none, AppError::NoConflict(_)), "{none}");
}

#[test]
fn a_slip_stores_nothing_and_no_error_shows_a_sealed_text() {
    let world = World::new();
    let (_, ana) = world.pair();
    let ana = Caller::new(&ana);
    let slip = app::add(&mut ana.write(), request(Kind::Note, "private: about the salary")).unwrap_err();
    assert!(matches!(slip, AppError::Slip { .. }), "{slip}");
    assert!(ana.read().view.records.entries.is_empty());
    let mut sealed = request(Kind::Concern, "the salary");
    sealed.fields.visibility = Some(Visibility::Private);
    let id = app::add(&mut ana.write(), sealed).unwrap();
    let dropped = app::drop_actions(&mut ana.write(), &[id.to_string()]).unwrap_err();
    for shown in [format!("{slip:?}"), format!("{dropped:?}"), dropped.to_string()] {
        assert!(!shown.contains("salary"), "{shown}");
    }
}

fn new_clone(person: &Person) -> NewClone {
    NewClone {
        dir: Some("clone".into()),
        folder: person.cwd.clone(),
        began: Instant::now(),
    }
}

#[test]
fn a_pair_is_made_joined_synced_and_found() {
    let world = World::new();
    let remote = world.remote("remote.git");
    let url = remote.to_str().unwrap();
    let people = [world.person("sam"), world.person("ana")];
    let [mut sam, mut ana] = [Caller::new(&people[0]), Caller::new(&people[1])];
    let remarks = Remarks::default();
    let request = InitRequest {
        partner: "Ana".to_owned(),
        name: "Sam".to_owned(),
        role: Role::Manager,
        remote: Some(url.to_owned()),
        clone: new_clone(&people[0]),
    };
    let made = app::init(&sam.setting, &request, &remarks).unwrap();
    assert!(matches!(remarks.take().as_slice(), [Remark::MadeKey(_)]));
    made.offer(&sam.setting, url, Instant::now(), &remarks).unwrap();
    let again = app::init(&sam.setting, &request, &remarks).err().unwrap();
    assert!(matches!(again, AppError::FolderTaken(_)), "{again}");
    let request = JoinRequest {
        url: url.to_owned(),
        name: None,
        clone: new_clone(&people[1]),
    };
    let joined = app::join(&ana.setting, &request, &remarks).unwrap();
    assert_eq!((joined.name.as_str(), joined.role), ("sam", Role::Report));

    let topic = self::request(Kind::Topic, "The plan");
    let (registry, home) = (ana.setting.registry().unwrap(), &people[1].home);
    ana.place = app::choose_pair(&registry, None, home).unwrap();
    assert_eq!(ana.place.dir, joined.dir);
    let unknown = app::choose_pair(&registry, Some("joe"), home).unwrap_err();
    assert!(matches!(unknown, AppError::UnknownPair { .. }), "{unknown}");
    app::add(&mut ana.write(), topic).unwrap();
    ana.sync();
    let (sender, progress) = channel();
    let synced = app::sync_all(&sam.setting, &SyncRequest::default(), &sender).unwrap();
    drop(sender);
    assert_eq!(synced["ana"].as_ref().unwrap().report.incoming.entries(), 1);
    let done: Vec<usize> = progress.iter().map(|now| now.done).collect();
    assert_eq!(done.last(), Some(&1));
    sam.place.dir.clone_from(&made.dir);
    assert_eq!(app::agenda(&sam.read().view).entries().count(), 1);
}

#[test]
fn only_the_keys_that_were_shown_are_trusted() {
    let world = World::new();
    let (sam, _) = world.pair();
    let caller = Caller::new(&sam);
    let states = |keys: &[String]| {
        let mut lines: Vec<String> = sam.read("pair.toml").lines().map(str::to_owned).collect();
        let ana = lines.iter().position(|line| line == "[member.ana]").unwrap();
        let line = lines[ana..]
            .iter()
            .position(|line| line.starts_with("keys"))
            .unwrap();
        lines[ana + line] = format!("keys = {keys:?}");
        sam.write("pair.toml", &(lines.join("\n") + "\n"));
    };
    let keys = || Identities::generate().recipients();
    states(&keys());
    let session = caller.read();
    let shown = app::preview_trust(&session, "ana", None).unwrap();
    assert!(matches!(shown.trust, Trust::Changed { .. }), "{:?}", shown.trust);
    // Somebody else changes them while the person compares.
    let others = keys();
    states(&others);
    let changed = app::trust(&session, &shown, None).unwrap_err();
    assert!(matches!(changed, AppError::KeysChanged), "{changed}");
    let session = caller.read();
    let shown = app::preview_trust(&session, "ana", None).unwrap();
    app::trust(&session, &shown, None).unwrap();
    let now = app::preview_trust(&caller.read(), "ana", None).unwrap();
    assert_eq!(now.trust, Trust::Trusted(others));
}
