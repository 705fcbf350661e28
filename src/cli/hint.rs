//! Hints as data: what to do now, and the commands for it, each on a line of its own that can be pasted.

use crate::app::own_keys_back;
use crate::model::{Command, EntryId, Fix, Visibility, Way, with_hidden};
use crate::render::{Printable, printable};

/// Advice: words, commands, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hint {
    remark: Option<String>,
    commands: Vec<CommandLine>,
}

/// The names that commands in hints need, so that they work from where the person stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Standing {
    /// The pair that the person named.
    pub(super) pair: Option<String>,
    /// The folder of the clone, if the person stands elsewhere.
    pub(super) clone: Option<String>,
}

/// A line to be pasted.
#[derive(Debug, Clone, PartialEq, Eq)]
enum CommandLine {
    /// A command. One about a pair names the pair that the person named.
    Run(Command),
    /// A line that is pasted into a file.
    Line(String),
}

impl Hint {
    /// A command of this program about a pair.
    pub(super) fn ours<A: Into<String>>(args: impl IntoIterator<Item = A>) -> Self {
        Self::of(Command::ours(args))
    }

    /// Any other command: of another program, or of this one where it is about no pair.
    pub(super) fn run<A: Into<String>>(command: impl IntoIterator<Item = A>) -> Self {
        Self::of(Command::any(command))
    }

    /// A command of this program that another person runs, in their clone: the words say who. They may know the pair by another
    /// name, so it names none.
    pub(super) fn theirs<A: Into<String>>(args: impl IntoIterator<Item = A>) -> Self {
        let args = args.into_iter().map(Into::into);
        Self::run(std::iter::once("oneonone".to_owned()).chain(args))
    }

    /// A command of another program in the clone of the pair. Paths in it begin at the folder of the clone.
    pub(super) fn in_clone<A: Into<String>>(command: impl IntoIterator<Item = A>) -> Self {
        Self::of(Command::in_clone(command))
    }

    /// A command of git about one file of the clone.
    pub(super) fn git_on(args: &[&str], path: &str) -> Self {
        Self::of(Command::git_on(args, path))
    }

    /// A line for a file.
    pub(super) fn line(line: &str) -> Self {
        Self {
            remark: None,
            commands: vec![CommandLine::Line(line.to_owned())],
        }
    }

    /// How a pair is made.
    pub(super) fn init() -> Self {
        Self::run(["oneonone", "init", "PARTNER", "--as", "manager"])
            .then(Self::run(["oneonone", "init", "PARTNER", "--as", "report"]))
    }

    /// How to check that git reaches an address.
    pub(super) fn reach(url: &str) -> Self {
        Self::run(["git", "ls-remote", url]).why("check the address, and that git reaches it")
    }

    /// How a kept entry is removed all the same.
    pub(super) fn remove(id: EntryId) -> Self {
        Self::ours(["rm".to_owned(), id.to_string()]).why("if it should go")
    }

    /// The ways on where somebody changed the keys of my seat. None names a key: nobody is talked into trusting one.
    pub(super) fn own_seat() -> Vec<Self> {
        let added = Self::run(["oneonone", "key", "trust", "--help"])
            .why("if you put in the key of another machine of yours, see how to call it yours");
        Self::ways(&own_keys_back()).chain([added]).collect()
    }

    /// How another member puts back the keys of their seat.
    pub(super) fn ask_to_refuse(who: &str) -> Self {
        Self::theirs(["key", "refuse"]).why(format!("ask {who} to run this, which puts their keys back"))
    }

    /// How an entry is made one that fewer people read.
    pub(super) fn anew(id: &str, visibility: Visibility) -> Self {
        let add = Self::ours(["add".to_owned(), format!("--{visibility}")]);
        Self::ours(["rm", id])
            .why("remove it and write it anew")
            .then(add)
    }

    /// The same for an entry that was never sent: no history is to keep it. Whatever else was written since `before` stays in
    /// the folder, and is taken in again.
    pub(super) fn anew_unsent(id: &str, visibility: Visibility, before: &str) -> Self {
        let add = Self::ours(["add".to_owned(), format!("--{visibility}")]);
        Self::ours(["rm", id])
            .why("remove it, leave it out of history, and write it anew")
            .then(Self::in_clone(["git", "reset", "--soft", before]))
            .then(add)
    }

