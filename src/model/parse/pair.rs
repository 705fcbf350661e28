//! `pair.toml`.

use toml_edit::Item;

use super::comments::comments_in;
use super::{PairDocument, Reader};
use crate::model::fields::Place;
use crate::model::problem::Problem;
use crate::model::slug::Slug;
use crate::model::table::Table;

impl Reader<'_> {
    pub(super) fn pair(&mut self) -> Result<PairDocument, Vec<Problem>> {
        let parsed = self.syntax()?;
        let root = parsed.as_table();
        self.lenient = root
            .get("format")
            .and_then(Item::as_integer)
            .is_some_and(|f| f > 1);
        let mut document = PairDocument {
            top: self.table(root, Place::Pair, &["member"]),
            ..PairDocument::default()
        };
        document.top.below = comments_in(self.raw(Some(parsed.trailing())));
        for key in Place::Pair
            .required()
            .filter(|key| document.top.get(key).is_none())
        {
            self.report(
                None,
                format!("the pair has no {key}"),
                "",
                "put back the pair.toml of an earlier commit",
            );
        }
        let Some(members) = root.get("member").and_then(Item::as_table_like) else {
            self.report(
                None,
                "the pair has no members".to_owned(),
                "",
                "put back the pair.toml of an earlier commit",
            );
            return Ok(document);
        };
        if let Some(table) = root.get("member").and_then(Item::as_table) {
            document
                .top
                .above
                .extend(comments_in(self.raw(table.decor().prefix())));
        }
        for (slug, item) in members.iter() {
            if let Err(e) = slug.parse::<Slug>() {
                self.report(
                    item.span(),
                    format!("a member's slug {e}"),
                    "",
                    "spell it as a slug, such as ana",
                );
                continue;
            }
            let Some(table) = item.as_table_like() else {
                self.report(
                    item.span(),
                    "a member is a table".to_owned(),
                    "",
                    "write [member.ana] above its keys",
                );
                continue;
            };
            let mut member = self.table(table, Place::Member, &[]);
            if let Some(table) = item.as_table() {
                let above = comments_in(self.raw(table.decor().prefix()));
                member.above.splice(
                    0..0,
                    above
                        .into_iter()
                        .chain(comments_in(self.raw(table.decor().suffix()))),
                );
            }
            if Place::Member.required().any(|key| member.get(key).is_none()) {
                self.report(
                    item.span(),
                    format!("{slug} has no role or no name"),
                    "",
                    "give both",
                );
            }
            document.members.insert(slug.to_owned(), member);
        }
        // A member's conflicts stand at the top, under the member's path.
        let rows = std::mem::take(&mut document.top.rows);
        for mut row in rows {
            let own = row
                .field
                .strip_prefix("member.")
                .and_then(|rest| rest.split_once('.'));
            match own.and_then(|(slug, field)| document.members.get_mut(slug).map(|m| (m, field.to_owned())))
            {
                Some((member, field)) => {
                    row.field = field;
                    member.rows.push(row);
                }
                None => document.top.rows.push(row),
            }
        }
        document.members.values_mut().for_each(Table::tidy_rows);
        Ok(document)
    }
}
