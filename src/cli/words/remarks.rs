//! Remarks in words: what a person should know beside the answer.

use crate::app::{Remark, Remarks};
use crate::model::{EntryId, Meeting, one_or_many};
use crate::render::text;
use crate::sync::{Delivery, Misnamed, SeatChange, SyncNote, SyncReport};

use super::blockers::say_stop;
use super::conflicts::say_new_conflicts;
use super::missing::{say_missing, say_unsent};
use super::next_day::{next_came, say_next_conflict};
use super::other_files::{has_other_files, say_of_files};
use super::own_entries::say_of_own;
use super::readers::say_of_readers;
use super::remote::say_of_remote;
use super::rewritten::{
    say_back, say_sent_came_back, say_sent_from_elsewhere, say_taken, say_undone, say_went,
};
use super::saved_files::{say_broken, say_older_file, say_removed};
use super::seats::say_of_seats;
use super::summarized::{ManyNotes, Tell};
use super::widened::say_wider;
use super::{Telling, counted};
use crate::cli::{Context, Failure, Hint, error::undelivered, output::Output};

impl Context {
    /// Says the remarks that came up since the last time.
    pub(in crate::cli) fn tell(&mut self, remarks: &Remarks) {
        self.tell_as(remarks, Telling::default());
    }

    /// The same, where it is known how people and entries are named.
    pub(in crate::cli) fn tell_as(&mut self, remarks: &Remarks, telling: Telling<'_>) {
        let remarks = remarks.take();
        let mut many = ManyNotes::of(&remarks);
        for remark in remarks {
            match many.next(&remark) {
                Tell::Itself => {}
                Tell::HowManyMore(more) => {
                    self.out.say(format!("and {more} more like that"));
                    continue;
                }
                Tell::Nothing => continue,
            }
            match remark {
                Remark::Sync(SyncNote::EntriesRemoved { by, entries }) => {
                    say_removed(&mut self.out, by.as_ref(), &entries, telling);
                }
                Remark::Sync(note) if say_of_own(&mut self.out, &note, telling) => {}
                remark if self.names_again(&remark) => {}
                remark => self.say_remark(remark),
            }
        }
    }

    /// Says notes of the sync layer, each once.
    pub(in crate::cli) fn tell_notes(&mut self, notes: &[SyncNote], telling: Telling<'_>) {
        let misnamed = |note: &SyncNote| match note {
            SyncNote::Misnamed(file) => Some(file.clone()),
            _ => None,
        };
        let files: Vec<Misnamed> = notes.iter().filter_map(misnamed).collect();
        self.tell_misnamed(&files);
        let remarks = Remarks::default();
        remarks.add_notes(notes);
        self.tell_as(&remarks, telling);
    }

    /// Says what somebody changed in my own seat.
    pub(in crate::cli) fn tell_seat(&mut self, change: Option<SeatChange>) {
        if let Some(change) = change {
            self.tell_notes(&[SyncNote::OwnSeatChanged(change)], Telling::default());
        }
    }

