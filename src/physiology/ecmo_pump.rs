//! Flow of a centrifugal pump through cannulae and membrane as an outcome of its speed, and the vein that falls shut.

use crate::numerics::{float, roots};

/// The tubes of a pump and the vein that they drain.
///
/// | field | unit | range |
/// |---|---|---|
/// | `drainage_fr` | French | 13 to 31 |
/// | `drainage_l_per_min_mmhg` | flow that a mmHg of filling adds to the drainage, L/min/mmHg | above 0 |
/// | `collapse_mmhg` | transmural pressure at which the vein is shut on the ports, mmHg | |
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// Outer diameter of the drainage cannula.
    pub drainage_fr: f64,
    /// Whether it is the drainage of a dual lumen.
    pub dual_lumen: bool,
    /// How much more the vein gives with its filling.
    pub drainage_l_per_min_mmhg: f64,
    /// Where it is shut.
    pub collapse_mmhg: f64,
}

/// The veins that are drained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Veins {
    /// What returns to the heart, L/min.
    pub output_l_per_min: f64,
    /// Share of it that comes to the ports of itself.
    pub first_frac: f64,
    /// Right atrial pressure against air, mmHg.
    pub right_atrium_mmhg: f64,
    /// The same against the pleura, mmHg.
    pub transmural_mmhg: f64,
    /// What comes to the pump beside them, from a vent, L/min.
    pub beside_l_per_min: f64,
}

/// What the pump is told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Drive {
    /// So many turns, thousands a minute.
    Speed(f64),
    /// The speed that would make so much flow, L/min, were the vein full.
    Flow(f64),
}

/// What the pump works against beside the veins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// Resistance of the membrane, mmHg·min/L, 0 or more.
    pub membrane_mmhg_min_per_l: f64,
    /// Pressure into which the blood returns, mmHg: that of the right atrium, or of the aorta.
    pub return_mmhg: f64,
}

/// Why a pump gives less than it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The vein falls shut on the cannula.
    Vein,
    /// It turns as fast as it can.
    Speed,
    /// The cannula is so narrow that blood would boil before the pump.
    Cannula,
}

/// A pump at work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pumping {
    /// Blood that flows, L/min.
    pub flow_l_per_min: f64,
    /// Turns, thousands a minute.
    pub speed_krpm: f64,
    /// How far the pump wants more than the vein gives: wanted over most less 1, 0 where it is satisfied. The line shakes.
    pub chatter_frac: f64,
    /// Most that the vein gives, L/min.
    pub most_l_per_min: f64,
    /// What keeps the flow below what is asked for; of a speed that is given, below what it makes of a full vein and a
    /// wide cannula.
    pub limit: Option<Limit>,
    /// Before the pump, mmHg: negative.
    pub inlet_mmhg: f64,
    /// Before the membrane, mmHg.
    pub before_membrane_mmhg: f64,
    /// After it, mmHg.
    pub after_membrane_mmhg: f64,
}

impl Pumping {
    /// Turns a minute.
    #[must_use]
    pub fn speed_per_min(&self) -> f64 {
        1000.0 * self.speed_krpm
    }

    /// Fall of pressure across the membrane, mmHg.
    #[must_use]
    pub fn membrane_fall_mmhg(&self) -> f64 {
        self.before_membrane_mmhg - self.after_membrane_mmhg
    }
}

/// Power of flow by which tubes lose pressure.
const TURBULENCE: f64 = 1.75;
/// Loss in a drainage cannula of 25 Fr and in the drainage of a dual lumen of 27 Fr, mmHg/(L/min)^1.75; both go with
/// the fourth power of the diameter.
const DRAINAGE: [(f64, f64); 2] = [(5.6, 25.0), (7.3, 27.0)];
/// Loss in the return, mmHg/(L/min)^1.75.
const RETURN: f64 = 4.5;
/// Head of the pump at rest by the square of thousands of turns, mmHg, and what it loses by the square of flow.
const HEAD: [f64; 2] = [33.0, 1.5];
/// Most flow that is looked for, L/min.
const MOST_L_PER_MIN: f64 = 12.0;
/// What chatter takes of the flow, and what is left at the least.
const CHATTER_TAKES: f64 = 0.25;
const CHATTER_LEAVES: f64 = 0.3;
/// Suction of a vein wholly shut, mmHg.
const SHUT_MMHG: f64 = 200.0;
/// Fastest turns, thousands a minute, as consoles have it.
const FASTEST_KRPM: f64 = 5.0;
/// Lowest pressure before the pump, mmHg: near the vacuum gas leaves the blood and the pump grips foam. Chosen, some
/// 100 mmHg above the vapour pressure of water at sea level.
const FOAM_MMHG: f64 = -600.0;

