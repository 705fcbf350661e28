//! The layer against what plain Git makes of the same repository.

mod index;
mod shape;