    /// Says one remark.
    pub(in crate::cli) fn say_remark(&mut self, remark: Remark) {
        let out = &mut self.out;
        let day = |date| text::day(date, self.today);
        match remark {
            Remark::Sync(SyncNote::NextCame { was, is }) => out.say(next_came(was, is, self.today)),
            Remark::Sync(SyncNote::NextInConflict(days)) => say_next_conflict(out, &days, self.today),
            Remark::Sync(note) => say_note(out, &note),
            Remark::Skipped(problems) => {
                for problem in problems {
                    out.warn(format!("skipped {problem}"));
                }
                out.hint(Hint::ours(["check"]).why("see what is wrong, and the fix"));
            }
            Remark::NoIdentity => out
                .warn("sealed entries stay closed: there is no identity that could be read on this machine"),
            Remark::Due(date) => out.say(format!("due {}", day(date))),
            Remark::Since(date) => out.say(format!("since {}", day(date))),
            Remark::Until(date) => out.say(format!("until {}", day(date))),
            Remark::MeetingOf(date) => out.say(format!("the meeting of {date}")),
            Remark::MadeMeeting(date) => out.say(format!("a record of the meeting of {} is made", day(date))),
            Remark::NewTheme { theme, similar } => {
                let similar: Vec<String> = similar.iter().map(|t| format!("#{t}")).collect();
                let meant = match similar.as_slice() {
                    [] => String::new(),
                    several => format!(" (did you mean {}?)", several.join(" or ")),
                };
                out.say(format!("new theme: #{theme}{meant}"));
            }
            Remark::NoTheme(word) => out.say(format!("#{word} is no theme here; --theme names one")),
            Remark::StateAlready { short, state } => out.say(format!("{short} is {state} already")),
            Remark::SharedWithEveryone => out
                .warn("everyone with a clone reads it from now on, the host's admins too; history keeps it"),
            Remark::BothTextsKept { short } => {
                out.warn("it was changed while you wrote: both texts are kept");
                out.hint(Hint::ours(["resolve", &short]).why("end the conflict"));
            }
            Remark::NotWider { short } => out.say(format!("nobody else let more people read {short}")),
            Remark::Restored { short } => out.say(format!(
                "{short} had arrived with more readers: it is as you last wrote it, and was changed from there"
            )),
            Remark::RestoredClosed { short } => {
                out.warn(format!("{short} is sealed as it was, and your key does not open it"));
                out.hint(Hint::ours(["who", &short]).why("see who can read it"));
            }
            Remark::WrittenAnew { short } => out.say(format!(
                "no earlier text of {short} can be read here: it holds your new one alone, sealed as it was to be"
            )),
            Remark::ReadersAsArrived { short, by } => out.warn(format!(
                "{short} arrived for more readers than {by} had let, and these read your words too: nobody but {by} can say \
                 whether it was to be so"
            )),
            Remark::NothingChanged => out.say("nothing was changed"),
            Remark::EndedWithNext { date, at } => out.say(format!(
                "the meeting of {} was never ended; it is now, as of {}",
                day(date),
                at.format("%H:%M UTC"),
            )),
            Remark::EndedLate(at) => out.say(format!(
                "it began more than {} hours ago; ended as of {}",
                Meeting::LONGEST_HOURS,
                at.format("%H:%M UTC"),
            )),
            Remark::PassedOver { command, commit } => {
                let short: String = commit.chars().take(7).collect();
                let command = super::command(&command);
                out.say(format!(
                    "passed over {command}: its commit {short} is no longer in the history"
                ));
            }
            Remark::Conflicts(count) => out.warn(format!("{count} with a conflict: both values are kept")),
            Remark::NewConflicts(count) => say_new_conflicts(out, count),
            Remark::Undelivered(delivery) => not_synced(out, undelivered(&delivery).what),
            Remark::SyncFailed(e) => not_synced(out, format!("not synced: {}", Failure::from(e).what)),
            remark => {
                if !say_of_readers(out, &remark) {
                    say_of_place(out, remark);
                }
            }
        }
    }
}

/// The remarks about a clone, its folder and history, its guard, and the keys of this person.
fn say_of_place(out: &mut Output, remark: Remark) {
    match remark {
        Remark::Missing(missing) => say_missing(out, &missing),
        Remark::TextUnsent(unsent) => say_unsent(out, &unsent),
        Remark::ReadOnly(e) => say_stop(out, "every command that writes would stop", e),
        Remark::MadeKey(file) => out.say(format!(
            "made your key: {} (keep a copy; nobody can restore it)",
            file.display()
        )),
        Remark::GuardPut => out.say(
            "plain git refuses from now on to commit a private text in clear: a pre-commit hook is in place",
        ),
        Remark::GuardObstacle { file, is_hook } => {
            let why = if is_hook {
                "a hook of your own is there"
            } else {
                "core.hooksPath is set"
            };
            out.warn(format!(
                "plain git may commit a private text in clear here: {why}"
            ));
            let line = Hint::line("oneonone check --staged || exit 1");
            out.hint(line.why(format!("add this line to {}", file.display())));
        }
        Remark::GuardFailed(e) => out.warn(format!(
            "the hook that keeps private texts out of plain commits was not put in place: {}",
            Failure::from(e).what
        )),
        Remark::NoSeat => {
            out.warn("none of your keys sits in a seat of this pair: you can read what is shared, and write nothing");
            out.hint("on a second machine of yours, bring your identity file along");
            out.hint(Hint::run(["oneonone", "join", "URL"]).why("to take an open seat"));
        }
        Remark::StandsInClear => out.warn(
            "it stands in clear, and is to be sealed: until then whoever has a copy of the record reads it",
        ),
        Remark::ReadersOfRecord => {
            out.warn("your key does not open it: these are the readers that the record names")
        }
        _ => {}
    }
}

