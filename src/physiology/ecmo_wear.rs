//! A membrane that has aged in two ways, fibres coated and channels clotted, and water in its fibres; how fast they come,
//! what holds clot off, and what that costs in blood.
//!
//! Coat covers fibres: gas fails and the fall of pressure does not, blood passes as through a shunt. Clot closes channels:
//! the fall of pressure rises and sweep gas meets no blood, as in dead space. Water stands in the fibres on the side of the
//! gas: CO2 stays, no pressure tells of it, and a flush of sweep gas mends it.

use crate::numerics::float;
use crate::units::{G_PER_MG, MIN_PER_DAY, MIN_PER_H};

/// A membrane as it was new, and what time has made of it.
///
/// | field | unit | range |
/// |---|---|---|
/// | `diffusing_ml_per_min_mmhg` | for O2, mL/min/mmHg | above 0 |
/// | `shunt_frac` | share of blood that meets no fibre | 0 to 0.9 |
/// | `resistance_mmhg_min_per_l` | mmHg·min/L | above 0 |
/// | `coat_frac`, `clot_frac`, `water_frac` | share of fibres covered, of channels closed, of fibres with water | 0 to 0.9 |
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Membrane {
    /// Diffusing capacity of the new membrane.
    pub diffusing_ml_per_min_mmhg: f64,
    /// Its shunt.
    pub shunt_frac: f64,
    /// Its resistance.
    pub resistance_mmhg_min_per_l: f64,
    /// Coat.
    pub coat_frac: f64,
    /// Clot.
    pub clot_frac: f64,
    /// Water in the fibres.
    pub water_frac: f64,
}

/// Share of the blood on a coated fibre that passes as if there were none.
const COAT_SHUNTS: f64 = 0.45;
/// Share of the sweep gas of a closed channel that meets no blood, and of that of a fibre with water. Guesses.
const CLOT_WASTES: f64 = 0.5;
const WATER_WASTES: f64 = 0.8;
/// Share of its diffusion that a fibre with water loses for O2: the rest of it is still open. A guess.
const WATER_BLOCKS: f64 = 0.3;

impl Membrane {
    /// Share of pump flow that meets no gas: `s0 + (1 − s0)·0.45·c`.
    #[must_use]
    pub fn shunt_now_frac(&self) -> f64 {
        self.shunt_frac + (1.0 - self.shunt_frac) * COAT_SHUNTS * self.coat_frac
    }

    /// Diffusing capacity left, mL/min/mmHg: `D0·(1 − c)·(1 − h)·(1 − 0.3·w)`.
    #[must_use]
    pub fn diffusing_now_ml_per_min_mmhg(&self) -> f64 {
        let dry = 1.0 - WATER_BLOCKS * self.water_frac;
        self.diffusing_ml_per_min_mmhg * (1.0 - self.coat_frac) * (1.0 - self.clot_frac) * dry
    }

    /// Share of the sweep gas that meets blood: `(1 − 0.5·h)·(1 − 0.8·w)`.
    #[must_use]
    pub fn ventilated_frac(&self) -> f64 {
        (1.0 - CLOT_WASTES * self.clot_frac) * (1.0 - WATER_WASTES * self.water_frac)
    }

    /// Resistance to blood, mmHg·min/L: `r0/(1 − h)²`.
    ///
    /// # Source
    /// Coat as shunt and clot as dead space: Epis F, Belliato M, J Thorac Dis 2018 (abstract only). Sizes are guesses.
    #[must_use]
    pub fn resistance_now_mmhg_min_per_l(&self) -> f64 {
        let open = 1.0 - self.clot_frac;
        self.resistance_mmhg_min_per_l / (open * open)
    }
}

/// How a membrane is run.
///
/// | field | unit | range |
/// |---|---|---|
/// | `flow_l_per_min` | blood, L/min | 0 or more |
/// | `sweep_l_per_min` | gas, L/min | 0 or more |
/// | `anti_xa_iu_per_ml` | IU/mL | 0 to 1.5; 0.3 to 0.7 in use |
/// | `clotting_per_day`, `coating_per_day` | per day | 0 to 5 |
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Running {
    /// Blood that passes it.
    pub flow_l_per_min: f64,
    /// Gas that passes it.
    pub sweep_l_per_min: f64,
    /// Effect of heparin.
    pub anti_xa_iu_per_ml: f64,
    /// Rate of clot.
    pub clotting_per_day: f64,
    /// Rate of coat.
    pub coating_per_day: f64,
}