/// Flow to the power of [`TURBULENCE`] less one, by roots alone: it is asked for many times a step.
fn turbulent_slope(flow: f64) -> f64 {
    let root = flow.sqrt();
    root * root.sqrt()
}

impl Line {
    fn drainage(&self) -> f64 {
        let (loss, fr) = DRAINAGE[usize::from(self.dual_lumen)];
        let wider = fr / self.drainage_fr;
        loss * wider * wider * wider * wider
    }

    /// Pressure that a flow needs beyond what the pump has at rest, mmHg, and its slope.
    fn needs(&self, flow: f64, load: &Load, rise_mmhg: f64) -> (f64, f64) {
        let tubes = self.drainage() + RETURN;
        let below = turbulent_slope(flow);
        let linear = load.membrane_mmhg_min_per_l;
        let needs = tubes * below * flow + (linear + HEAD[1] * flow) * flow + rise_mmhg;
        (needs, TURBULENCE * tubes * below + linear + 2.0 * HEAD[1] * flow)
    }

    /// The flow that a speed makes of a full vein, L/min.
    fn flow_of(&self, speed_krpm: f64, load: &Load, rise_mmhg: f64) -> f64 {
        let head = HEAD[0] * speed_krpm * speed_krpm;
        if head <= rise_mmhg {
            // Turned too slowly, a pump lets blood run back; a valve keeps it from that.
            return 0.0;
        }
        roots::increasing(0.0, MOST_L_PER_MIN, 0.5 * MOST_L_PER_MIN, |flow| {
            let (needs, slope) = self.needs(flow, load, rise_mmhg);
            (needs - head, slope)
        })
    }

