//! The code of a case: 40 bits as eight Crockford base-32 signs, so that it can be read out and typed.
//!
//! ```text
//! version 4 · drill 3 · level 2 · seed 26 · check 5
//! ```
//! The check is a sum over the field of 32 elements with another weight at each place: one wrong sign, and two
//! neighbours exchanged, are always found.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::text::shown;

/// Version of engine and generator: it rises when one of the pinned cases changes.
pub const VERSION: u8 = 4;
/// Largest seed.
pub const MAX_SEED: u32 = (1 << 26) - 1;

const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 8;

/// What is drilled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Drill {
    /// The 100 % O2 test.
    OxygenTest,
    /// Which of four blood gases is wrong, and how.
    BadSample,
    /// What lowers PaO2, by what is tried.
    NameMechanism,
}

impl Drill {
    /// Every drill, in the order of its number in a code.
    pub const ALL: [Drill; 3] = [Drill::OxygenTest, Drill::BadSample, Drill::NameMechanism];

    /// Name in files and on the command line.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Drill::OxygenTest => "o2test",
            Drill::BadSample => "bad_sample",
            Drill::NameMechanism => "name_mechanism",
        }
    }

    /// The drill of a name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Drill> {
        Drill::ALL.into_iter().find(|drill| drill.key() == key)
    }

    /// Levels that are built.
    #[must_use]
    pub fn levels(self) -> &'static [u8] {
        match self {
            Drill::OxygenTest => &[1, 2, 3],
            Drill::BadSample | Drill::NameMechanism => &[1],
        }
    }
}

/// A case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CaseCode {
    drill: Drill,
    level: u8,
    seed: u32,
}

/// Why there is no such case.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CodeError {
    /// Too few or too many signs.
    #[error("`{code}` has {found} signs: a case code has 8, like {first}", code = shown(.code), first = CaseCode::FIRST)]
    Length {
        /// The code as given.
        code: String,
        /// Its signs.
        found: usize,
    },
    /// A sign that no code has.
    #[error("`{code}`: `{sign}` is no sign of a case code (digits and letters without U)", code = shown(.code), sign = sign.escape_default())]
    Sign {
        /// The code as given.
        code: String,
        /// The sign.
        sign: char,
    },
    /// The check does not fit: a slip of the pen.
    #[error("`{code}` is mistyped: its last sign does not fit the others", code = shown(.code))]
    Check {
        /// The code as given.
        code: String,
    },
    /// Made by a generator that is gone.
    #[error("`{code}` is a case of generator {version}, which no release has: this program plays those of generator {VERSION}", code = shown(.code))]
    Older {
        /// The code as given.
        code: String,
        /// Its version.
        version: u8,
    },
    /// Made by a generator to come.
    #[error("`{code}` is a case of generator {version}: a newer program is needed, this one plays those of generator {VERSION}", code = shown(.code))]
    Newer {
        /// The code as given.
        code: String,
        /// Its version.
        version: u8,
    },
    /// Another drill.
    #[error("`{code}` is a case of drill {drill}, which this program does not know", code = shown(.code))]
    Drill {
        /// The code as given.
        code: String,
        /// Its drill.
        drill: u8,
    },
    /// A code of one drill where another was asked for.
    #[error("`{code}` is a case of {of}, and {asked} is asked for", code = shown(.code), of = .of.key(), asked = .asked.key())]
    OtherDrill {
        /// The code as given.
        code: String,
        /// Its drill.
        of: Drill,
        /// The drill asked for.
        asked: Drill,
    },
    /// A level that is not built.
    #[error("level {level}: {allowed} is allowed", allowed = one_of(.drill.levels()))]
    Level {
        /// The drill.
        drill: Drill,
        /// The level.
        level: u8,
    },
    /// A seed that does not fit.
    #[error("seed {seed}: 0 to {MAX_SEED} is allowed")]
    Seed {
        /// The seed.
        seed: u64,
    },
}

/// Levels in a sentence.
fn one_of(levels: &[u8]) -> String {
    let words: Vec<String> = levels.iter().map(u8::to_string).collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

impl CaseCode {
    /// The first case of the first level of the 100 % O2 test.
    pub const FIRST: CaseCode = CaseCode::first_of(Drill::OxygenTest);

    /// The first case of a drill.
    #[must_use]
    pub const fn first_of(drill: Drill) -> CaseCode {
        CaseCode { drill, level: 1, seed: 1 }
    }

    /// The case of a level and a seed of the 100 % O2 test.
    ///
    /// # Errors
    /// [`CodeError::Level`], [`CodeError::Seed`].
    pub fn new(level: u8, seed: u64) -> Result<CaseCode, CodeError> {
        CaseCode::of(Drill::OxygenTest, level, seed)
    }

    /// The case of a drill, a level and a seed.
    ///
    /// # Errors
    /// [`CodeError::Level`], [`CodeError::Seed`].
    pub fn of(drill: Drill, level: u8, seed: u64) -> Result<CaseCode, CodeError> {
        if !drill.levels().contains(&level) {
            return Err(CodeError::Level { drill, level });
        }
        match u32::try_from(seed) {
            Ok(seed) if seed <= MAX_SEED => Ok(CaseCode { drill, level, seed }),
            _ => Err(CodeError::Seed { seed }),
        }
    }

    /// A code in words, of the drill that is asked for.
    ///
    /// # Errors
    /// [`CodeError`]; [`CodeError::OtherDrill`] of another drill's.
    pub fn of_drill(text: &str, asked: Drill) -> Result<CaseCode, CodeError> {
        let code: CaseCode = text.parse()?;
        match code.drill == asked {
            true => Ok(code),
            false => Err(CodeError::OtherDrill { code: text.to_owned(), of: code.drill, asked }),
        }
    }

    /// Its drill.
    #[must_use]
    pub fn drill(self) -> Drill {
        self.drill
    }

    /// Its level.
    #[must_use]
    pub fn level(self) -> u8 {
        self.level
    }

    /// Its seed.
    #[must_use]
    pub fn seed(self) -> u32 {
        self.seed
    }

    /// The case after it, of the same level.
    #[must_use]
    pub fn next(self) -> CaseCode {
        CaseCode { seed: (self.seed + 1) & MAX_SEED, ..self }
    }

    /// What its random numbers come from.
    #[must_use]
    pub fn bits(self) -> u64 {
        u64::from(VERSION) << 31 | (self.drill as u64) << 28 | u64::from(self.level) << 26 | u64::from(self.seed)
    }
}

impl fmt::Display for CaseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let symbols = symbols(self.bits());
        let text: String =
            symbols.iter().chain([&check(&symbols)]).map(|symbol| char::from(SIGNS[usize::from(*symbol)])).collect();
        write!(f, "{}-{}", &text[..4], &text[4..])
    }
}

