//! Everything that the jobs stand on, made when it is first asked for and used by all of them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use tempfile::TempDir;

use super::data::Data;
use super::host::{Programs, Step};
use super::records::{Expected, Shape};
use super::ssh::Server;
use super::texts::WORD;
use super::world::{Form, World};

/// The length of history that one figure stands for: ten years of weekly meetings.
pub(crate) const YEARS: usize = 520;
/// The longest history that a pair may have.
pub(crate) const LONGEST: usize = 10_000;
/// Meetings of each of many pairs.
const OF_MANY: usize = 200;
/// Meetings of the pair in which every entry is sealed: 1,008 entries.
const SEALED: usize = 84;

pub(crate) struct Ground {
    pub(crate) programs: Programs,
    /// The lengths of one pair's history.
    pub(crate) sizes: Vec<usize>,
    pub(crate) pairs: usize,
    data: Data,
    root: TempDir,
    single: RefCell<BTreeMap<(usize, &'static str), Rc<World>>>,
    many: RefCell<BTreeMap<&'static str, Rc<Many>>>,
    server: RefCell<Option<Rc<Server>>>,
}

/// Many pairs in one home.
pub(crate) struct Many {
    pub(crate) home: PathBuf,
    pub(crate) worlds: Vec<World>,
}

fn single(meetings: usize) -> Shape {
    Shape {
        number: 0,
        meetings,
        all_sealed: false,
    }
}

fn sealed() -> Shape {
    Shape {
        number: 0,
        meetings: SEALED,
        all_sealed: true,
    }
}

fn one_of_many(number: usize) -> Shape {
    Shape {
        number,
        meetings: OF_MANY,
        all_sealed: false,
    }
}

impl Ground {
    pub(crate) fn new(programs: Programs, sizes: Vec<usize>, pairs: usize) -> Self {
        let root = tempfile::Builder::new()
            .prefix("side-by-side-")
            .tempdir()
            .unwrap();
        Self {
            programs,
            sizes,
            pairs,
            data: Data::open(),
            root,
            single: RefCell::default(),
            many: RefCell::default(),
            server: RefCell::default(),
        }
    }

    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    /// The length that stands for ten years, where it is among those asked for; else the first of them.
    pub(crate) fn years(&self) -> usize {
        let is_there = self.sizes.contains(&YEARS);
        if is_there { YEARS } else { self.sizes[0] }
    }

    /// The sets of one pair for some ways, at one length of history.
    pub(crate) fn worlds<const N: usize>(&self, meetings: usize, forms: [Form; N]) -> [Rc<World>; N] {
        forms.map(|form| {
            self.made(meetings, form.name(), |root| {
                let history = self.data.history(&single(meetings));
                let world = World::make(root, form, &history, &self.data, None);
                if form == Form::Ours {
                    answers_are_right(&world, single(meetings).expected());
                }
                world
            })
        })
    }

    /// The set of a pair in which every entry is sealed.
    pub(crate) fn sealed(&self) -> Rc<World> {
        self.made(SEALED, "sealed", |root| {
            let history = self.data.history(&sealed());
            let world = World::make(root, Form::Ours, &history, &self.data, None);
            answers_are_right(&world, sealed().expected());
            world
        })
    }

    /// The sets of one pair whose remote is reached over ssh.
    pub(crate) fn over_ssh<const N: usize>(&self, forms: [Form; N]) -> [Rc<World>; N] {
        let server = self.server();
        forms.map(|form| {
            let name = match form {
                Form::Ours => "ssh, oneonone",
                Form::Durable => "ssh, durable",
                Form::Defaults | Form::Least => "ssh, defaults",
            };
            self.made(self.years(), name, |root| {
                let history = self.data.history(&single(self.years()));
                World::make(root, form, &history, &self.data, Some(&server))
            })
        })
    }

    fn made(&self, meetings: usize, name: &'static str, make: impl FnOnce(&Path) -> World) -> Rc<World> {
        if let Some(world) = self.single.borrow().get(&(meetings, name)) {
            return Rc::clone(world);
        }
        let root = self
            .root()
            .join(format!("{meetings}-{}", self.single.borrow().len()));
        std::fs::create_dir_all(&root).unwrap();
        let world = Rc::new(make(&root));
        World::rest(&[&*world]);
        let mut all = self.single.borrow_mut();
        all.insert((meetings, name), Rc::clone(&world));
        world
    }

    /// Many pairs of one manager, for one way.
    pub(crate) fn many(&self, form: Form, is_over_ssh: bool) -> Rc<Many> {
        let name = if is_over_ssh { form.name() } else { "by path" };
        if let Some(many) = self.many.borrow().get(name) {
            return Rc::clone(many);
        }
        let root = self.root().join(format!("many-{}", self.many.borrow().len()));
        let home = root.join("home");
        form.home(&home, &self.data);
        let server = is_over_ssh.then(|| self.server());
        if let Some(server) = &server {
            server.use_for(&home);
        }
        let make = |number| {
            let history = self.data.history(&one_of_many(number));
            let name = format!("pair-{number}");
            World::in_home(&home, &root, &name, form, &history, server.as_deref())
        };
        let worlds: Vec<World> = (0..self.pairs).map(make).collect();
        World::rest(&worlds.iter().collect::<Vec<_>>());
        if form == Form::Ours && !is_over_ssh {
            let open: usize = (0..self.pairs)
                .map(|number| one_of_many(number).expected().open)
                .sum();
            assert_eq!(lines(&home, &home, &["actions", "--all"]), open);
        }
        let many = Rc::new(Many { home, worlds });
        self.many.borrow_mut().insert(name, Rc::clone(&many));
        many
    }

    pub(crate) fn server(&self) -> Rc<Server> {
        let mut server = self.server.borrow_mut();
        Rc::clone(server.get_or_insert_with(|| Rc::new(Server::start(self.root()))))
    }
}

/// The records have no findings, and questions find what was written into them.
fn answers_are_right(world: &World, expected: Expected) {
    Step::ours(&world.home, &world.clone, &["check"]).run();
    let (home, clone) = (&world.home, &world.clone);
    assert_eq!(lines(home, clone, &["actions"]), expected.open);
    assert_eq!(lines(home, clone, &["log", WORD]), expected.word);
}

/// Lines of an answer for programs.
fn lines(home: &Path, cwd: &Path, args: &[&str]) -> usize {
    let output = Step::ours(home, cwd, args).run();
    String::from_utf8_lossy(&output.stdout).lines().count()
}
