//! How a problem is mended: words, and commands as data. Whoever prints a command quotes it for a shell, and fills in the
//! pair (docs/command-line.md#output).

/// The ways to mend a problem, of which a person chooses one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fix {
    ways: Vec<Way>,
}

/// One way: words, and the commands for it, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The words for it, without a colon or a full stop; may be empty where a command says enough.
    pub words: String,
    /// The commands that do it; may be none.
    pub commands: Vec<Command>,
}

/// A command to be pasted, as its arguments. Each may be a name that somebody else chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The arguments of this program, for a command about the pair.
    Ours(Vec<String>),
    /// A program and its arguments, about the clone of the pair: paths begin at its folder.
    InClone(Vec<String>),
    /// A program and its arguments. They need no pair, or are for somebody else.
    Any(Vec<String>),
}

impl Fix {
    /// A command that says enough by itself.
    pub fn run(command: Command) -> Self {
        Self::by("", command)
    }

    /// Words, and the command that does it.
    pub fn by(words: impl Into<String>, command: Command) -> Self {
        let way = Way {
            words: words.into(),
            commands: vec![command],
        };
        Self { ways: vec![way] }
    }

    /// Another command follows in the same way.
    #[must_use]
    pub fn then(mut self, command: Command) -> Self {
        if let Some(way) = self.ways.last_mut() {
            way.commands.push(command);
        }
        self
    }

    /// Another way to mend it.
    #[must_use]
    pub fn or(mut self, other: impl Into<Self>) -> Self {
        self.ways.extend(other.into().ways);
        self
    }

    /// The ways, the best first.
    pub fn ways(&self) -> &[Way] {
        &self.ways
    }

    /// The ways that call no such command of this program.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let of = |way: &Way| Self {
            ways: vec![way.clone()],
        };
        let ways = self.ways.iter().filter(|way| !of(way).calls(name));
        Self {
            ways: ways.cloned().collect(),
        }
    }

    /// Whether one of the ways calls a command of this program, in whatever clone.
    pub fn calls(&self, name: &str) -> bool {
        let calls = |command: &Command| match command {
            Command::Ours(args) => args.first().is_some_and(|first| first == name),
            Command::Any(args) => {
                matches!(args.as_slice(), [program, first, ..] if program == "oneonone" && first == name)
            }
            Command::InClone(_) => false,
        };
        self.ways.iter().flat_map(|way| &way.commands).any(calls)
    }
}

impl<S: Into<String>> From<S> for Fix {
    /// Words alone. No words are no way.
    fn from(words: S) -> Self {
        let words = words.into();
        let way = (!words.is_empty()).then(|| Way {
            words,
            commands: Vec::new(),
        });
        Self {
            ways: way.into_iter().collect(),
        }
    }
}

impl Command {
    /// A command of this program about the pair.
    pub fn ours<A: Into<String>>(args: impl IntoIterator<Item = A>) -> Self {
        Self::Ours(strings(args))
    }

    /// A command of another program in the clone of the pair.
    pub fn in_clone<A: Into<String>>(command: impl IntoIterator<Item = A>) -> Self {
        Self::InClone(strings(command))
    }

    /// Any other command.
    pub fn any<A: Into<String>>(command: impl IntoIterator<Item = A>) -> Self {
        Self::Any(strings(command))
    }

    /// A command of git about one file of the clone. Git takes some names for a pattern, which would name more files.
    pub fn git_on(args: &[&str], path: &str) -> Self {
        let is_pattern = path.starts_with(':') || path.contains(['*', '?', '[', '\\']);
        let literal = is_pattern.then_some("--literal-pathspecs");
        let before = ["git"].into_iter().chain(literal).chain(args.iter().copied());
        Self::in_clone(before.chain(["--", path]))
    }
}

fn strings<A: Into<String>>(args: impl IntoIterator<Item = A>) -> Vec<String> {
    args.into_iter().map(Into::into).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fix_says_which_commands_it_calls() {
        let theirs = Fix::by("put it back", Command::any(["oneonone", "restore", "pair.toml"]));
        let fix = Fix::from("write it anew").or(Fix::by("or", Command::ours(["restore", "agenda.toml"])));
        for fix in [&theirs, &fix] {
            assert!(fix.calls("restore") && !fix.calls("sync"));
        }
        // Words that look like a command are none, and neither is an argument.
        let words = Fix::from("oneonone restore pair.toml");
        let add = Fix::by("add", Command::in_clone(["git", "add", "restore"]));
        assert!(!words.calls("restore") && !add.calls("restore"));
        assert_eq!(Fix::from(""), Fix::default());
    }

    #[test]
    fn git_takes_a_name_for_a_name() {
        let args = |path: &str| match Command::git_on(&["add"], path) {
            Command::InClone(args) => args.join(" "),
            other => panic!("{other:?}"),
        };
        assert_eq!(args("a b.toml"), "git add -- a b.toml");
        for path in ["*", ":/x", "a?", "[a]", "a\\*"] {
            assert_eq!(args(path), format!("git --literal-pathspecs add -- {path}"));
        }
    }
}