/// Most coat, clot and water.
const MOST_WORN: f64 = 0.9;
/// Share of a surface on which wear begins by itself.
const BEGINS_FRAC: f64 = 0.02;
/// Anti-Xa below which a membrane wears faster, IU/mL, how many times at none, and flow below which it does, L/min.
const PROTECTS_IU_PER_ML: f64 = 0.3;
const UNPROTECTED: f64 = 4.0;
const SLOW_L_PER_MIN: f64 = 2.5;
/// Water that gathers in an hour at [`WATER_SWEEP_L_PER_MIN`]; less sweep leaves more. Guesses.
const WATER_PER_H: f64 = 0.02;
const WATER_SWEEP_L_PER_MIN: f64 = 3.0;
const WATER_MOST_TIMES: f64 = 3.0;
/// Anti-Xa above which blood is lost, and loss of haemoglobin by its excess, g/dL a day for each IU/mL: 0.5 at 0.9.
const BLEEDS_IU_PER_ML: f64 = 0.7;
const BLED_G_PER_DL_DAY: f64 = 2.5;

/// What has come of a membrane, each a share of 0 to 0.9.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Wear {
    /// Of its fibres covered.
    pub coat_frac: f64,
    /// Of its channels closed.
    pub clot_frac: f64,
    /// Of its fibres with water.
    pub water_frac: f64,
}

impl Running {
    /// Coat, clot and water after some minutes, of those before.
    ///
    /// ```text
    /// dh/dt = kh·f·(0.02 + h)·(1 − h), dc/dt alike;  f = (1 + 4·max(0, 1 − antiXa/0.3))·(1 + max(0, 2.5 − P)/2.5)
    /// dw/dt = 0.02/h·min(3/sweep, 3)·(1 − w), no sweep no water
    /// ```
    /// Where no blood flows nothing comes. Each at most 0.9.
    ///
    /// # Source
    /// That a membrane lasts 10 to 14 days is recalled: from new, clot is 0.3 after 12 days. Anti-Xa of 0.3 to 0.7 in use:
    /// reviews. The forms and all other numbers are guesses.
    #[must_use]
    pub fn worn(&self, before: Wear, minutes: f64) -> Wear {
        if self.flow_l_per_min <= 0.0 {
            return before;
        }
        let water = before.water_frac;
        let unprotected = 1.0 + UNPROTECTED * (1.0 - self.anti_xa_iu_per_ml / PROTECTS_IU_PER_ML).max(0.0);
        let slow = 1.0 + (SLOW_L_PER_MIN - self.flow_l_per_min).max(0.0) / SLOW_L_PER_MIN;
        let days = minutes / MIN_PER_DAY;
        let on = |worn: f64, per_day: f64| {
            let by = per_day * unprotected * slow * (BEGINS_FRAC + worn) * (1.0 - worn) * days;
            (worn + by).min(MOST_WORN.max(worn))
        };
        let water_frac = if self.sweep_l_per_min > 0.0 {
            let times = (WATER_SWEEP_L_PER_MIN / self.sweep_l_per_min).min(WATER_MOST_TIMES);
            (water + WATER_PER_H * times * (1.0 - water) * minutes / MIN_PER_H).min(MOST_WORN.max(water))
        } else {
            water
        };
        Wear {
            coat_frac: on(before.coat_frac, self.coating_per_day),
            clot_frac: on(before.clot_frac, self.clotting_per_day),
            water_frac,
        }
    }

    /// Haemoglobin that is bled in some minutes, g/dL.
    #[must_use]
    pub fn bled_g_per_dl(&self, minutes: f64) -> f64 {
        BLED_G_PER_DL_DAY * (self.anti_xa_iu_per_ml - BLEEDS_IU_PER_ML).max(0.0) * minutes / MIN_PER_DAY
    }
}