/// How much a sync carried each way, in words.
pub(in crate::cli) fn carried(report: &SyncReport, came: &str, went: &str) -> String {
    let ways = [
        text::way(&report.incoming, came),
        text::way(&report.outgoing, went),
    ];
    let ways: Vec<String> = ways.into_iter().flatten().collect();
    match ways.is_empty() {
        true if has_other_files(report) => "nothing new in the records".to_owned(),
        true if report.attempts > 0 || report.delivery == Delivery::Pending => {
            format!("commits alone {went}, and no entry differs")
        }
        true => "nothing new on either side".to_owned(),
        false => ways.join(", "),
    }
}

fn not_synced(out: &mut Output, what: String) {
    out.warn(what);
    out.hint(Hint::ours(["sync"]).why("see more of what is wrong"));
}

/// Says a note of the sync layer: about files, about history, else about entries.
fn say_note(out: &mut Output, note: &SyncNote) {
    match note {
        SyncNote::ConflictMarkers(_)
        | SyncNote::FilterFailed(_)
        | SyncNote::BothKept { .. }
        | SyncNote::KeptApart { .. }
        | SyncNote::NotSettled(_)
        | SyncNote::EditedAfterRead(_)
        | SyncNote::LeftAlone(_)
        | SyncNote::MovedAside { .. }
        | SyncNote::StashKept { .. }
        | SyncNote::Removed(_)
        | SyncNote::Untracked(_)
        | SyncNote::OtherFiles { .. } => say_of_files(out, note),
        SyncNote::BrokenHere(..) | SyncNote::OlderPair { .. } | SyncNote::Broken { .. } => {
            say_broken(out, note);
        }
        note => say_of_history(out, note),
    }
}

fn say_of_history(out: &mut Output, note: &SyncNote) {
    match note {
        SyncNote::FinishedMerge => out.say("finished the merge that git had left half-done"),
        SyncNote::WouldFinishMerge => out.say("the merge that git left half-done would be finished"),
        SyncNote::CompletedThere(branch) => out.say(format!(
            "the work of an earlier command is complete on its branch, {branch}"
        )),
        SyncNote::RewriteTaken {
            kept,
            put_on_top,
            left_out,
        } => say_taken(out, kept.as_deref(), *put_on_top, left_out),
        SyncNote::WentWithRewrite { gone, own } => say_went(out, gone, own),
        SyncNote::PurgedIsBack(entries) => say_back(out, entries),
        SyncNote::RewriteUndone(commits) => say_undone(out, *commits),
        SyncNote::SentFromElsewhere(commits) => say_sent_from_elsewhere(out, *commits),
        SyncNote::SentCameBack(commits) => say_sent_came_back(out, *commits),
        SyncNote::RewrittenHere => out.say(
            "the remote's history was rewritten since the last sync; this branch holds nothing of what was removed",
        ),
        SyncNote::KeptCommit { branch, at } => {
            out.warn(format!(
                "the work of an earlier command on the branch {branch} could not be put there, and is kept"
            ));
            out.hint(merge(at).why("on the branch where it belongs; a sync then does the rest"));
        }
        SyncNote::BroughtBack(count) => out.warn(format!(
            "{} that a merge by plain git had left out {} back",
            counted(*count),
            one_or_many(*count, "is", "are")
        )),
        SyncNote::LeftBehind {
            commit,
            count,
            may_merge,
        } => {
            out.warn(format!(
                "{} of the last command's commit, {commit}, {} in this history no more",
                counted(*count),
                one_or_many(*count, "is", "are")
            ));
            if *may_merge {
                out.hint(merge(commit).why("bring it in; a sync then does the rest"));
            }
        }
        note if say_of_remote(out, note) => {}
        note => say_of_entries(out, note),
    }
}

