//! No files inside a layer know each other in a circle (docs/architecture.md#layers).
//!
//! Read from the text: `use` items and the paths in the code are followed through modules and re-exports to the file that
//! defines what they name. A path that ends at a module says nothing by itself; what is named through it does. A file that
//! calls a method knows the file that adds this method to a type of another file: through `self` by the type, else by a name
//! that no other method has.

use std::collections::{BTreeMap, BTreeSet};

use super::{KNOWS, code};

type Path = Vec<String>;

/// Methods of the standard library, too: whoever calls one of a value may mean that.
const OF_STD: &[&str] = &["ancestors"];

/// One source file.
#[derive(Default)]
struct File {
    name: String,
    /// The path that each name stands for, of the names that it brings in.
    uses: BTreeMap<String, Path>,
    /// The paths that the code names, those of `use` items too; not those that it only hands on.
    named: Vec<Path>,
    /// The methods that it adds to types of other files, behind the type.
    added: BTreeSet<(String, String)>,
    /// All functions that it defines, methods among them.
    functions: Vec<String>,
    /// The methods among them.
    methods: Vec<String>,
    /// The functions that it calls by a path.
    called: BTreeSet<String>,
    /// The methods that it calls of a value.
    called_of_values: BTreeSet<String>,
    /// The methods that a type calls of itself, behind the type.
    called_of_self: BTreeSet<(String, String)>,
}

/// The files of the crate by the path of their module.
struct Crate(BTreeMap<Path, File>);

impl Crate {
    /// Of the names of files below `src`, with their code.
    fn of(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let file = |(name, code): (String, String)| {
            let module = name.trim_end_matches(".rs").trim_end_matches("/mod");
            let path: Path = match module {
                "lib" | "main" => Path::new(),
                module => module.split('/').map(str::to_owned).collect(),
            };
            (path, read(name, &code))
        };
        Self(files.into_iter().map(file).collect())
    }

    /// The module whose file defines what a path names, seen from a module; none for a path that ends at a module, and
    /// for one that leads out of the crate.
    fn definer(&self, from: &[String], path: &[String], patience: u8) -> Option<Path> {
        let is_prefix = |part: &&String| matches!(part.as_str(), "crate" | "self" | "super");
        let rooted = path.iter().take_while(is_prefix).count();
        let (prefix, parts) = path.split_at_checked(rooted)?;
        let mut at = from.to_vec();
        for part in prefix {
            match part.as_str() {
                "crate" => at.clear(),
                "super" => drop(at.pop()),
                _ => {}
            }
        }
        for (number, part) in parts.iter().enumerate() {
            let below: Path = at.iter().chain([part]).cloned().collect();
            if self.0.contains_key(&below) {
                at = below;
            } else if let Some(target) = self.0.get(&at)?.uses.get(part) {
                let whole: Path = target.iter().chain(&parts[number + 1..]).cloned().collect();
                return self.definer(&at, &whole, patience.checked_sub(1)?);
            } else {
                return (rooted + number > 0).then_some(at);
            }
        }
        None
    }

