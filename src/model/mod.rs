//! What a 1:1 is.