impl FromStr for CaseCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<CaseCode, CodeError> {
        let code = || text.to_owned();
        let mut read = Vec::new();
        for sign in text.chars().filter(|sign| !matches!(sign, '-' | ' ')) {
            let meant = match sign.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            match SIGNS.iter().position(|known| char::from(*known) == meant) {
                Some(symbol) => read.push(symbol as u8),
                None => return Err(CodeError::Sign { code: code(), sign }),
            }
        }
        if read.len() != LENGTH {
            return Err(CodeError::Length { code: code(), found: read.len() });
        }
        let bits = read[..LENGTH - 1].iter().fold(0_u64, |bits, symbol| bits << 5 | u64::from(*symbol));
        if check(&symbols(bits)) != read[LENGTH - 1] {
            return Err(CodeError::Check { code: code() });
        }
        let [version, drill, level] = [bits >> 31, bits >> 28 & 7, bits >> 26 & 3].map(|field| field as u8);
        match version {
            VERSION => {}
            older if older < VERSION => return Err(CodeError::Older { code: code(), version }),
            _ => return Err(CodeError::Newer { code: code(), version }),
        }
        match Drill::ALL.get(usize::from(drill)) {
            Some(drill) => CaseCode::of(*drill, level, bits & u64::from(MAX_SEED)),
            None => Err(CodeError::Drill { code: code(), drill }),
        }
    }
}

/// The seven signs before the check.
fn symbols(bits: u64) -> [u8; LENGTH - 1] {
    std::array::from_fn(|i| (bits >> (5 * (LENGTH - 2 - i)) & 31) as u8)
}

/// The check: each sign times another power of the field's generator.
fn check(symbols: &[u8; LENGTH - 1]) -> u8 {
    symbols.iter().fold(0, |sum, symbol| times_generator(sum ^ symbol))
}

/// Multiplication by x in the field of 32 elements, modulo x^5 + x^2 + 1.
fn times_generator(element: u8) -> u8 {
    let doubled = element << 1;
    if doubled & 32 == 0 { doubled } else { (doubled ^ 0b10_0101) & 31 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_codes_read_back_in_any_hand() {
        for (level, seed) in [(1, 0), (2, 7), (2, u64::from(MAX_SEED)), (1, 12_345_678)] {
            let code = CaseCode::new(level, seed).expect("a case");
            let text = code.to_string();
            assert_eq!(text.len(), 9);
            for hand in [
                text.clone(),
                text.to_lowercase(),
                text.replace('-', " "),
                text.replace('0', "O"),
                text.replace('1', "l"),
            ] {
                assert_eq!(hand.parse(), Ok(code), "{hand}");
            }
        }
        assert!(CaseCode::new(4, 0).is_err() && CaseCode::new(2, 1 << 26).is_err());
    }

    #[test]
    fn inv_one_wrong_sign_and_two_neighbours_exchanged_are_found() {
        for seed in [7, 4_711, 33_554_431] {
            let text = CaseCode::new(2, seed).expect("a case").to_string().replace('-', "");
            for place in 0..LENGTH {
                for sign in SIGNS.iter().map(|sign| char::from(*sign)) {
                    let mut signs: Vec<char> = text.chars().collect();
                    signs[place] = sign;
                    let typed: String = signs.iter().collect();
                    assert_eq!(typed.parse::<CaseCode>().is_ok(), typed == text, "{typed}");
                }
                if place + 1 < LENGTH {
                    let mut signs: Vec<char> = text.chars().collect();
                    signs.swap(place, place + 1);
                    let typed: String = signs.iter().collect();
                    assert_eq!(typed.parse::<CaseCode>().is_ok(), typed == text, "{typed}");
                }
            }
        }
    }

    #[test]
    fn inv_what_is_no_code_says_why() {
        let message = |text: &str| text.parse::<CaseCode>().expect_err(text).to_string();
        assert!(message("4G00").contains("has 4 signs"));
        assert!(message("4G00-00U9").contains("`U` is no sign"));
        let with = |bits: u64| {
            let symbols = symbols(bits);
            symbols.iter().chain([&check(&symbols)]).map(|s| char::from(SIGNS[usize::from(*s)])).collect::<String>()
        };
        let here = CaseCode::new(2, 7).expect("a case").bits();
        let generator = |version: u64| with((here & ((1 << 31) - 1)) | version << 31);
        assert!(message(&generator(1)).contains("generator 1, which no release has"));
        assert!(message(&generator(u64::from(VERSION) + 1)).contains("a newer program"));
        assert!(message(&with(here | 7 << 28)).contains("drill 7"));
        assert!(message(&with(here & !(3 << 26))).contains("level 0"));
        assert!(message("\u{1b}[2J").contains("\\u{1b}"));
    }
}
