//! One binary for everything that is tested from outside: laws, cases, the command line, the README.

mod edits;
mod laws;
