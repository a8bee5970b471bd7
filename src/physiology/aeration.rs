//! What PEEP makes of collapsed lung: the equilibrium law of opening and closing pressures.

use crate::numerics::normal;

/// PEEP at which the shunt of the table is defined, cmH2O.
pub const REFERENCE_PEEP_CMH2O: f64 = 5.0;

/// Pressures at which collapsible lung opens and closes, normally distributed over its cells.
///
/// # Source
/// Crotti S et al., Am J Respir Crit Care Med 2001;164:131-140, doi:10.1164/ajrccm.164.1.2007011: opening pressures
/// around 20, closing pressures around 5 cmH2O.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RecruitmentLaw {
    /// Mean opening pressure, cmH2O.
    pub opening_cmh2o: f64,
    /// SD of the opening pressure, cmH2O.
    pub opening_sd_cmh2o: f64,
    /// Mean closing pressure, cmH2O.
    pub closing_cmh2o: f64,
    /// SD of the closing pressure, cmH2O.
    pub closing_sd_cmh2o: f64,
    /// Pressure that a breath adds to PEEP, cmH2O: VT/C on a ventilator, 0 on CPAP.
    pub breath_cmh2o: f64,
}

impl RecruitmentLaw {
    /// Share of collapsible lung that is open in equilibrium at a PEEP, 0 to 1.
    ///
    /// A cell is open where a plateau has opened it and PEEP holds it open. Coming from PEEP 5, the highest plateau
    /// so far is that of the higher of the two PEEPs; opening and closing pressures are independent.
    /// ```text
    /// open(P) = Φ((P − TCP)/σ_c)·Φ((max(P, 5) + VT/C − TOP)/σ_o)
    /// ```
    #[must_use]
    pub fn open_frac(&self, peep_cmh2o: f64) -> f64 {
        let plateau = peep_cmh2o.max(REFERENCE_PEEP_CMH2O) + self.breath_cmh2o;
        normal::cumulative((peep_cmh2o - self.closing_cmh2o) / self.closing_sd_cmh2o)
            * normal::cumulative((plateau - self.opening_cmh2o) / self.opening_sd_cmh2o)
    }

    /// Shunt at a PEEP when it is `shunt_at_peep5_frac` at PEEP 5 and `recruitable_share_frac` of that is collapsed.
    ///
    /// Above PEEP 5 what is collapsed there opens; below, lung that is open there closes as well, and the collapsed
    /// part at most doubles: pressures at which nearly all of it would be open at PEEP 5 would otherwise stand for more
    /// collapsible lung than there is.
    /// ```text
    /// P ≥ 5:  shunt(P) = shunt5·[1 − share + share·(1 − open(P))/(1 − open(5))]
    /// P < 5:  shunt(P) = shunt5·[1 + share·(open(5) − open(P))/max(1 − open(5), ½)]
    /// ```
    /// | quantity | unit | range |
    /// |---|---|---|
    /// | `peep_cmh2o` | cmH2O | 0 to 30 |
    /// | `shunt_at_peep5_frac`, `recruitable_share_frac` | fraction | 0 to 1 |
    /// | result | fraction of output | 0 to 1 |
    ///
    /// # Source
    /// Pressures of Crotti 2001; the law is an equilibrium summary of ours.
    ///
    /// ```
    /// use isoshunt::physiology::aeration::RecruitmentLaw;
    /// let law = RecruitmentLaw { opening_cmh2o: 20.0, opening_sd_cmh2o: 5.0, closing_cmh2o: 5.0,
    ///     closing_sd_cmh2o: 2.5, breath_cmh2o: 14.0 };
    /// assert_eq!(law.shunt_frac(5.0, 0.36, 0.6), 0.36);
    /// assert!(law.shunt_frac(15.0, 0.36, 0.6) < 0.2);
    /// assert_eq!(law.shunt_frac(15.0, 0.36, 0.0), 0.36);
    /// ```
    #[must_use]
    pub fn shunt_frac(&self, peep_cmh2o: f64, shunt_at_peep5_frac: f64, recruitable_share_frac: f64) -> f64 {
        let (open_there, open_here) = (self.open_frac(REFERENCE_PEEP_CMH2O), self.open_frac(peep_cmh2o));
        let closed_there = 1.0 - open_there;
        let change = if peep_cmh2o < REFERENCE_PEEP_CMH2O {
            (open_there - open_here) / closed_there.max(0.5)
        } else if closed_there > 0.0 {
            (1.0 - open_here) / closed_there - 1.0
        } else {
            0.0
        };
        (shunt_at_peep5_frac * (1.0 + recruitable_share_frac * change)).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARDS: RecruitmentLaw = RecruitmentLaw {
        opening_cmh2o: 20.0,
        opening_sd_cmh2o: 5.0,
        closing_cmh2o: 5.0,
        closing_sd_cmh2o: 2.5,
        breath_cmh2o: 14.0,
    };

    #[test]
    fn inv_peep_never_closes_lung() {
        let mut last = 1.0;
        for peep in 0..=60 {
            let shunt = ARDS.shunt_frac(f64::from(peep) * 0.5, 0.4, 0.6);
            assert!(shunt <= last + 1e-15, "PEEP {}", f64::from(peep) * 0.5);
            last = shunt;
        }
    }

    #[test]
    fn inv_consolidated_lung_does_not_answer() {
        for peep in [0.0, 5.0, 12.0, 30.0] {
            assert!((ARDS.shunt_frac(peep, 0.4, 0.0) - 0.4).abs() < 1e-15);
        }
    }

    #[test]
    fn inv_extreme_pressures_stay_in_range() {
        let law = RecruitmentLaw {
            closing_cmh2o: 0.0,
            closing_sd_cmh2o: 0.5,
            opening_cmh2o: 5.0,
            opening_sd_cmh2o: 0.5,
            breath_cmh2o: 400.0,
        };
        for peep in [0.0, 5.0, 30.0] {
            let shunt = law.shunt_frac(peep, 0.9, 1.0);
            assert!((0.0..=1.0).contains(&shunt), "{shunt}");
            let shunt = law.shunt_frac(peep, 0.02, 0.5);
            assert!((0.0..=0.03).contains(&shunt), "PEEP {peep} makes {shunt} of a healthy 0.02");
        }
    }
}
