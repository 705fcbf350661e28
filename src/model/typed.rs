//! From the values of a record to Rust types, and back.

use std::fmt::Display;
use std::str::FromStr;

use super::date::{Cadence, Date, Instant, date_of_value, date_value, instant_of_value, instant_value};
use super::format::{Table, Value};
use super::id::EntryId;
use super::slug::Slug;
use super::words::{ActionState, Kind, MeetingStatus, Role, Tone, Visibility};

/// A type that one value of a record is read into.
pub trait Scalar: Sized {
    /// The value as this type; none where it is not of it.
    fn of_value(value: &Value) -> Option<Self>;

    /// The value that says it.
    fn to_value(&self) -> Value;
}

/// The type of a field: [`Scalar`] where it has a value when it is absent, an option of one, or a list.
pub(crate) trait Typed: Sized {
    /// The value of a field; one of another type reads as absent.
    fn read(value: Option<&Value>) -> Self;

    /// The value that says it; none where it is absent.
    fn value(&self) -> Option<Value>;
}

macro_rules! spelled {
    ($($type:ty),+) => {
        $(impl Scalar for $type {
            fn of_value(value: &Value) -> Option<Self> {
                spelled(value)
            }

            fn to_value(&self) -> Value {
                Value::from(self.to_string())
            }
        })+
    };
}

spelled!(
    String,
    Slug,
    EntryId,
    Cadence,
    Kind,
    Visibility,
    Role,
    ActionState,
    Tone,
    MeetingStatus
);

fn spelled<T: FromStr + Display>(value: &Value) -> Option<T> {
    value.as_str()?.parse().ok()
}

impl Scalar for Date {
    fn of_value(value: &Value) -> Option<Self> {
        date_of_value(value)
    }

    fn to_value(&self) -> Value {
        date_value(*self)
    }
}

impl Scalar for Instant {
    fn of_value(value: &Value) -> Option<Self> {
        instant_of_value(value)
    }

    fn to_value(&self) -> Value {
        instant_value(*self)
    }
}

impl Scalar for u32 {
    fn of_value(value: &Value) -> Option<Self> {
        value.as_integer()?.try_into().ok()
    }

    fn to_value(&self) -> Value {
        Value::Integer((*self).into())
    }
}

impl<T: Scalar + Default> Typed for T {
    fn read(value: Option<&Value>) -> Self {
        value.and_then(T::of_value).unwrap_or_default()
    }

    fn value(&self) -> Option<Value> {
        Some(self.to_value())
    }
}

impl<T: Scalar> Typed for Option<T> {
    fn read(value: Option<&Value>) -> Self {
        value.and_then(T::of_value)
    }

    fn value(&self) -> Option<Value> {
        self.as_ref().map(T::to_value)
    }
}

impl<T: Scalar> Typed for Vec<T> {
    fn read(value: Option<&Value>) -> Self {
        let elements = value.and_then(Value::as_array).unwrap_or_default();
        elements.iter().filter_map(T::of_value).collect()
    }

    fn value(&self) -> Option<Value> {
        (!self.is_empty()).then(|| Value::Array(self.iter().map(T::to_value).collect()))
    }
}

impl Table {
    /// The value of a key, typed; none where it is absent or of another type.
    pub fn read<T: Scalar>(&self, key: &str) -> Option<T> {
        self.get(key).and_then(T::of_value)
    }
}

/// Makes a struct whose fields are those of a record, by the same names: a field is one line in it.
macro_rules! typed {
    (
        $(#[$about:meta])*
        pub struct $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty,)+ }
    ) => {
        $(#[$about])*
        pub struct $name { $($(#[$doc])* pub $field: $type),+ }

        impl $name {
            /// The names of the fields.
            pub const FIELDS: &'static [&'static str] = &[$(stringify!($field)),+];

            /// Reads the fields of a table, as it says them.
            fn of_table(table: &Table) -> Self {
                Self { $($field: Typed::read(table.get(stringify!($field)))),+ }
            }

            /// The value of a field as a record has it; none where it is absent or no field of this type.
            pub fn value(&self, field: &str) -> Option<Value> {
                match field {
                    $(stringify!($field) => Typed::value(&self.$field),)+
                    _ => None,
                }
            }
        }
    };
}

pub(super) use typed;
