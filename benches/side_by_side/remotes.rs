//! `sync` over ssh, to a server of its own on loopback, against plain Git whose every step connects anew.

use std::rc::Rc;

use super::ground::Ground;
use super::host::Step;
use super::measure::Way;
use super::table::Job;
use super::world::{Form, World};
use super::writes::{News, by_hand, with_news};

const RUNTIME: &str = "XDG_RUNTIME_DIR";

/// A sync of one pair: with no connection open, and with the one of the sync before.
pub(crate) fn one_pair(ground: &Ground, news: News) -> Option<Job> {
    if !ground.programs.sshd {
        return None;
    }
    let mut job = Job::default();
    if news != News::Nothing {
        job.pause();
    }
    let server = ground.server();
    let log = Rc::clone(&server);
    // Whether connections were made anew is not taken on trust.
    let handshakes = move || log.handshakes();
    let [ours, durable, defaults] = ground.over_ssh([Form::Ours, Form::Durable, Form::Defaults]);
    let cold = {
        let (server, to) = (Rc::clone(&server), Rc::clone(&ours));
        let steps = move || {
            let sync = Step::ours(&to.home, &to.clone, &["sync"]);
            vec![sync.env(RUNTIME, server.new_runtime())]
        };
        let way = with_news(Way::new("oneonone", steps), &ours, news).uncounted();
        job.way(way.grows(handshakes.clone(), 1..=2))
    };
    let open = {
        let kept = server.new_runtime();
        let sync = Step::ours(&ours.home, &ours.clone, &["sync"]).env(RUNTIME, kept);
        let ready = sync.clone();
        let way = Way::new("oneonone", move || vec![sync.clone()]);
        let way = with_news(way, &ours, news).uncounted();
        let way = way.first(move || drop(ready.run()));
        job.way(way.grows(handshakes.clone(), 0..=0))
    };
    let peers = [(Form::Durable, durable), (Form::Defaults, defaults)].map(|(form, world)| {
        let to = Rc::clone(&world);
        let way = Way::new(form.name(), move || by_hand(&to.home, &to.clone));
        let way = with_news(way, &world, news).uncounted();
        job.way(way.grows(handshakes.clone(), 2..=2))
    });
    let (goal_cold, goal_open) = match news {
        News::Nothing => (0.52, 0.25),
        News::Mine | News::JustSaved | News::Both => (0.7, 0.45),
    };
    for (name, way, goal) in [("cold", cold, goal_cold), ("open", open, goal_open)] {
        for peer in peers {
            job.ratio(
                format!("sync, ssh, {name}: {}", news.name()),
                way,
                peer,
                Some(goal),
            );
        }
    }
    Some(job)
}

/// A sync of many pairs of one manager on one host, with nothing to do.
pub(crate) fn many_pairs(ground: &Ground) -> Option<Job> {
    if !ground.programs.sshd {
        return None;
    }
    let mut job = Job::default();
    job.rounds(1, 7);
    let server = ground.server();
    let log = Rc::clone(&server);
    let handshakes = move || log.handshakes();
    let ours = {
        let many = ground.many(Form::Ours, true);
        let steps = move || {
            let sync = Step::ours(&many.home, &many.home, &["sync", "--all"]);
            vec![sync.env(RUNTIME, server.new_runtime())]
        };
        let way = Way::new("oneonone", steps).uncounted();
        // Syncs that begin at once may each make a connection before there is one to share.
        job.way(way.grows(handshakes.clone(), 1..=ground.pairs))
    };
    let line = format!("sync --all, ssh, {} pairs: nothing to do", ground.pairs);
    for form in [Form::Durable, Form::Defaults] {
        let many = ground.many(form, true);
        let steps = move || {
            let of_pair = |world: &World| by_hand(&world.home, &world.clone);
            many.worlds.iter().flat_map(of_pair).collect()
        };
        let way = Way::new(format!("{}, in turn", form.name()), steps).uncounted();
        let twice = 2 * ground.pairs;
        let peer = job.way(way.grows(handshakes.clone(), twice..=twice));
        job.ratio(&line, ours, peer, Some(0.16));
    }
    job.memory(line, ours, 24.0);
    Some(job)
}