    /// The pump at work on veins.
    ///
    /// ```text
    /// 33·n² = k·P^1.75 + 4.5·P^1.75 + 1.5·P² + r·P + (Pret − Pra)          wanted
    /// most  = a·Q + G·max(0, Pra,tm − Pcrit) + what a vent brings
    /// flow  = wanted, or most·max(0.3, 1 − 0.25·chatter),  chatter = wanted/most − 1 where above 0
    /// inlet = Pra − k·flow^1.75 − 200·min(1, chatter)
    /// ```
    /// More speed on a vein that is empty gives less flow. `drive` of 0 stands still; a speed is 0 to 6, a flow 0 to 12. It
    /// never turns faster than 5,000 a minute, nor sucks harder than -600 mmHg: what these keep of a flow is told.
    ///
    /// # Source
    /// Loss of the cannula: patients reach −100 mmHg at 5.5 L/min with 25 Fr and at 4.7 with 23 Fr (Robak O et al., abstract
    /// only). More speed, less flow: Zakhary B et al., ATS Sch 2020 (recalled). Head, G and Pcrit are guesses.
    #[must_use]
    pub fn pump(&self, drive: Drive, veins: &Veins, load: &Load) -> Pumping {
        let rise_mmhg = load.return_mmhg - veins.right_atrium_mmhg;
        let mut limit = None;
        let (mut wanted, mut speed_krpm) = match drive {
            Drive::Speed(speed) => (self.flow_of(speed, load, rise_mmhg), speed),
            Drive::Flow(flow) if flow > 0.0 => {
                let speed = (self.needs(flow, load, rise_mmhg).0.max(0.0) / HEAD[0]).sqrt();
                if speed > FASTEST_KRPM {
                    limit = Some(Limit::Speed);
                    (self.flow_of(FASTEST_KRPM, load, rise_mmhg), FASTEST_KRPM)
                } else {
                    (flow, speed)
                }
            }
            Drive::Flow(_) => (0.0, 0.0),
        };
        let narrow = float::pow((veins.right_atrium_mmhg - FOAM_MMHG) / self.drainage(), 1.0 / TURBULENCE);
        if wanted > narrow {
            (wanted, limit) = (narrow, Some(Limit::Cannula));
            if matches!(drive, Drive::Flow(_)) {
                speed_krpm = (self.needs(narrow, load, rise_mmhg).0.max(0.0) / HEAD[0]).sqrt();
            }
        }
        let filling = (veins.transmural_mmhg - self.collapse_mmhg).max(0.0);
        let of_veins = veins.first_frac * veins.output_l_per_min + self.drainage_l_per_min_mmhg * filling;
        let most = of_veins + veins.beside_l_per_min;
        let chatter = (wanted / most - 1.0).max(0.0);
        let flow = if chatter > 0.0 { most * (1.0 - CHATTER_TAKES * chatter).max(CHATTER_LEAVES) } else { wanted };
        if chatter > 0.0 {
            limit = Some(Limit::Vein);
        }
        let turbulent = flow * turbulent_slope(flow);
        let after = load.return_mmhg + RETURN * turbulent;
        let inlet = veins.right_atrium_mmhg - self.drainage() * turbulent - SHUT_MMHG * chatter.min(1.0);
        Pumping {
            flow_l_per_min: flow,
            speed_krpm,
            chatter_frac: chatter,
            most_l_per_min: most,
            limit,
            inlet_mmhg: inlet.max(FOAM_MMHG),
            before_membrane_mmhg: after + load.membrane_mmhg_min_per_l * flow,
            after_membrane_mmhg: after,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: Line =
        Line { drainage_fr: 25.0, dual_lumen: false, drainage_l_per_min_mmhg: 0.75, collapse_mmhg: -1.0 };
    const FULL: Veins = Veins {
        output_l_per_min: 7.0,
        first_frac: 0.68,
        right_atrium_mmhg: 8.0,
        transmural_mmhg: 8.0,
        beside_l_per_min: 0.0,
    };

    /// A line at work on veins to which its blood returns.
    fn pump(line: &Line, drive: Drive, veins: &Veins) -> Pumping {
        line.pump(drive, veins, &Load { membrane_mmhg_min_per_l: 5.0, return_mmhg: veins.right_atrium_mmhg })
    }

    /// Suction of 100 mmHg is met at 5.5 L/min through 25 Fr and at 4.7 through 23 Fr (Robak O et al., patients, abstract
    /// only), within 15 mmHg.
    #[test]
    fn val_robak_limit_of_suction() {
        for (fr, flow) in [(25.0, 5.5), (23.0, 4.7)] {
            let inlet = pump(&Line { drainage_fr: fr, ..LINE }, Drive::Flow(flow), &FULL).inlet_mmhg;
            assert!((inlet + 100.0).abs() <= 15.0, "{fr} Fr at {flow}: {inlet:.0}");
        }
        // 2 Fr are 0.8 L/min at one suction: at one flow they are some 30 mmHg.
        let at = |fr| pump(&Line { drainage_fr: fr, ..LINE }, Drive::Flow(5.0), &FULL).inlet_mmhg;
        assert!((20.0..=50.0).contains(&(at(25.0) - at(23.0))), "{} {}", at(25.0), at(23.0));
    }

    #[test]
    fn regress_flow_of_a_vein_that_empties() {
        let flow = |output, atrium, pleural| {
            let veins = Veins {
                output_l_per_min: output,
                right_atrium_mmhg: atrium,
                transmural_mmhg: atrium - pleural,
                ..FULL
            };
            pump(&LINE, Drive::Speed(3.0), &veins).flow_l_per_min
        };
        assert!((flow(7.0, 8.0, 0.0) - 5.7).abs() < 0.1, "{}", flow(7.0, 8.0, 0.0));
        for (pleural, expected) in [(0.0, 5.5), (2.0, 3.7), (3.0, 2.7), (4.0, 1.8)] {
            let flow = flow(3.8, 3.0, pleural);
            assert!((flow - expected).abs() < 0.06, "pleural {pleural}: {flow:.2}, {expected}");
        }
        // Tamponade: the vein is full against air, not against what surrounds it.
        assert!(flow(3.0, 16.0, 15.5) < 3.25);
    }

    /// Past what the vein gives, more speed gives less flow (Zakhary 2020, recalled).
    #[test]
    fn val_zakhary_2020_more_speed_less_flow() {
        let empty = Veins { output_l_per_min: 4.0, right_atrium_mmhg: 2.0, transmural_mmhg: 0.0, ..FULL };
        let at = |speed| pump(&LINE, Drive::Speed(speed), &empty);
        assert!(at(2.0).flow_l_per_min > 0.9 * at(2.0).most_l_per_min && at(1.0).chatter_frac <= 0.0);
        assert!(at(4.0).flow_l_per_min < at(2.5).flow_l_per_min - 0.5);
        assert!(at(4.0).inlet_mmhg < -200.0);
        assert_eq!(at(0.0).flow_l_per_min.to_bits(), 0.0f64.to_bits());
    }

    #[test]
    fn inv_the_speed_of_a_flow_makes_that_flow() {
        for flow in [0.5, 3.0, 5.0] {
            let servo = pump(&LINE, Drive::Flow(flow), &FULL);
            let free = pump(&LINE, Drive::Speed(servo.speed_krpm), &FULL);
            assert!((servo.flow_l_per_min - free.flow_l_per_min).abs() < 1e-9);
            assert!((servo.membrane_fall_mmhg() - 5.0 * flow).abs() < 1e-9);
            assert_eq!((servo.limit, free.limit), (None, None));
        }
    }

    #[test]
    fn inv_no_pump_turns_without_end_nor_sucks_below_a_vacuum() {
        let full = Veins { output_l_per_min: 14.0, right_atrium_mmhg: 12.0, transmural_mmhg: 12.0, ..FULL };
        let empty = Veins { output_l_per_min: 4.0, ..full };
        for (fr, flow, veins, limit) in [
            (13.0, 8.0, full, Limit::Cannula),
            (25.0, 12.0, full, Limit::Speed),
            (25.0, 12.0, Veins { transmural_mmhg: 0.0, ..empty }, Limit::Vein),
        ] {
            let made = pump(&Line { drainage_fr: fr, ..LINE }, Drive::Flow(flow), &veins);
            assert!(made.limit.is_some() && made.flow_l_per_min < flow - 0.3, "{fr} Fr: {made:?}");
            assert!(made.speed_krpm <= FASTEST_KRPM + 1e-9 && made.inlet_mmhg >= FOAM_MMHG - 1e-9, "{fr} Fr: {made:?}");
            assert_eq!(made.limit, Some(limit), "{fr} Fr: {made:?}");
        }
    }

    /// Against the pressure of an aorta the same speed gives less, and too little of it nothing.
    #[test]
    fn inv_a_pump_into_the_aorta_lifts_its_blood() {
        let into = |mmhg: f64, speed: f64| {
            let load = Load { membrane_mmhg_min_per_l: 5.0, return_mmhg: mmhg };
            LINE.pump(Drive::Speed(speed), &FULL, &load)
        };
        let [vein, artery] = [8.0, 80.0].map(|mmhg| into(mmhg, 3.0).flow_l_per_min);
        assert!(artery < vein - 0.5 && artery > 2.0, "{vein} {artery}");
        assert_eq!(into(80.0, 1.2).flow_l_per_min.to_bits(), 0.0f64.to_bits());
        let made = into(80.0, 3.0);
        assert!((made.after_membrane_mmhg - 80.0 - 4.5 * float::pow(artery, 1.75)).abs() < 1e-9, "{made:?}");
    }
}
