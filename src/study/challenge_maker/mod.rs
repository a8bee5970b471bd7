//! Cases of the 100 % O2 test: patients whose hypoxaemia has one cause, of whom the answer is drawn before the patient.
//!
//! [`code`] names a case in eight signs, [`maker`] draws it and throws away what does not hold every clause, [`bedside`]
//! plays it, [`score`] counts what was done and said, [`next_step`] runs what might be done next, and [`debrief`] takes
//! one error away at a time. [`bad_sample`] and [`name_mechanism`] are other drills in the same
//! frame. All of it is computed by the engine; no author says which answer is right.
//!
//! ```
//! use isoshunt::study::challenge_maker::code::CaseCode;
//! let code: CaseCode = CaseCode::new(2, 7).unwrap();
//! let text = code.to_string();
//! assert_eq!(text.to_lowercase().parse::<CaseCode>(), Ok(code));
//! ```

pub mod bad_sample;
pub mod bedside;
pub mod code;
pub mod debrief;
pub mod grounds;
pub mod history;
pub mod kinds;
pub mod maker;
pub mod name_mechanism;
pub mod next_step;
pub mod patient;
pub mod rule;
pub mod score;
