//! Which member made a commit, as far as the names in it say: commits are not signed (docs/privacy.md#readers).

use crate::git::{CommitInfo, Signature, author_words};
use crate::model::{Member, Pair, Slug, slug_of_name};

/// The members of a pair, to be found as the authors of commits. Each question says how much it takes for granted.
pub(in crate::sync) struct CommitAuthors<'a> {
    pair: &'a Pair,
    /// My seat, and the address that my commits bear; neither where every clone must find the same.
    me: Option<Slug>,
    own_address: Option<String>,
}

impl<'a> CommitAuthors<'a> {
    /// Nothing of this machine decides, so that every clone finds the same.
    pub(in crate::sync) fn of(pair: &'a Pair) -> Self {
        Self {
            pair,
            me: None,
            own_address: None,
        }
    }

    /// The same, with what this machine knows: my seat, and the address of my commits.
    pub(in crate::sync) fn seen_by(self, me: Option<Slug>, own_address: Option<String>) -> Self {
        Self {
            me,
            own_address,
            ..self
        }
    }

    /// The member whom the author's name or address names; none if neither names one.
    pub(in crate::sync) fn member(&self, author: &Signature) -> Option<Slug> {
        let local_part = author.email.split('@').next().unwrap_or_default();
        let by_name = self.pair.members().into_iter().find(|m| m.name == author.name);
        let by_slug = |words: &str| slug_of_name(words).and_then(|slug| self.pair.member(slug.as_str()));
        by_name
            .or_else(|| by_slug(&author.name))
            .or_else(|| by_slug(local_part))
            .map(|member| member.slug.clone())
    }

    /// The same; where neither names one, the report, whose agenda it is.
    pub(in crate::sync) fn member_or_report(&self, author: &Signature) -> Slug {
        let member = self.member(author);
        member.unwrap_or_else(|| self.pair.report.slug.clone())
    }

    /// Whether I made it: by my name, or by the address of this machine.
    pub(in crate::sync) fn is_mine(&self, author: &Signature) -> bool {
        let name = self.my_seat().map(|me| &me.name);
        name == Some(&author.name) || self.own_address.as_ref() == Some(&author.email)
    }

    /// Whether the other member made it. If both have one name, their addresses tell.
    pub(in crate::sync) fn is_of_other(&self, author: &Signature) -> bool {
        let Some(me) = &self.me else { return false };
        let (other, my_name) = (self.pair.partner_of(me), self.my_seat().map(|me| &me.name));
        if author.name != other.name {
            return false;
        }
        let without_address = format!("{me}@oneonone.invalid");
        let own = [self.own_address.as_ref(), Some(&without_address)];
        my_name != Some(&other.name) || !own.contains(&Some(&author.email))
    }

    /// Whether another member made the commit, and nobody altered it since: its author and its committer bear their name,
    /// which is not mine.
    pub(in crate::sync) fn is_unaltered_by(&self, commit: &CommitInfo, member: &str) -> bool {
        // A name as the author of a commit bears it.
        let name_of = |member: &Member| author_words(&member.name).unwrap_or_default();
        let (author, mine) = (self.pair.member(member).map(name_of), self.my_seat().map(name_of));
        let names = [&commit.author, &commit.committer].map(|signature| Some(signature.name.clone()));
        author != mine && names.iter().all(|name| *name == author)
    }

    fn my_seat(&self) -> Option<&'a Member> {
        self.pair.member(self.me.as_ref()?.as_str())
    }
}
