//! Whether what a bedside reader computes can be believed: an index that still moves is of gas newer than blood.

use std::collections::VecDeque;

/// Patient time over which an index must have stayed, s.
pub const WATCHED_S: f64 = 30.0;
/// How far a pressure may have moved, mmHg.
const MOVED_MMHG: f64 = 3.0;
/// How far a pressure or a ratio may have moved, of itself.
const MOVED_SHARE: f64 = 0.03;
/// How far a fraction of blood or breath may have moved.
const MOVED_FRAC: f64 = 0.01;
/// How far the inspired fraction may have been set anew.
const SET_FRAC: f64 = 0.002;

/// Whether each index has stayed where it is, and what it reckons with too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steadiness {
    /// Alveolar-arterial difference.
    pub aa_gradient: bool,
    /// PaO2 over FiO2.
    pub pf_ratio: bool,
    /// PaO2 over alveolar PO2.
    pub arterial_alveolar_ratio: bool,
    /// Venous admixture.
    pub venous_admixture: bool,
    /// Dead space after Enghoff.
    pub bohr_enghoff: bool,
}

impl Steadiness {
    /// Of a steady state.
    pub const STEADY: Steadiness = Steadiness::all(true);

    const fn all(is: bool) -> Steadiness {
        Steadiness {
            aa_gradient: is,
            pf_ratio: is,
            arterial_alveolar_ratio: is,
            venous_admixture: is,
            bohr_enghoff: is,
        }
    }
}

/// The indices of one moment, and what they reckon with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moment {
    pub(crate) fio2_set_frac: f64,
    pub(crate) minute_l_per_min: f64,
    pub(crate) aa_gradient_mmhg: Option<f64>,
    pub(crate) pf_ratio_mmhg: Option<f64>,
    pub(crate) arterial_alveolar_ratio: Option<f64>,
    pub(crate) venous_admixture_frac: Option<f64>,
    pub(crate) bohr_enghoff_frac: Option<f64>,
}

/// The moments of the last while.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watch {
    moments: VecDeque<Moment>,
}

impl Watch {
    /// Begins with a patient who has been like this for long; `count` moments are watched.
    pub(crate) fn settled(moment: Moment, count: usize) -> Watch {
        Watch { moments: std::iter::repeat_n(moment, count).collect() }
    }

    /// Goes on, with the last `count` moments.
    pub(crate) fn look(&mut self, moment: Moment, count: usize) {
        while self.moments.len() >= count {
            self.moments.pop_front();
        }
        self.moments.push_back(moment);
    }

    /// What has stayed, `now` included; nothing where the watch has not been long enough.
    pub(crate) fn read(&self, now: &Moment, count: usize) -> Steadiness {
        if self.moments.len() < count {
            return Steadiness::all(false);
        }
        let stayed = |of: fn(&Moment) -> Option<f64>, by: &dyn Fn(f64) -> f64| {
            // An index that does not exist, and did not, has not moved either.
            let Some(here) = of(now) else { return self.moments.iter().all(|moment| of(moment).is_none()) };
            let within = by(here);
            self.moments.iter().all(|moment| of(moment).is_some_and(|value| (value - here).abs() < within))
        };
        let pressure = |here: f64| MOVED_MMHG.max(MOVED_SHARE * here.abs());
        let share = |here: f64| MOVED_SHARE * here.abs();
        let oxygen = stayed(|moment| Some(moment.fio2_set_frac), &|_| SET_FRAC);
        Steadiness {
            aa_gradient: oxygen && stayed(|moment| moment.aa_gradient_mmhg, &pressure),
            pf_ratio: oxygen && stayed(|moment| moment.pf_ratio_mmhg, &pressure),
            arterial_alveolar_ratio: oxygen && stayed(|moment| moment.arterial_alveolar_ratio, &share),
            venous_admixture: oxygen && stayed(|moment| moment.venous_admixture_frac, &|_| MOVED_FRAC),
            bohr_enghoff: stayed(|moment| Some(moment.minute_l_per_min), &share)
                && stayed(|moment| moment.bohr_enghoff_frac, &|_| MOVED_FRAC),
        }
    }
}