    /// The files of the same layer that a file knows.
    fn known<'a>(&'a self, module: &'a Path, file: &'a File) -> BTreeSet<&'a str> {
        let defined = file
            .named
            .iter()
            .filter_map(|path| self.definer(module, path, 20));
        let same_layer = defined.filter(|path| path.first() == module.first() && path != module);
        let named = same_layer.filter_map(|path| Some(self.0.get(&path)?.name.as_str()));
        named.chain(self.called(module, file)).collect()
    }

    /// The other files of the layer that add a method to a type, and whose method a file calls. A name that several
    /// functions of the crate have says nothing, nor one of several methods where a value is asked.
    fn called<'a>(&'a self, module: &'a Path, file: &'a File) -> impl Iterator<Item = &'a str> {
        let others = self
            .0
            .iter()
            .filter(move |(path, _)| path.first() == module.first() && *path != module);
        let is_called = |added: &(String, String)| {
            let (_, name) = added;
            let by_path = file.called.contains(name) && self.count(name, |file| &file.functions) == 1;
            let of_value = file.called_of_values.contains(name) && !OF_STD.contains(&name.as_str());
            let of_value = of_value && self.count(name, |file| &file.methods) == 1;
            by_path || of_value || file.called_of_self.contains(added)
        };
        let called = others.filter(move |(_, other)| other.added.iter().any(is_called));
        called.map(|(_, other)| other.name.as_str())
    }

    /// How many functions of a kind have a name.
    fn count(&self, name: &str, kind: impl Fn(&File) -> &Vec<String>) -> usize {
        let of_file = |file| kind(file).iter().filter(|function| *function == name).count();
        self.0.values().map(of_file).sum()
    }

    /// The groups of files of a layer each of which leads to every other.
    fn circles(&self, layer: &str) -> Vec<Vec<&str>> {
        let files = self
            .0
            .iter()
            .filter(|(path, _)| path.first().is_some_and(|l| l == layer));
        let known: BTreeMap<&str, BTreeSet<&str>> = files
            .map(|(path, file)| (file.name.as_str(), self.known(path, file)))
            .collect();
        let reached = |from: &str| {
            let mut reached = BTreeSet::new();
            let mut next: Vec<&str> = known[from].iter().copied().collect();
            while let Some(name) = next.pop() {
                if reached.insert(name) {
                    next.extend(&known[name]);
                }
            }
            reached
        };
        let reach: BTreeMap<&str, BTreeSet<&str>> = known.keys().map(|name| (*name, reached(name))).collect();
        let circle = |name: &&str| -> Vec<&str> {
            let back = |other: &&&str| reach[**other].contains(name);
            reach[name].iter().filter(back).copied().collect()
        };
        let circles: BTreeSet<Vec<&str>> = known
            .keys()
            .map(circle)
            .filter(|circle| !circle.is_empty())
            .collect();
        circles.into_iter().collect()
    }
}

fn read(name: String, code: &str) -> File {
    let mut file = File {
        name,
        ..File::default()
    };
    let mut handed_on = Vec::new();
    let mut rest = String::new();
    let mut lines = code.lines();
    while let Some(line) = lines.next() {
        let used = line.trim_start().split_once("use ");
        let used = used.filter(|(before, _)| before.is_empty() || before.starts_with("pub"));
        let Some((visibility, item)) = used else {
            // A declared module is not yet used.
            if !(line.contains("mod ") && line.ends_with(';')) {
                rest += line;
                rest.push('\n');
            }
            continue;
        };
        let mut item = item.to_owned();
        while !item.contains(';') {
            item += lines.next().unwrap_or(";");
        }
        for (name, path) in spread(&[], item.trim_end_matches(';')) {
            match visibility {
                "" => file.named.push(path.clone()),
                _ => handed_on.push((name.clone(), path.clone())),
            }
            file.uses.insert(name, path);
        }
    }
    handed_on.retain(|(name, _)| is_used(&rest, name));
    file.named.extend(handed_on.into_iter().map(|(_, path)| path));
    let paths = rest.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
    let paths = paths
        .filter(|path| path.contains("::"))
        .map(|path| parts(path).collect());
    file.named.extend(paths);
    read_methods(&mut file, code);
    file
}

