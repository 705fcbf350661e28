//! Records that are broken, or say something that was not meant: shown with the line and the fix.

use std::fs;

use super::entries::pair_with_entries;
use super::told::{Told, copied_with_remote};
use crate::world::{Person, World};

/// An entry that is sound but for its last lines.
fn entry(lines: &str) -> String {
    format!("[[entry]]\nid = \"qqqqqqqqqqqq\"\ntext = \"a text\"\n{lines}\n")
}

/// The title of what is wrong, and the agenda.
fn broken_agendas() -> Vec<(&'static str, String)> {
    let key = |lines: &str| entry(lines);
    vec![
        ("no TOML", "[[entry]]\ntext : \"x\"\n".to_owned()),
        ("no end of a string", "[[entry]]\ntext = \"x\n".to_owned()),
        ("a key twice", key("text = \"again\"")),
        (
            "markers of a merge",
            "[[entry]]\n<<<<<<< HEAD\ntext = \"x\"\n=======\ntext = \"y\"\n>>>>>>> other\n".to_owned(),
        ),
        ("no text", "[[entry]]\nkind = \"topic\"\n".to_owned()),
        ("an empty text", "[[entry]]\ntext = \"\"\n".to_owned()),
        ("an entry that is no table", "entry = \"x\"\n".to_owned()),
        ("one table for all entries", "[entry]\ntext = \"x\"\n".to_owned()),
        ("an id twice", format!("{}\n{}", entry(""), entry(""))),
        (
            "an id that is none",
            "[[entry]]\nid = \"abc\"\ntext = \"x\"\n".to_owned(),
        ),
        ("no such kind", key("kind = \"riddle\"")),
        ("a kind with a slip", key("kind = \"concren\"")),
        ("no such visibility", key("visibility = \"secret\"")),
        ("an author that is none", key("by = \"Not A Slug\"")),
        ("a time without a zone", key("at = 2026-11-24")),
        ("a date in quotes", key("due = \"2026-12-01\"")),
        ("carried less than never", key("carried = -1")),
        ("carried in words", key("carried = \"twice\"")),
        ("a theme that is none", key("themes = [\"Not a slug\"]")),
        ("themes that are no list", key("themes = \"writing\"")),
        ("no such tone", key("tone = \"grumpy\"")),
        ("no such state", key("state = \"lost\"")),
        ("it follows from no id", key("re = \"42\"")),
        ("a seal that is none", key("sealed = \"x\"")),
        ("a word of the format's own", key("field = \"x\"")),
        (
            "a conflict without a field",
            format!("{}[[entry.conflict]]\nvalue = \"x\"\n", entry("")),
        ),
        (
            "a conflict without a value",
            format!("{}[[entry.conflict]]\nfield = \"text\"\n", entry("")),
        ),
        ("far too large", format!("# {}\n", "x".repeat(1_100_000))),
        // Sound TOML that was not meant so.
        ("a key in capitals", key("Visibility = \"private\"")),
        ("a key with a slip", key("visibilty = \"private\"")),
        ("a key that seals nothing", key("private = true")),
        ("a kind in capitals", key("Kind = \"concern\"")),
        ("a text in capitals", key("Text = \"x\"")),
        ("a concern by another key", key("type = \"concern\"")),
        (
            "a theme that seals nothing",
            "[[entry]]\ntext = \"x\"\nthemes = [\"private\"]\n".to_owned(),
        ),
        (
            "entries by another name",
            "[[entries]]\nvisibility = \"private\"\ntext = \"x\"\n".to_owned(),
        ),
        ("an entry by its kind", "[[concern]]\ntext = \"x\"\n".to_owned()),
        ("a text at the head", "text = \"x\"\n".to_owned()),
        (
            "an entry inside another",
            key("meta = { visibility = \"private\", text = \"x\" }"),
        ),
        (
            "somebody else's private text",
            key("by = \"sam\"\nvisibility = \"private\""),
        ),
        ("an author who is not here", key("by = \"joe\"")),
        (
            "a bell in the text",
            "[[entry]]\ntext = \"a\\u0007b\"\n".to_owned(),
        ),
    ]
}

/// Runs a command where a file was spoilt.
fn spoilt(
    (told, world): (&mut Told, &World),
    title: &str,
    person: &Person,
    spoil: impl FnOnce(&Person),
    args: &[&str],
) {
    let (spoilt, remote) = copied_with_remote(world, person, "spoilt");
    spoil(&spoilt);
    told.run(title, &spoilt, args);
    fs::remove_dir_all(&spoilt.cwd).unwrap();
    fs::remove_dir_all(remote).unwrap();
}