    /// How a text that was removed is left out of the history from a commit on. Whatever else was written since stays in the
    /// folder, and is taken in again.
    pub(super) fn leave_out(before: &str) -> Self {
        Self::in_clone(["git", "reset", "--soft", before])
            .why("leave it out of history; the rest that was written since stays in the folder, and is taken in again")
    }

    fn of(command: Command) -> Self {
        Self {
            remark: None,
            commands: vec![CommandLine::Run(command)],
        }
    }

    /// The ways to mend a problem, a hint each.
    pub(super) fn ways(fix: &Fix) -> impl Iterator<Item = Self> {
        let hint = |way: &Way| Self {
            remark: Some(way.words.clone()).filter(|words| !words.is_empty()),
            commands: way.commands.iter().cloned().map(CommandLine::Run).collect(),
        };
        fix.ways().iter().map(hint)
    }

    /// Says what the commands are good for.
    pub(super) fn why(mut self, remark: impl Into<String>) -> Self {
        self.remark = Some(remark.into());
        self
    }

    /// Names the pair that the commands are about, where the person named none.
    pub(super) fn about(mut self, pair: &str) -> Self {
        for command in &mut self.commands {
            if let CommandLine::Run(Command::Ours(args)) = command {
                *command = CommandLine::Run(Command::Any(with_pair(Some(pair), args)));
            }
        }
        self
    }

    /// The commands of another hint follow.
    pub(super) fn then(mut self, next: Self) -> Self {
        self.commands.extend(next.commands);
        self
    }

    /// The hint for the terminal, without a line end.
    pub(super) fn shown(&self, standing: &Standing) -> Printable {
        let mut shown = label(anstyle::AnsiColor::Cyan, "hint");
        if let Some(remark) = &self.remark {
            shown.push(printable![" ", remark.as_str()]);
        }
        for command in &self.commands {
            shown.push(printable!["\n    ", command.typed(standing)]);
        }
        shown
    }

    /// The hint in one line, which ends with its commands: they are pasted together.
    pub(super) fn in_line(&self, standing: &Standing) -> String {
        let commands: Vec<String> = self
            .commands
            .iter()
            .map(|command| command.typed(standing))
            .collect();
        let commands = Some(commands.join(" && ")).filter(|commands| !commands.is_empty());
        let parts = self.remark.clone().into_iter().chain(commands);
        parts.collect::<Vec<_>>().join(": ")
    }
}

impl CommandLine {
    /// The line as a person types it.
    fn typed(&self, standing: &Standing) -> String {
        match self {
            Self::Run(Command::Ours(args)) => typed(&with_pair(standing.pair.as_deref(), args)),
            Self::Run(Command::InClone(args)) => typed_in(standing.clone.as_deref(), args),
            Self::Run(Command::Any(args)) => typed(args),
            Self::Line(line) => line.clone(),
        }
    }
}

impl<S: Into<String>> From<S> for Hint {
    /// Words alone.
    fn from(words: S) -> Self {
        Self {
            remark: Some(words.into()),
            commands: Vec::new(),
        }
    }
}

/// A word in colour at the beginning of a line, which says how to take the rest.
pub(super) fn label(color: anstyle::AnsiColor, word: &str) -> Printable {
    let style = anstyle::Style::new().bold().fg_color(Some(color.into()));
    Printable::styled(style, format!("{word}:"))
}

fn with_pair(pair: Option<&str>, args: &[String]) -> Vec<String> {
    let pair = pair.map(|name| format!("@{name}"));
    let program = std::iter::once("oneonone".to_owned()).chain(pair);
    program.chain(args.iter().cloned()).collect()
}

/// A command as a person types it.
fn typed(args: &[String]) -> String {
    let words: Vec<String> = args.iter().map(|arg| quoted(arg)).collect();
    words.join(" ")
}

/// A command as a person types it who does not stand in the `folder` that it is about.
fn typed_in(folder: Option<&str>, args: &[String]) -> String {
    match (folder, args.split_first()) {
        (Some(folder), Some((program, rest))) if program == "git" => {
            let named = ["git".to_owned(), "-C".to_owned(), folder.to_owned()];
            typed(&[&named, rest].concat())
        }
        (Some(folder), _) => format!("(cd {} && {})", quoted(folder), typed(args)),
        (None, _) => typed(args),
    }
}

