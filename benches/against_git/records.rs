//! Made-up records: years of weekly meetings, the same ones in every run.

use std::fmt::Write;

/// An id out of a number.
pub(crate) fn id(mut number: u64) -> String {
    // Spread over all letters, so that short prefixes are as unique as random ones.
    number = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66;
    (0..12)
        .map(|_| {
            let letter = b'k' + (number % 16) as u8;
            number /= 16;
            char::from(letter)
        })
        .collect()
}

/// The files of `weeks` meetings that end before 24 November 2026: path and text.
pub(crate) fn meetings(weeks: usize) -> Vec<(String, String)> {
    let last = chrono::NaiveDate::from_ymd_opt(2026, 11, 17).unwrap();
    (0..weeks)
        .map(|week| {
            let date = last - chrono::Days::new(7 * week as u64);
            let text = meeting(week, &date.to_string());
            (format!("meetings/{}/{date}.toml", date.format("%Y")), text)
        })
        .collect()
}

fn meeting(week: usize, date: &str) -> String {
    let mut text =
        format!("date = {date}\nstatus = \"held\"\nstarted = {date}T10:00:00Z\nended = {date}T10:30:00Z\n");
    let kinds = [
        "topic", "growth", "update", "win", "topic", "feedback", "note", "action",
    ];
    for (number, kind) in kinds.into_iter().enumerate() {
        let by = if number % 3 == 0 { "sam" } else { "ana" };
        let _ = write!(
            text,
            "\n[[entry]]\nid = \"{}\"\nkind = \"{kind}\"\nby = \"{by}\"\nat = {date}T09:{number:02}:00Z\n\
             text = \"Week {week}, point {number}: what we said about the cache, the team and the plan\"\n",
            id((week * 8 + number) as u64)
        );
        if kind == "growth" {
            text.push_str("themes = [\"system-design\"]\n");
        }
        if kind == "action" {
            let (state, closed) = if week.is_multiple_of(20) {
                ("open", String::new())
            } else {
                ("done", format!("closed = {date}T16:00:00Z\n"))
            };
            let _ = write!(
                text,
                "owner = \"{by}\"\ndue = {date}\nstate = \"{state}\"\n{closed}"
            );
        }
    }
    text
}

/// An entry of somebody's, as one writes it by hand.
pub(crate) fn entry(by: &str, number: usize, minute: usize) -> String {
    format!(
        "\n[[entry]]\nid = \"{}\"\nkind = \"topic\"\nby = \"{by}\"\nat = 2026-11-{:02}T{:02}:{:02}:00Z\ntext = \"Point {number} of {by}\"\n",
        id(1_000_000 + number as u64 * 2 + u64::from(by == "sam")),
        18 + minute / 1440,
        minute / 60 % 24,
        minute % 60
    )
}