/// Suction from which red cells break, and by how much more plasma haemoglobin settles at [`BROKEN_MG_PER_DL`], mmHg.
const BREAKS_MMHG: f64 = -100.0;
const BREAKS_BY_MMHG: f64 = 50.0;
/// Plasma haemoglobin at a suction of 150 mmHg once it has settled, mg/dL: from about 50 on it is called haemolysis
/// (recalled).
pub const BROKEN_MG_PER_DL: f64 = 50.0;
/// Half-life of plasma haemoglobin, min. A guess of some hours.
const CLEARED_HALF_MIN: f64 = 165.0;
/// Share of plasma in blood, for what plasma haemoglobin costs in cells.
const PLASMA_FRAC: f64 = 0.6;

/// Plasma haemoglobin at which a suction settles, mg/dL: red cells break from −100 mmHg on.
///
/// # Source
/// Suction of −100 to −150 mmHg as the limit: reviews. Sizes are guesses.
#[must_use]
pub fn broken_mg_per_dl(inlet_mmhg: f64) -> f64 {
    BROKEN_MG_PER_DL * (BREAKS_MMHG - inlet_mmhg).max(0.0) / BREAKS_BY_MMHG
}

/// What suction does to blood over a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Haemolysis {
    /// Haemoglobin in the plasma at its end, mg/dL.
    pub plasma_mg_per_dl: f64,
    /// Haemoglobin that it has taken of the blood, g/dL.
    pub lost_g_per_dl: f64,
}

/// Some minutes of a suction, of blood with so much haemoglobin in its plasma, mg/dL.
#[must_use]
pub fn haemolysed(plasma_mg_per_dl: f64, inlet_mmhg: f64, minutes: f64) -> Haemolysis {
    let settles = broken_mg_per_dl(inlet_mmhg);
    let per_min = std::f64::consts::LN_2 / CLEARED_HALF_MIN;
    let kept = float::exp(-per_min * minutes);
    Haemolysis {
        plasma_mg_per_dl: settles + (plasma_mg_per_dl - settles) * kept,
        lost_g_per_dl: G_PER_MG * PLASMA_FRAC * settles * per_min * minutes,
    }
}

/// Heat that a heat exchanger moves between blood and body, per L/min of blood: share of the difference in a minute.
///
/// # Source
/// 243 kJ for a degree of the body over 0.8 of what blood of 3.8 kJ/L/K carries; a guess.
const WARMS_PER_L: f64 = 1.0 / 80.0;
/// Without heat a circuit cools the body, °C/h, down to this, °C. Guesses.
const COOLS_C_PER_H: f64 = 0.5;
const COOLS_TO_C: f64 = 35.0;

