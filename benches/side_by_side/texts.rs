//! Sentences as people write them about their work, out of a few lists; the same ones in every run.

/// Numbers that look random and are the same for the same seed (splitmix64).
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice for one thing: a kind of thing, and its numbers.
    pub(crate) fn of(kind: &str, numbers: &[usize]) -> Self {
        let mut dice = Self(0x01_0E_0E);
        let of_kind = kind.bytes().map(u64::from);
        for number in of_kind.chain(numbers.iter().map(|n| *n as u64)) {
            dice.0 ^= number;
            dice.0 = dice.next();
        }
        dice
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    /// An id: twelve of the letters k to z.
    pub(crate) fn id(&mut self) -> String {
        let mut number = self.next();
        let mut letter = || {
            let letter = char::from(b'k' + (number % 16) as u8);
            number /= 16;
            letter
        };
        (0..12).map(|_| letter()).collect()
    }
}

/// The word that is looked for: it stands in about one entry of 400.
pub(crate) const WORD: &str = "lighthouse";

pub(crate) const THEMES: &[&str] = &[
    "coaching",
    "delegating",
    "domain-knowledge",
    "facilitation",
    "hiring",
    "incident-command",
    "negotiation",
    "planning",
    "project-harbour",
    "project-meridian",
    "public-speaking",
    "reviewing",
    "saying-no",
    "system-design",
    "writing",
];

const FIRST_NAMES: &[&str] = &[
    "Agnes", "Bruno", "Chidi", "Delia", "Emil", "Farah", "Goran", "Hilde", "Imran", "Jolanta",
];
const LAST_NAMES: &[&str] = &[
    "Abara",
    "Bianchi",
    "Castell",
    "Dvorak",
    "Eriksen",
    "Fontaine",
    "Grabowski",
    "Haas",
    "Iyer",
    "Janssen",
];

const WORK: &[&str] = &[
    "the invoice export",
    "the new search index",
    "the on-call handbook",
    "the move to the second data centre",
    "the sign-up form",
    "the review queue",
    "the test environment",
    "the reporting dashboard",
    "the plan for the next quarter",
    "the interview loop for the backend role",
    "the outage of the message queue",
    "the old permissions table",
    "the release notes",
    "the cost of the nightly jobs",
    "the design for offline mode",
    "the slow checkout page",
];
const PEOPLE: &[&str] = &[
    "the infrastructure group",
    "the product trio",
    "customer support",
    "the security team",
    "our sister team in Lisbon",
    "the analysts",
    "the people who joined in spring",
    "the legal department",
    "the pilot customers",
    "the steering committee",
];
const MOMENTS: &[&str] = &[
    "the planning days",
    "the end of the month",
    "the next release",
    "the summer break",
    "the audit",
    "the demo on Thursday",
    "the team offsite",
    "the budget round",
    "the salary review",
];
const MOODS: &[&str] = &[
    "felt well supported and a little overloaded",
    "is not sure whose decision it is",
    "would have liked to hear of it earlier",
    "enjoyed running that discussion",
    "found it hard to say no",
    "wants to be clearer about what done means",
    "is proud of how calmly it was handled",
    "worries about who takes it over",
    "asked for two quiet mornings a week",
    "thinks that the estimate was a wish",
];
const SENTENCES: &[&str] = &[
    "We went through {work} and want {people} to know about it before {moment}.",
    "{Work} ate most of the week; {mood}.",
    "After {moment} there should be time to look at {work} again, together with {people}.",
    "With {work} we can be quick, or we can keep what we promised to {people}, hardly both.",
    "The smallest next step is one change to {work}, with numbers before {moment}.",
    "There was some friction with {people} about {work}; {mood}.",
    "It went well that {work} was explained without jargon, and {people} noticed.",
    "{People} asked twice about {work}, so we should write down what we decided.",
];
const TO_DO: &[&str] = &[
    "Write one page about {work} for {people}.",
    "Find an hour with {people} to talk about {work}.",
    "Send the notes on {work} round before {moment}.",
    "Sit in with {people} when they discuss {work}.",
    "Suggest an owner for {work}.",
    "Bring three examples of {work} to the next meeting.",
    "Go through the open questions about {work} with {people}.",
    "Ask {people} for the numbers behind {work}.",
];

fn filled(dice: &mut Dice, pattern: &str) -> String {
    let (work, people) = (dice.pick(WORK), dice.pick(PEOPLE));
    let (moment, mood) = (dice.pick(MOMENTS), dice.pick(MOODS));
    pattern
        .replace("{work}", work)
        .replace("{Work}", &capital(work))
        .replace("{people}", people)
        .replace("{People}", &capital(people))
        .replace("{moment}", moment)
        .replace("{mood}", mood)
}

fn capital(text: &str) -> String {
    let (first, rest) = text.split_at(1);
    first.to_uppercase() + rest
}

/// The text of an entry.
pub(crate) fn text(dice: &mut Dice, is_action: bool) -> String {
    let first = dice.pick(if is_action { TO_DO } else { SENTENCES });
    let mut text = filled(dice, first);
    if dice.chance(60) {
        let second = dice.pick(SENTENCES);
        text = text + " " + &filled(dice, second);
    }
    if dice.below(400) == 0 {
        text = text + " The code name for it is " + WORD + ".";
    }
    text
}

/// The name of the report of a pair, never twice among the first hundred.
pub(crate) fn name(pair: usize) -> String {
    let (first, last) = (pair % 10, (pair + pair / 10) % 10);
    format!("{} {}", FIRST_NAMES[first], LAST_NAMES[last])
}