fn say_of_entries(out: &mut Output, note: &SyncNote) {
    match note {
        SyncNote::Kept(id) => {
            out.say(format!("kept {id}: one of you removed it, the other edited it"));
            out.hint(Hint::remove(*id));
        }
        SyncNote::OlderFile(file) => say_older_file(out, file),
        SyncNote::ArrivedWider { entries, is_mine } => say_wider(out, entries, *is_mine),
        SyncNote::Unlisted(entries) => say_unlisted(out, entries),
        SyncNote::TakenFor { record, entry } => {
            out.say(format!(
                "an entry without an id in {} was taken for {entry}, which has the same words and stands elsewhere by now",
                record.path()
            ));
            out.hint("if you meant another one, write it in other words");
        }
        SyncNote::SeveralUnderWay(keys) => {
            let days: Vec<String> = keys.iter().map(ToString::to_string).collect();
            out.warn(format!("two meetings are under way, of {}", days.join(" and ")));
            out.hint(
                Hint::ours(["end"])
                    .why("end both when you are done; new entries go to the later one until then"),
            );
        }
        SyncNote::BeginsLater(key) => out.warn(format!(
            "the meeting of {key} begins in the future, by the clock of this machine: it or the clock of whoever began the \
             meeting is wrong"
        )),
        SyncNote::CarriedBack(id) => out.say(format!(
            "{id} was not talked about in a meeting that is over; it is on the agenda again"
        )),
        SyncNote::Deduplicated(id) => out.say(format!(
            "{id} stood in two places after a merge by plain git; it is one again"
        )),
        SyncNote::SplitOff { from, to } => {
            out.say(format!(
                "{from} is shared; what you had changed in it under seal is an entry of its own: {to}"
            ));
        }
        SyncNote::VisibilityRestored(id) => out.warn(format!(
            "the visibility of {id} had been changed in clear; what is sealed decides, and it was put back"
        )),
        SyncNote::ReadersKept { entry, readers } => {
            out.warn(format!("{entry} stays {readers}: an edit never changes who reads"));
            out.hint(Hint::ours(["share", entry.as_str()]).why("let more people read it"));
        }
        SyncNote::Resealed(count) => out.say(format!("sealed {count} entries anew for the keys of today")),
        note if say_of_seats(out, note) => {}
        SyncNote::InClear { entry, author } => {
            let seals = match author {
                Some(author) => format!("; {author} alone can seal it, with an edit"),
                None => String::new(),
            };
            out.warn(format!(
                "{entry} holds words that were to be sealed and came in clear from another clone: everyone with a clone can read \
                 them{seals}"
            ));
            if author.is_none() {
                out.hint(
                    Hint::ours(["edit", &entry.to_string()])
                        .why("seal it with a new text; history keeps the old one"),
                );
            }
        }
        SyncNote::SealedLate(id) => out.warn(format!(
            "{id} is sealed from now on; history keeps the text as it was"
        )),
        _ => {}
    }
}

/// Says which entries are in no list, and the command that brings them back.
fn say_unlisted(out: &mut Output, entries: &[EntryId]) {
    let count = counted(entries.len());
    out.warn(format!(
        "somebody took the author or the time out of {count}: no list shows that"
    ));
    let ids = entries.iter().map(EntryId::as_str);
    out.hint(Hint::ours(["restore"].into_iter().chain(ids)).why("put both back, as a new commit"));
}

/// Brings a commit or a branch in by hand, and syncs.
fn merge(what: &str) -> Hint {
    Hint::in_clone(["git", "merge", what]).then(Hint::ours(["sync"]))
}
