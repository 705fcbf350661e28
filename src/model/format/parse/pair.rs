//! `pair.toml`.

use toml_edit::Item;

use crate::model::fields::TableKind;
use crate::model::format::document::PairDocument;
use crate::model::format::table::Table;
use crate::model::problem::Problem;
use crate::model::slug::Slug;

use super::comments::comments_in;
use super::parser::RecordParser;

impl RecordParser<'_> {
    pub(super) fn pair(&mut self) -> Result<PairDocument, Vec<Problem>> {
        let parsed = self.syntax()?;
        let root = parsed.as_table();
        self.lenient = root
            .get("format")
            .and_then(Item::as_integer)
            .is_some_and(|f| f > 1);
        let mut document = PairDocument {
            top: self.table(root, TableKind::Pair, &["member"]),
            ..PairDocument::default()
        };
        document.top.below = comments_in(self.raw(Some(parsed.trailing())));
        if let Some(item) = root.get("format").filter(|item| item.as_integer() == Some(0)) {
            let help = "write format = 1";
            self.report(item.span(), "there is no format 0".to_owned(), "", help);
        }
        for key in TableKind::Pair
            .required()
            .filter(|key| document.top.get(key).is_none())
        {
            self.report(
                None,
                format!("the pair has no {key}"),
                "",
                &format!("write the line of `{key}` again"),
            );
        }
        let Some(members) = root.get("member").and_then(Item::as_table_like) else {
            self.report(
                None,
                "the pair has no members".to_owned(),
                "",
                "write the table of each again",
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
            if let Some(member) = self.member(slug, item) {
                document.members.insert(slug.to_owned(), member);
            }
        }
        rows_to_members(&mut document);
        Ok(document)
    }

    fn member(&mut self, slug: &str, item: &Item) -> Option<Table> {
        if let Err(e) = slug.parse::<Slug>() {
            let what = format!("a member's slug {e}");
            self.report(item.span(), what, "", "spell it as a slug, such as ana");
            return None;
        }
        let Some(table) = item.as_table_like() else {
            let what = "a member is a table".to_owned();
            self.report(item.span(), what, "", "write [member.ana] above its keys");
            return None;
        };
        let mut member = self.table(table, TableKind::Member, &[]);
        if let Some(table) = item.as_table() {
            let mut above = comments_in(self.raw(table.decor().prefix()));
            above.extend(comments_in(self.raw(table.decor().suffix())));
            member.above.splice(0..0, above);
        }
        if TableKind::Member.required().any(|key| member.get(key).is_none()) {
            let what = format!("{slug} has no role or no name");
            self.report(item.span(), what, "", "give both");
        }
        Some(member)
    }
}

/// A member's conflicts stand at the top of the file, under the member's path: `member.ana.name`.
fn rows_to_members(document: &mut PairDocument) {
    for mut row in std::mem::take(&mut document.top.rows) {
        let own = row
            .field
            .strip_prefix("member.")
            .and_then(|rest| rest.split_once('.'));
        match own.and_then(|(slug, field)| Some((document.members.get_mut(slug)?, field.to_owned()))) {
            Some((member, field)) => {
                row.field = field;
                member.rows.push(row);
            }
            None => document.top.rows.push(row),
        }
    }
    document.members.values_mut().for_each(Table::tidy_rows);
}
