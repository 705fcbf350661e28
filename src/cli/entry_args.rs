//! The flags that say what an entry is, shared by `add` and `edit`.

use clap::Args;

use crate::app::FieldsRequest;
use crate::model::{Tone, Visibility};

/// The fields of an entry.
#[derive(Args)]
pub(super) struct EntryArgs {
    /// A growth theme; may be given again. `#theme` in the text does the same
    #[arg(short, long = "theme", value_name = "T")]
    themes: Vec<String>,
    /// Sealed for you alone
    #[arg(long, conflicts_with_all = ["confidential", "shared"])]
    private: bool,
    /// Sealed for the two of you
    #[arg(long, conflicts_with = "shared")]
    confidential: bool,
    /// In clear, for everyone with a clone
    #[arg(long)]
    shared: bool,
    /// Who does it: `me`, `them` or a slug
    #[arg(long, value_name = "WHO")]
    owner: Option<String>,
    /// When it is due: `friday`, `in 2 weeks`, `2026-12-05`, `eom`
    #[arg(long, value_name = "DATE")]
    due: Option<String>,
    /// The tone of feedback
    #[arg(long, value_name = Tone::CHOICES)]
    tone: Option<Tone>,
    /// The entry it follows from
    #[arg(long, value_name = "ID")]
    re: Option<String>,
}

impl From<EntryArgs> for FieldsRequest {
    fn from(args: EntryArgs) -> Self {
        let visibility = match (args.private, args.confidential, args.shared) {
            (true, _, _) => Some(Visibility::Private),
            (_, true, _) => Some(Visibility::Confidential),
            (_, _, true) => Some(Visibility::Shared),
            _ => None,
        };
        Self {
            themes: args.themes,
            visibility,
            owner: args.owner,
            due: args.due,
            tone: args.tone,
            re: args.re,
        }
    }
}
