//! Making a clone known on this machine.

use std::path::Path;

use crate::model::{Pair, Slug};
use crate::store::Registry;

use super::context::Context;
use super::error::Failure;

/// Makes a clone known by the partner's slug, for somebody with no seat by the report's; returns the name.
pub(super) fn make_known(
    context: &Context,
    pair: &Pair,
    me: Option<&Slug>,
    dir: &Path,
) -> Result<String, Failure> {
    let partner = me.map_or(&pair.report, |me| pair.partner_of(me)).slug.to_string();
    let id = pair.id.to_string();
    Ok(Registry::update(&context.state_dir, |registry| {
        registry.add(&partner, &id, dir, me.map_or("", Slug::as_str))
    })?)
}

/// The name that a pair with this partner would get.
pub(super) fn free_name(context: &Context, partner: &Slug) -> Result<String, Failure> {
    Ok(context.registry()?.free_name(partner.as_str()))
}
