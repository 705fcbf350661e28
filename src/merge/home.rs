//! Where an entry stands, with how often it was carried: always one value (docs/merge.md#home).

use crate::model::{Home, Placed, Value};

/// The home of an entry with its `carried`, as it is ordered where both sides moved it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct CarriedHome {
    home: Home,
    carried: i64,
}

impl CarriedHome {
    pub(crate) fn of(placed: &Placed) -> Self {
        Self {
            home: placed.home,
            carried: placed
                .entry
                .get("carried")
                .and_then(Value::as_integer)
                .unwrap_or(0),
        }
    }

    /// Whether this one wins over another: the higher `carried`, then a meeting over the agenda, then the earlier
    /// meeting.
    fn beats(&self, other: &Self) -> bool {
        let key = |s: &Self| (s.carried, s.home != Home::Agenda, std::cmp::Reverse(s.home));
        key(self) >= key(other)
    }
}

/// Which side's standing an entry takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum MergeSide {
    Left,
    Right,
}

/// The side whose home and `carried` the entry takes.
pub(crate) fn merge_home(base: Option<&Placed>, left: &Placed, right: &Placed) -> MergeSide {
    let (base, left, right) = (
        base.map(CarriedHome::of),
        CarriedHome::of(left),
        CarriedHome::of(right),
    );
    if left == right || base == Some(right) {
        MergeSide::Left
    } else if base == Some(left) || !left.beats(&right) {
        MergeSide::Right
    } else {
        MergeSide::Left
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Table;

    fn placed(home: &str, carried: i64) -> Placed {
        let home = home.parse().map_or(Home::Agenda, Home::Meeting);
        let mut entry = Table::default();
        entry.set("carried", carried);
        Placed { home, entry }
    }

    #[test]
    fn more_carried_then_a_meeting_then_the_earlier_wins() {
        let base = placed("agenda", 0);
        let wins = |left: (&str, i64), right: (&str, i64)| {
            let (left, right) = (placed(left.0, left.1), placed(right.0, right.1));
            let side = merge_home(Some(&base), &left, &right);
            let mirrored = merge_home(Some(&base), &right, &left);
            assert_ne!(side, mirrored);
            side
        };
        assert_eq!(wins(("2026-11-24", 0), ("agenda", 1)), MergeSide::Right);
        assert_eq!(wins(("2026-11-24", 1), ("agenda", 1)), MergeSide::Left);
        assert_eq!(wins(("2026-11-24", 0), ("2026-11-25", 0)), MergeSide::Left);
        assert_eq!(wins(("agenda", 0), ("2026-11-25", 0)), MergeSide::Right);
    }
}