/// Body temperature after some minutes on a circuit whose water has a temperature, or which is not heated, °C.
///
/// ```text
/// dT/dt = (Tset − T)·P/80 per min;  not heated −0.5 °C/h down to 35
/// ```
#[must_use]
pub fn warmed_c(body_c: f64, set_c: Option<f64>, flow_l_per_min: f64, minutes: f64) -> f64 {
    match set_c {
        Some(set_c) => set_c + (body_c - set_c) * float::exp(-WARMS_PER_L * flow_l_per_min * minutes),
        None if flow_l_per_min > 0.0 => (body_c - COOLS_C_PER_H * minutes / MIN_PER_H).max(COOLS_TO_C.min(body_c)),
        None => body_c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: Membrane = Membrane {
        diffusing_ml_per_min_mmhg: 0.6,
        shunt_frac: 0.06,
        resistance_mmhg_min_per_l: 5.0,
        coat_frac: 0.0,
        clot_frac: 0.0,
        water_frac: 0.0,
    };

    const RUNNING: Running = Running {
        flow_l_per_min: 4.0,
        sweep_l_per_min: 4.0,
        anti_xa_iu_per_ml: 0.5,
        clotting_per_day: 0.25,
        coating_per_day: 0.20,
    };

    /// Days until clot is 0.3 from new.
    fn days(running: &Running) -> f64 {
        let (mut worn, mut hours) = (Wear::default(), 0);
        while worn.clot_frac < 0.3 && hours < 24 * 60 {
            worn = running.worn(worn, 60.0);
            hours += 1;
        }
        f64::from(hours) / 24.0
    }

    /// A membrane lasts 10 to 14 days (recalled), a third of that without heparin; a slow one less long.
    #[test]
    fn regress_how_long_a_membrane_lasts() {
        let usual = days(&RUNNING);
        assert!((11.0..=13.5).contains(&usual), "{usual}");
        let none = days(&Running { anti_xa_iu_per_ml: 0.0, ..RUNNING });
        assert!((none - usual / 5.0).abs() < 0.2, "{none}");
        assert!(days(&Running { flow_l_per_min: 1.5, ..RUNNING }) < 0.8 * usual);
        assert!((days(&Running { anti_xa_iu_per_ml: 0.9, ..RUNNING }) - usual).abs() < 1e-9);
        let stands = Running { flow_l_per_min: 0.0, ..RUNNING };
        let some = Wear { coat_frac: 0.1, clot_frac: 0.2, water_frac: 0.3 };
        assert_eq!(stands.worn(some, 600.0), some);
        // Heparin is paid for in blood: half a gram a day at 0.9.
        let much = Running { anti_xa_iu_per_ml: 0.9, ..RUNNING };
        assert!((much.bled_g_per_dl(1440.0) - 0.5).abs() < 1e-9 && RUNNING.bled_g_per_dl(1440.0) <= 0.0);
        // Water: less sweep, more of it.
        let wet = |sweep: f64| Running { sweep_l_per_min: sweep, ..RUNNING }.worn(Wear::default(), 60.0).water_frac;
        assert!(wet(1.0) > 2.0 * wet(4.0) && wet(0.0) <= 0.0);
        let water = Membrane { water_frac: 0.5, ..NEW };
        assert!((water.ventilated_frac() - 0.6).abs() < 1e-12);
        assert!((water.resistance_now_mmhg_min_per_l() - 5.0).abs() < 1e-12);
    }

    #[test]
    fn inv_blood_breaks_by_suction_and_heals() {
        assert!(broken_mg_per_dl(-90.0) <= 0.0 && (broken_mg_per_dl(-150.0) - 50.0).abs() < 1e-9);
        let day = haemolysed(0.0, -150.0, MIN_PER_DAY);
        assert!((day.plasma_mg_per_dl - 50.0).abs() < 1.0 && (0.1..0.3).contains(&day.lost_g_per_dl), "{day:?}");
        let half = haemolysed(80.0, -20.0, CLEARED_HALF_MIN);
        assert!((half.plasma_mg_per_dl - 40.0).abs() < 1e-9 && half.lost_g_per_dl <= 0.0);
    }

    #[test]
    fn inv_heat_goes_where_it_is_set() {
        let hour = warmed_c(39.0, Some(36.0), 4.0, 60.0);
        assert!((36.0..36.2).contains(&hour), "{hour}");
        assert!((warmed_c(39.0, Some(36.0), 0.0, 60.0) - 39.0).abs() < 1e-12, "no blood, no heat");
        assert!((warmed_c(37.0, None, 4.0, 60.0) - 36.5).abs() < 1e-12);
        assert!((warmed_c(34.0, None, 4.0, 60.0) - 34.0).abs() < 1e-12);
    }

    /// Coat leaves the fall of pressure at 4 L/min at 20 mmHg, a clot of 0.3 makes it 41; the new membrane is unchanged.
    #[test]
    fn regress_what_coat_and_clot_do() {
        let coated = Membrane { coat_frac: 0.2, ..NEW };
        let clotted = Membrane { clot_frac: 0.3, ..NEW };
        assert!((NEW.shunt_now_frac() - 0.06).abs() < 1e-12 && (NEW.ventilated_frac() - 1.0).abs() < 1e-12);
        assert!((4.0 * coated.resistance_now_mmhg_min_per_l() - 20.0).abs() < 1e-9);
        assert!((4.0 * clotted.resistance_now_mmhg_min_per_l() - 40.8).abs() < 0.1);
        assert!((coated.shunt_now_frac() - 0.1446).abs() < 1e-9);
        assert!((clotted.shunt_now_frac() - NEW.shunt_frac).abs() < 1e-12);
        assert!((clotted.ventilated_frac() - 0.85).abs() < 1e-12);
        assert!((coated.diffusing_now_ml_per_min_mmhg() - 0.48).abs() < 1e-12);
    }
}