/// The functions of a file, and the methods among them that belong to a type of another file.
fn read_methods(file: &mut File, code: &str) {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let word = |text: &str| text[..text.find(|c| !is_part(c)).unwrap_or(text.len())].to_owned();
    let mut adds = false;
    let mut owner = String::new();
    // A chain of calls stands on one line.
    let mut lines: Vec<String> = Vec::new();
    for line in code.lines() {
        match lines.last_mut() {
            Some(last) if line.trim_start().starts_with('.') => last.push_str(line.trim_start()),
            _ => lines.push(line.to_owned()),
        }
    }
    for line in lines.iter().map(String::as_str) {
        if let Some(rest) = line.strip_prefix("impl") {
            let rest = if rest.starts_with('<') {
                rest.split_once("> ").map_or("", |(_, rest)| rest)
            } else {
                rest
            };
            let (by_trait, rest) = rest
                .split_once(" for ")
                .map_or((false, rest), |(_, rest)| (true, rest));
            owner = word(rest.trim_start());
            let is_here = ["struct", "enum", "trait"]
                .iter()
                .any(|what| code.contains(&format!("{what} {owner}")));
            adds = !is_here && !by_trait;
        } else if line.starts_with("trait ") || line.contains(" trait ") {
            owner = word(line.split_once("trait ").map_or("", |(_, rest)| rest));
        } else if line.starts_with('}') {
            (adds, owner) = (false, String::new());
        }
        for (at, before) in ["self.", "Self::"]
            .iter()
            .flat_map(|before| line.match_indices(before))
        {
            let after = &line[at + before.len()..];
            let method = word(after);
            if !owner.is_empty() && after[method.len()..].starts_with('(') {
                file.called_of_self.insert((owner.clone(), method));
            }
        }
        if let Some((before, after)) = line.split_once("fn ")
            && before.split_whitespace().all(|word| {
                word.starts_with("pub") || word.starts_with("in ") || word == "const" || word.ends_with(')')
            })
        {
            let name = word(after);
            if !owner.is_empty() {
                file.methods.push(name.clone());
            }
            // A private one is called in its own file alone.
            if adds && before.contains("pub") {
                file.added.insert((owner.clone(), name.clone()));
            }
            file.functions.push(name);
        }
    }
    for (at, _) in code.match_indices('(') {
        let before = &code[..at];
        let start = before.rfind(|c| !is_part(c)).map_or(0, |at| at + 1);
        let name = before[start..].to_owned();
        if before[..start].ends_with('.') {
            file.called_of_values.insert(name);
        } else if before[..start].ends_with(':') {
            file.called.insert(name);
        }
    }
}

/// Whether code uses a name that it also hands on: a type, or a function that is called. A variable or a method of the
/// same name is something else.
fn is_used(code: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let is_type = name.starts_with(char::is_uppercase);
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back().unwrap_or(' ');
        let after = code[at + name.len()..].chars().next().unwrap_or(' ');
        !is_part(before) && before != '.' && !is_part(after) && (is_type || after == '(')
    })
}

/// The names and paths of a `use` tree such as `a::{b, c::{self, d as e}}`.
fn spread(before: &[String], tree: &str) -> Vec<(String, Path)> {
    let tree = tree.trim();
    let whole = |path: &str| before.iter().cloned().chain(parts(path)).collect::<Path>();
    if let Some((path, inner)) = tree.split_once('{') {
        // A last branch loses its own braces as well, and nothing else.
        let inner = inner.trim_end_matches([' ', ',', '}']);
        let mut depth = 0;
        let branches = inner.split(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            c == ',' && depth == 0
        });
        return branches.flat_map(|branch| spread(&whole(path), branch)).collect();
    }
    let (path, name) = tree.split_once(" as ").unwrap_or((tree, ""));
    let mut path = whole(path);
    if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    let last = path.last().cloned().unwrap_or_default();
    vec![(
        if name.is_empty() {
            last
        } else {
            name.trim().to_owned()
        },
        path,
    )]
}

fn parts(path: &str) -> impl Iterator<Item = String> + '_ {
    path.split("::")
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
}

#[test]
fn no_files_of_a_layer_know_each_other_in_a_circle() {
    let all = Crate::of(code().into_iter().map(|(_, name, code)| (name, code)));
    let circles: Vec<_> = KNOWS.iter().flat_map(|(layer, _)| all.circles(layer)).collect();
    assert!(
        circles.is_empty(),
        "files that know each other in a circle: {circles:#?}"
    );
}