#[test]
fn agendas_that_are_broken() {
    let world = World::new();
    let (_, ana) = world.pair();
    let mut told = Told::new("agendas", &world);
    for (title, text) in broken_agendas() {
        ana.write("agenda.toml", &text);
        told.run(title, &ana, &["sync", "--dry-run"]);
    }
    ana.write("agenda.toml", "bad bad\n");
    told.table(
        &ana,
        &[
            ("a look at it", &["check"]),
            ("added in spite of it", &["add", "x"]),
            ("read in spite of it", &["agenda"]),
            ("where it stands", &["status"]),
        ],
    );
    fs::write(ana.cwd.join("agenda.toml"), b"[[entry]]\ntext = \"\xff\"\n").unwrap();
    told.run("no UTF-8", &ana, &["sync"]);
    fs::remove_file(ana.cwd.join("agenda.toml")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", ana.cwd.join("agenda.toml")).unwrap();
    told.run("a link", &ana, &["sync"]);
    fs::remove_file(ana.cwd.join("agenda.toml")).unwrap();
    fs::create_dir(ana.cwd.join("agenda.toml")).unwrap();
    told.run("a folder", &ana, &["sync"]);
    told.compare();
}

#[test]
fn records_that_are_broken_or_gone() {
    let world = World::new();
    let (sam, ana) = pair_with_entries(&world);
    let mut told = Told::new("records", &world);
    let meeting = "meetings/2026/2026-11-20.toml";
    let write = |path: &'static str, text: &'static str| move |p: &Person| p.write(path, text);
    let pair = ana.read("pair.toml");
    let changed = |from: &'static str, to: &'static str| {
        let text = pair.replacen(from, to, 1);
        assert_ne!(text, pair, "{from}");
        move |p: &Person| p.write("pair.toml", &text)
    };
    let sync = &["sync"][..];
    spoilt(
        (&mut told, &world),
        "an emptied record",
        &ana,
        write("agenda.toml", ""),
        sync,
    );
    spoilt(
        (&mut told, &world),
        "a record that is gone",
        &ana,
        |p| fs::remove_file(p.cwd.join("agenda.toml")).unwrap(),
        sync,
    );
    spoilt(
        (&mut told, &world),
        "a meeting of another date",
        &ana,
        write(meeting, "date = 2026-11-21\nstatus = \"held\"\n"),
        sync,
    );
    spoilt(
        (&mut told, &world),
        "a meeting in no state",
        &ana,
        write(meeting, "date = 2026-11-20\nstatus = \"perhaps\"\n"),
        sync,
    );
    spoilt(
        (&mut told, &world),
        "an entry in two records",
        &ana,
        write(meeting, "[[entry]]\nid = \"kkkkkkkkkkkk\"\ntext = \"a topic\"\n"),
        sync,
    );
    spoilt(
        (&mut told, &world),
        "no cadence",
        &ana,
        changed("cadence = \"1w\"", "cadence = \"often\""),
        sync,
    );
    spoilt(
        (&mut told, &world),
        "no id",
        &ana,
        changed("id = ", "ident = "),
        sync,
    );
    spoilt(
        (&mut told, &world),
        "no format",
        &ana,
        changed("format = 1\n", ""),
        sync,
    );
    spoilt(
        (&mut told, &world),
        "a newer format",
        &ana,
        changed("format = 1", "format = 2"),
        sync,
    );
    spoilt(
        (&mut told, &world),
        "a newer format",
        &ana,
        changed("format = 1", "format = 2"),
        &["agenda"],
    );
    spoilt(
        (&mut told, &world),
        "no role",
        &ana,
        changed("role = \"report\"\n", ""),
        sync,
    );
    spoilt(
        (&mut told, &world),
        "two managers",
        &ana,
        changed("role = \"report\"", "role = \"manager\""),
        sync,
    );
    spoilt(
        (&mut told, &world),
        "a member that is none",
        &ana,
        changed("[member.ana]", "[member.\"Not A Slug\"]"),
        sync,
    );
    spoilt(
        (&mut told, &world),
        "a pair without members",
        &ana,
        write("pair.toml", "format = 1\nid = \"kkkkkkkkkkkk\"\n"),
        sync,
    );
    spoilt(
        (&mut told, &world),
        "a member that is no table",
        &ana,
        write(
            "pair.toml",
            "format = 1\nid = \"kkkkkkkkkkkk\"\nmember = { ana = 1 }\n",
        ),
        sync,
    );
    spoilt(
        (&mut told, &world),
        "another pair",
        &ana,
        changed("id = \"", "id = \"kkkkkkkkkkkk\"\nwas = \""),
        sync,
    );
    spoilt(
        (&mut told, &world),
        "another pair, committed",
        &ana,
        |p| {
            changed("id = \"", "id = \"kkkkkkkkkkkk\"\nwas = \"")(p);
            p.git(["commit", "-qnam", "another pair"]).ok();
        },
        &["add", "concern", "x"],
    );
    spoilt(
        (&mut told, &world),
        "a newer format, committed",
        &ana,
        |p| {
            changed("format = 1", "format = 2")(p);
            p.git(["commit", "-qnam", "newer"]).ok();
        },
        &["add", "x"],
    );
    // Seals that somebody touched who cannot open them.
    let sealed = ana.read("agenda.toml");
    let armors: Vec<&str> = sealed.split("\"\"\"").skip(1).step_by(2).collect();
    let swapped = sealed.replace(armors[1], armors[0]);
    spoilt(
        (&mut told, &world),
        "a seal of another entry",
        &ana,
        |p| p.write("agenda.toml", &swapped),
        sync,
    );
    let beside = |p: &Person| {
        let agenda = p.read("agenda.toml");
        let at = agenda.rfind("sealed = ").unwrap();
        p.write(
            "agenda.toml",
            &format!("{}kind = \"note\"\n{}", &agenda[..at], &agenda[at..]),
        );
    };
    spoilt(
        (&mut told, &world),
        "something beside the other's seal",
        &sam,
        beside,
        sync,
    );
    let in_clear = |p: &Person| {
        let agenda = p.read("agenda.toml");
        let at = agenda.find("visibility = \"confidential\"").unwrap();
        let end = at + agenda[at..].find("FILE-----\n\"\"\"").unwrap() + "FILE-----\n\"\"\"".len();
        p.write(
            "agenda.toml",
            &agenda.replace(&agenda[at..end], "text = \"for everybody\""),
        );
    };
    spoilt(
        (&mut told, &world),
        "the other's seal opened",
        &sam,
        in_clear,
        sync,
    );
    let widened = |p: &Person| {
        let agenda = p.read("agenda.toml");
        p.write(
            "agenda.toml",
            &agenda.replacen("visibility = \"private\"", "visibility = \"confidential\"", 1),
        );
    };
    spoilt((&mut told, &world), "a visibility in clear", &ana, widened, sync);
    spoilt(
        (&mut told, &world),
        "an emptied record of the other's",
        &sam,
        write("agenda.toml", ""),
        sync,
    );
    let committed = |p: &Person| {
        p.git(["commit", "-qnam", "by hand"]).ok();
    };
    let edit = &["edit", "oo", "x"][..];
    let moved = |p: &Person| {
        p.write("agenda.toml", &swapped);
        committed(p);
    };
    spoilt(
        (&mut told, &world),
        "a seal of another entry, committed",
        &ana,
        moved,
        edit,
    );
    let damaged = |p: &Person| {
        let at = sealed.rfind("\n-----END").unwrap();
        p.write(
            "agenda.toml",
            &format!("{}AAAA{}", &sealed[..at - 4], &sealed[at..]),
        );
        committed(p);
    };
    spoilt(
        (&mut told, &world),
        "a damaged seal, committed",
        &ana,
        damaged,
        edit,
    );
    let of_another = |p: &Person| {
        let at = sealed.rfind("by = \"ana\"").unwrap();
        p.write(
            "agenda.toml",
            &format!("{}by = \"sam\"{}", &sealed[..at], &sealed[at + 10..]),
        );
        committed(p);
    };
    spoilt(
        (&mut told, &world),
        "a seal of another author, committed",
        &ana,
        of_another,
        edit,
    );
    // The clone that is known, so that no other stands for it.
    fs::remove_file(ana.cwd.join("pair.toml")).unwrap();
    told.run("the pair is gone", &ana, &["sync"]);
    told.run("the pair is gone", &ana, &["check"]);
    ana.git(["rm", "-q", "pair.toml"]).ok();
    ana.git(["commit", "-qnm", "no pair"]).ok();
    told.run("the pair is gone, committed", &ana, &["status"]);
    told.run("the pair is gone, committed", &ana, &["add", "x"]);
    told.compare();
}