/// An argument as a shell takes it, on one line and with nothing in it that could drive a terminal. No shell runs a part of
/// it, even one that reads a quote otherwise: `sh` knows no `$'…'`, and to `fish` a backslash within quotes says something.
pub(super) fn quoted(arg: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+@%,:=~^".contains(c);
    // `bash` puts the home folder in the place of a tilde behind `=`, too.
    let is_assigned = arg.contains('=') && arg.contains('~');
    let unseen = || with_hidden(arg).map(|(c, is_hidden)| (c, is_hidden || c.is_control()));
    if unseen().any(|(_, is_unseen)| is_unseen) {
        let escaped = |(c, is_unseen): (char, bool)| match c {
            c if is_unseen || "'\\".contains(c) => c
                .encode_utf8(&mut [0; 4])
                .bytes()
                .map(|b| format!("\\{b:03o}"))
                .collect(),
            c => c.to_string(),
        };
        format!("$'{}'", unseen().map(escaped).collect::<String>())
    } else if !arg.is_empty() && !arg.starts_with(['~', '=', '^']) && !is_assigned && arg.chars().all(plain) {
        arg.to_owned()
    } else {
        let outside = |c: char| match c {
            '\'' | '\\' => format!(r"'\{c}'"),
            c => c.to_string(),
        };
        format!("'{}'", arg.chars().map(outside).collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_can_be_pasted_into_a_shell() {
        for (arg, shown) in [
            ("/tmp/demo/ana", "/tmp/demo/ana"),
            ("HEAD~1", "HEAD~1"),
            ("~sam", "'~sam'"),
            ("a=~/x", "'a=~/x'"),
            ("^x", "'^x'"),
            ("", "''"),
            ("/tmp/it's mine", r"'/tmp/it'\''s mine'"),
            ("$(rm x)", "'$(rm x)'"),
            ("stash@{0}:agenda.toml", "'stash@{0}:agenda.toml'"),
            ("two\nlines", r"$'two\012lines'"),
            (r"a\'$(x)", r"'a'\\''\''$(x)'"),
            ("it's \u{1b}[2J\\", r"$'it\047s \033[2J\134'"),
            ("\u{202e}x", r"$'\342\200\256x'"),
            ("x\u{200b}\u{e0061}", r"$'x\342\200\213\363\240\201\241'"),
        ] {
            assert_eq!(quoted(arg), shown);
            let script = format!("printf %s {shown}");
            let said = std::process::Command::new("bash").args(["-c", &script]).output();
            assert_eq!(String::from_utf8(said.unwrap().stdout).unwrap(), arg);
            // Where a shell does not read it so, it is one word all the same.
            let script = format!("printf '<%s>' {shown}");
            let said = std::process::Command::new("sh").args(["-c", &script]).output();
            let said = String::from_utf8(said.unwrap().stdout).unwrap();
            assert!(said.starts_with('<') && !said.contains("><"), "{said}");
        }
    }

    #[test]
    fn a_command_stands_alone_on_its_line_and_names_the_pair() {
        let plain = |hint: Hint, pair: Option<&str>| {
            let standing = Standing {
                pair: pair.map(str::to_owned),
                clone: pair.map(|_| "/home/ana b".to_owned()),
            };
            anstream::adapter::strip_str(hint.shown(&standing).as_str()).to_string()
        };
        let hint = Hint::in_clone(["git", "rebase", "--abort"]).why("abort it, then merge by meaning");
        let hint = hint.then(Hint::ours(["sync"]));
        assert_eq!(
            plain(hint.clone(), None),
            "hint: abort it, then merge by meaning\n    git rebase --abort\n    oneonone sync"
        );
        let named = "\n    git -C '/home/ana b' rebase --abort\n    oneonone '@ana b' sync";
        assert!(plain(hint, Some("ana b")).ends_with(named));
        let remove = Hint::in_clone(["rm", "--", "a b"]);
        assert_eq!(plain(remove.clone(), None), "hint:\n    rm -- 'a b'");
        assert_eq!(
            plain(remove, Some("ana b")),
            "hint:\n    (cd '/home/ana b' && rm -- 'a b')"
        );
        let named = Hint::ours(["agenda"]).about("sam");
        assert_eq!(plain(named, Some("ana")), "hint:\n    oneonone @sam agenda");
        // Somebody else's command is neither about this clone nor about a pair by the name that it has here.
        let theirs = Hint::ask_to_refuse("sam").about("sam");
        assert_eq!(
            plain(theirs, Some("ana")),
            "hint: ask sam to run this, which puts their keys back\n    oneonone key refuse"
        );
    }
}