/// The circles of a made-up layer `a`.
fn circles_of(files: &[(&str, &str)]) -> Vec<String> {
    let owned = files
        .iter()
        .map(|(name, code)| ((*name).to_owned(), (*code).to_owned()));
    Crate::of(owned)
        .circles("a")
        .iter()
        .map(|circle| circle.join(" "))
        .collect()
}

#[test]
fn a_circle_is_found_however_it_is_spelled() {
    let module = "mod one;\nmod two;\npub use two::Two;\n";
    let free = [
        ("a/mod.rs", module),
        ("a/one.rs", "use super::Two;\n"),
        ("a/two.rs", "pub struct Two;\n"),
    ];
    assert_eq!(
        circles_of(&free),
        [""; 0],
        "mod.rs hands Two on, and does not use it"
    );
    for code in [
        "use super::one::One;\n",
        "use crate::{\n    a::{\n        one::{self, One as Other},\n    },\n    b::Three,\n};\n",
        "fn two() {\n    super::one::one();\n}\n",
        "use super::one;\nfn two() {\n    one::one();\n}\n",
        "use crate::a::one::*;\n",
        "use self::super::one::One;\n",
        "use crate::c::One;\n",
    ] {
        let other = ("c/mod.rs", "pub use crate::a::one::One;\n");
        let files = [free[0], free[1], ("a/two.rs", code), other];
        assert_eq!(circles_of(&files), ["a/one.rs a/two.rs"], "{code}");
    }
    let with_parent = [
        ("a.rs", "mod one;\nuse one::One;\npub struct Base;\n"),
        ("a/one.rs", "use super::Base;\n"),
    ];
    assert_eq!(circles_of(&with_parent), ["a.rs a/one.rs"]);
    let apart = [
        ("a/mod.rs", "mod one;\nmod two;\n"),
        (
            "a/one.rs",
            "use super::two;\nuse std::fs::File;\nuse crate::b::One;\n",
        ),
        ("a/two.rs", "use super::one;\n"),
        ("b/mod.rs", "pub struct One;\n"),
    ];
    assert_eq!(
        circles_of(&apart),
        [""; 0],
        "a module that is brought in, and of which nothing is used"
    );
}

#[test]
fn a_method_that_another_file_adds_to_a_type_is_known() {
    let base = "pub struct Base;\nimpl Base {\n    pub fn open(&self) {\n        self.look();\n    }\n}\n";
    let added = "use super::base::Base;\nimpl Base {\n    pub(super) fn look(&self) {}\n}\n";
    let files = [
        ("a/mod.rs", "mod base;\nmod look;\n"),
        ("a/base.rs", base),
        ("a/look.rs", added),
    ];
    assert_eq!(circles_of(&files), ["a/base.rs a/look.rs"]);
    let other = ("a/other.rs", "fn look() {}\n");
    assert_eq!(
        circles_of(&[files[0], files[1], files[2], other]),
        ["a/base.rs a/look.rs"],
        "self says which one is meant"
    );
    let base = base.replace("self.look()", "self\n            .look()");
    assert_eq!(
        circles_of(&[files[0], ("a/base.rs", &base), files[2], other]),
        ["a/base.rs a/look.rs"]
    );
    let base = base.replace("self\n            .look()", "other.look()");
    assert_eq!(
        circles_of(&[files[0], ("a/base.rs", &base), files[2], other]),
        ["a/base.rs a/look.rs"],
        "a function that is no method is never called of a value"
    );
    let other = (
        "a/other.rs",
        "struct Other;\nimpl Other {\n    fn look(&self) {}\n}\n",
    );
    assert_eq!(
        circles_of(&[files[0], ("a/base.rs", &base), files[2], other]),
        [""; 0],
        "nobody knows which one is meant"
    );
}
