//! The `oneonone` program: parse, run, exit code.

fn main() {}
