//! What acts when: for each parameter and switch, what has to hold of a patient before it changes anything.
//!
//! A control that does nothing is not shown, and the command line says of a setting that it does nothing here. The table
//! knows what can be known without solving: what only a solution would tell (whether a breath reaches the limit of
//! pressure, whether any lung takes up more than it is given) acts [`Acts::Perhaps`].

use super::{
    Breathing, EcmoCircuit, EcmoMode, Group, HeatExchanger, MODES, ParamId, Params, Position, Setting, SwitchId,
};
use crate::physiology::aeration::REFERENCE_PEEP_CMH2O;

/// How a patient is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// In the steady state alone: stores, delays and instruments change nothing there.
    Steady,
    /// In time.
    InTime,
}

/// Whether a parameter or switch changes anything, were it moved alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acts {
    /// It does.
    Yes,
    /// That depends on what comes of the patient.
    Perhaps,
    /// It does not, until what is named here is so.
    No(&'static str),
}

/// What has to hold: in words, and whether it does.
type Need = (&'static str, bool);

/// The first need that does not hold decides.
fn all(needs: &[Need]) -> Acts {
    needs.iter().find(|(_, holds)| !holds).map_or(Acts::Yes, |(words, _)| Acts::No(words))
}

/// As [`all`], of what also needs something that only a solution tells.
fn perhaps(needs: &[Need]) -> Acts {
    match all(needs) {
        Acts::Yes => Acts::Perhaps,
        idle => idle,
    }
}

/// What more than one parameter or switch asks of a patient.
struct Patient<'p> {
    params: &'p Params,
    view: View,
}

impl Patient<'_> {
    fn is_set(&self, id: ParamId) -> bool {
        self.params.get(id) > 0.0
    }

    fn breathes(&self, breathing: Breathing) -> bool {
        self.params.breathing() == breathing
    }

    fn in_time(&self) -> Need {
        ("a run in time", self.view == View::InTime)
    }

    fn layers(&self) -> Need {
        ("mechanics=on", self.params.mechanics())
    }

    fn no_layers(&self) -> Need {
        ("mechanics=off", !self.params.mechanics())
    }

    fn spontaneous(&self) -> Need {
        ("breathing=spontaneous", self.breathes(Breathing::Spontaneous))
    }

    fn ventilated(&self) -> Need {
        ("breathing=ventilated", self.breathes(Breathing::Ventilated))
    }

    fn membrane_lung(&self) -> Need {
        ("ecmo=on", self.params.ecmo())
    }

    fn living_circuit(&self) -> Need {
        ("ecmo_circuit=by_speed or by_flow", self.params.ecmo_circuit() != EcmoCircuit::AsSet)
    }

    fn returns_to_veins(&self) -> Need {
        ("ecmo_mode=vv or vav", self.params.ecmo_mode() != EcmoMode::VenoArterial)
    }

    fn returns_to_aorta(&self) -> Need {
        ("ecmo_mode=va or vav", self.params.ecmo_mode() != EcmoMode::VenoVenous)
    }

    /// What acts by blood that is drained again: of that which both veins and aorta get, there may be none.
    fn recirculates(&self, needs: &[Need]) -> Acts {
        match self.params.ecmo_mode() {
            EcmoMode::VenoArterialVenous => perhaps(needs),
            EcmoMode::VenoVenous | EcmoMode::VenoArterial => all(needs),
        }
    }

    fn control(&self) -> Need {
        ("breathing_control=on", self.params.breathing_controlled())
    }

    fn collapsible(&self) -> Need {
        ("collapsible_frac above 0", self.is_set(ParamId::Collapsible))
    }

    fn consolidated(&self) -> Need {
        ("consolidated_frac above 0", self.is_set(ParamId::Consolidated))
    }

    fn recruitable(&self) -> Need {
        let holds = self.is_set(ParamId::RecruitableShare) && self.is_set(ParamId::Shunt);
        ("a shunt with a recruitable share", holds)
    }

    /// The shunt is given at a PEEP: there nothing opens or closes.
    fn at_the_shunts_peep(&self) -> bool {
        (self.params.get(ParamId::Peep) - REFERENCE_PEEP_CMH2O).abs() <= 0.0
    }

    fn hysteresis(&self) -> Need {
        ("hysteresis=on", self.params.hysteresis())
    }

    fn on_the_side(&self) -> bool {
        matches!(self.params.position(), Position::SickSideDown | Position::SickSideUp)
    }

    fn heart(&self) -> Need {
        ("right_heart=on", self.params.right_heart())
    }

    /// More flows through them in the upright, with layers and without.
    fn has_wide_vessels(&self) -> bool {
        let wide = self.params.wide_vessels();
        wide.shunt_frac > 0.0 || wide.dilates()
    }

    fn drugs(&self) -> bool {
        self.is_set(ParamId::InhaledNo) || self.is_set(ParamId::InhaledProstacyclin)
    }

    /// Without layers vasoconstriction moves flow only away from what it is on the reference.
    fn off_the_reference(&self) -> Need {
        let apart = (self.params.get(ParamId::Fio2) - self.params.get(ParamId::HpvReference)).abs() > 0.0;
        let holds = self.view == View::InTime || self.params.mechanics() || self.drugs() || apart;
        ("fio2_frac other than hpv_reference_fio2_frac", holds)
    }

    fn listed(&self) -> Need {
        ("a lung without a list of units", self.params.units().is_none())
    }

    /// Shares of V/Q modes above 0, but for that of one mode.
    fn other_modes(&self, index: usize) -> Need {
        let others = (0..MODES).filter(|other| *other != index).any(|other| self.is_set(ParamId::mode(other)[0]));
        ("a second V/Q mode with a share above 0", others)
    }

    fn of_mode(&self, index: usize, id: ParamId) -> Acts {
        let [share, ratio, log_sd, units] = ParamId::mode(index);
        // Of a lung in layers the spread within each is that of the first mode.
        if id == ParamId::Mode1LogSd && self.params.mechanics() {
            return Acts::Yes;
        }
        let used =
            (["vq1_share_frac above 0", "vq2_share_frac above 0", "vq3_share_frac above 0"][index], self.is_set(share));
        let of_many = [self.no_layers(), self.listed(), used, self.other_modes(index)];
        match id {
            id if id == share && !self.is_set(share) => all(&of_many[..2]),
            id if id == share || id == ratio => all(&of_many),
            id if id == log_sd => all(&[of_many[0], of_many[1], of_many[2], self.several(units)]),
            // One unit in the middle of each part of a spread: without a spread they are all alike.
            id if id == units => all(&[of_many[0], of_many[1], of_many[2], self.spread(log_sd)]),
            _ => Acts::Yes,
        }
    }

    fn several(&self, units: ParamId) -> Need {
        ("more than one unit in the mode", self.params.get(units) > 1.0)
    }

    fn spread(&self, log_sd: ParamId) -> Need {
        ("a log SD above 0", self.is_set(log_sd))
    }

    /// Pressures that open and close lung: of layers, of the recruitable part of a shunt, and, as far as open lung
    /// collapses in time, of that.
    fn of_thresholds(&self, collapses: bool) -> Acts {
        if self.params.mechanics() {
            // Whether any cell stands between its thresholds is for the solution to tell.
            return perhaps(&[self.collapsible()]);
        }
        match all(&[self.recruitable()]) {
            Acts::Yes if self.at_the_shunts_peep() => Acts::Perhaps,
            Acts::No(_) if collapses && self.view == View::InTime && self.params.absorption() => Acts::Perhaps,
            acts => acts,
        }
    }
}

impl ParamId {
    /// Whether it is of the balance from which breathing is controlled: found where control begins, not set by hand.
    #[must_use]
    pub fn is_reference(self) -> bool {
        matches!(
            self,
            ParamId::ReferencePco2
                | ParamId::ReferenceVentilation
                | ParamId::ReferenceDesaturation
                | ParamId::ReferenceBaseExcess
                | ParamId::ReferenceOpioid
        )
    }

    /// Whether the parameter changes anything about a patient, were it moved alone.
    #[must_use]
    pub fn acts(self, params: &Params, view: View) -> Acts {
        use ParamId as P;
        let of = Patient { params, view };
        let circuit = params.ecmo_circuit();
        match self {
            P::AlveolarVentilation | P::SpontaneousRate | P::MaskLeak => all(&[of.spontaneous()]),
            // Who is in the balance from which he is controlled stays there, however strong the control is.
            P::Co2Response | P::HypoxicGain | P::HypoxicDrive | P::WakefulnessDrive => perhaps(&[of.control()]),
            P::Co2SetPoint
            | P::OpioidDepression
            | P::ReferencePco2
            | P::ReferenceVentilation
            | P::ReferenceDesaturation
            | P::ReferenceBaseExcess
            | P::ReferenceOpioid => all(&[of.control()]),
            P::CentralTime | P::PeripheralTime => all(&[of.in_time(), of.control()]),
            P::AcidTime => perhaps(&[of.in_time(), of.control()]),
            P::TidalVolume => {
                all(&[of.ventilated(), ("ventilator_mode=volume_controlled", !params.pressure_controlled())])
            }
            P::VentilatorRate => all(&[of.ventilated()]),
            P::InspiratoryPressure => all(&[
                of.ventilated(),
                of.layers(),
                ("ventilator_mode=pressure_controlled", params.pressure_controlled()),
            ]),
            P::PressureLimit => perhaps(&[of.ventilated(), of.layers()]),
            P::InspiratoryTime if params.mechanics() => {
                all(&[("breathing other than apnoea", !of.breathes(Breathing::Apnoea))])
            }
            P::InspiratoryTime => all(&[of.ventilated()]),
            P::Compliance => all(&[of.ventilated(), of.no_layers()]),
            P::HoldPressure => all(&[("airway_hold=on", params.airway_held())]),
            P::Peep if params.mechanics() || of.breathes(Breathing::Ventilated) || of.recruitable().1 => Acts::Yes,
            P::Peep | P::ClosingPressure | P::ClosingPressureSd => of.of_thresholds(true),
            P::OpeningPressure | P::OpeningPressureSd => of.of_thresholds(false),
            P::OpeningRate | P::ClosingRate | P::RateSpread | P::OpenedTo => {
                perhaps(&[of.layers(), of.collapsible(), of.hysteresis()])
            }
            P::CollapsibleDorsal => {
                all(&[of.layers(), of.collapsible(), ("position=supine, prone or upright", !of.on_the_side())])
            }
            P::ConsolidatedDorsal => {
                all(&[of.layers(), of.consolidated(), ("position=supine, prone or upright", !of.on_the_side())])
            }
            P::OneSided => all(&[
                of.layers(),
                ("position=sick_side_down or sick_side_up", of.on_the_side()),
                ("collapsible_frac or consolidated_frac above 0", of.collapsible().1 || of.consolidated().1),
            ]),
            P::DorsalWeight => all(&[of.layers(), ("position=supine", params.position() == Position::Supine)]),
            P::Shunt => all(&[of.no_layers()]),
            P::RecruitableShare => {
                let needs = [of.no_layers(), ("shunt_at_peep5_frac above 0", of.is_set(P::Shunt))];
                if of.at_the_shunts_peep() { perhaps(&needs) } else { all(&needs) }
            }
            P::Frc => all(&[of.in_time(), of.no_layers()]),
            P::ClosedFloor => {
                let closed = of.breathes(Breathing::Apnoea) && params.option(SwitchId::Airway) == "closed";
                let closed = closed || of.is_set(P::PluggedShare);
                perhaps(&[of.in_time(), ("breathing=apnoea with apnoea_airway=closed", closed)])
            }
            // Without layers it is what the vein is filled with that a pump drains.
            P::MeanSystemicPressure if !params.mechanics() && params.ecmo() => all(&[of.living_circuit()]),
            P::MeanSystemicPressure => all(&[of.layers()]),
            P::RightReserve => all(&[of.layers(), of.heart()]),
            // Blood passes only where the right atrium has the higher pressure.
            P::Foramen => perhaps(&[of.layers(), of.heart()]),
            // The pump of a bypass works against the pressure of the aorta.
            P::SystemicResistance if params.bypasses_heart() => perhaps(&[]),
            // In time also in samples that lie.
            P::Leucocytes if params.mechanics() => Acts::Yes,
            P::Leucocytes => all(&[of.in_time()]),
            P::DilatedShare => all(&[
                ("diffusion_limit=on", params.diffusion_limited()),
                ("dilated_d_ratio below 1", params.get(P::DilatedRatio) < 1.0),
            ]),
            P::DilatedRatio => all(&[
                ("diffusion_limit=on", params.diffusion_limited()),
                ("dilated_share_frac above 0", of.is_set(P::DilatedShare)),
            ]),
            P::HeartStrength | P::LeftAtrium | P::PulmonaryResistance | P::SystemicResistance | P::Clot | P::Ductal => {
                all(&[of.layers()])
            }
            P::InhaledNo | P::InhaledProstacyclin if of.is_set(P::NoResponsiveness) => Acts::Yes,
            // What they lift is there only where gas is poorer than in a healthy lung on air.
            P::InhaledNo | P::InhaledProstacyclin => {
                perhaps(&[("inhaled_vasodilator_response_frac above 0 or hpv=on", params.hpv())])
            }
            P::NoResponsiveness => all(&[("inhaled_no_ppm or inhaled_prostacyclin_ng_per_kg_min above 0", of.drugs())]),
            P::IvVasodilator => all(&[(
                "hpv=on, mechanics=on or an inhaled vasodilator",
                params.hpv() || params.mechanics() || of.drugs(),
            )]),
            P::HeldSvo2 => all(&[("svo2_feedback=held", params.held_svo2_frac().is_some())]),
            P::Dlo2 => all(&[("diffusion_limit=on", params.diffusion_limited())]),
            P::HpvStrength => all(&[("hpv=on", params.hpv()), of.off_the_reference()]),
            P::HpvReference => all(&[("hpv=on", params.hpv()), of.no_layers()]),
            P::HpvTime => {
                let tone = params.hpv() || params.mechanics() || of.drugs();
                all(&[of.in_time(), ("hpv=on, mechanics=on or an inhaled vasodilator", tone)])
            }
            P::ReturnToVein => {
                all(&[of.membrane_lung(), ("ecmo_mode=vav", params.ecmo_mode() == EcmoMode::VenoArterialVenous)])
            }
            P::SuperiorDrainage | P::LegPerfusion => all(&[of.membrane_lung(), of.returns_to_aorta()]),
            P::Vent => {
                all(&[of.membrane_lung(), of.returns_to_aorta(), ("no return to a vein", !params.returns_to_a_vein())])
            }
            P::MembraneGas => all(&[of.in_time(), of.membrane_lung()]),
            P::Recirculation => of.recirculates(&[
                of.membrane_lung(),
                ("ecmo_circuit=as_set", circuit == EcmoCircuit::AsSet),
                of.returns_to_veins(),
            ]),
            P::PumpFlow => {
                all(&[of.membrane_lung(), ("ecmo_circuit=as_set or by_flow", circuit != EcmoCircuit::BySpeed)])
            }
            P::PumpSpeed => all(&[of.membrane_lung(), ("ecmo_circuit=by_speed", circuit == EcmoCircuit::BySpeed)]),
            P::TipDistance => {
                let two = ("two cannulae", !params.ecmo_cannulae().dual_lumen());
                of.recirculates(&[of.membrane_lung(), of.living_circuit(), two, of.returns_to_veins()])
            }
            // Where the pump gets what it asks for, the vein and what it flows through do not tell in the blood.
            P::DrainageCannula | P::MembraneResistance | P::DrainageGain | P::VeinCollapse => {
                perhaps(&[of.membrane_lung(), of.living_circuit()])
            }
            P::AntiXa | P::Clotting | P::Coating => perhaps(&[
                of.in_time(),
                of.membrane_lung(),
                of.living_circuit(),
                ("ecmo_ageing=on", params.ecmo_ages()),
            ]),
            P::HeatSet => {
                let on = params.heat_exchanger() == HeatExchanger::On;
                perhaps(&[of.in_time(), of.membrane_lung(), ("ecmo_heat_exchanger=on", on)])
            }
            P::MembraneWater => perhaps(&[of.membrane_lung(), of.living_circuit()]),
            P::MembraneDiffusion | P::MembraneCoat | P::MembraneClot => all(&[of.membrane_lung(), of.living_circuit()]),
            _ if self.bounds().group == Group::Ecmo => all(&[of.membrane_lung()]),
            _ if self.bounds().group == Group::Mechanics => all(&[of.layers()]),
            _ if matches!(self.bounds().group, Group::Stores | Group::Monitor) => all(&[of.in_time()]),
            _ => (0..MODES)
                .find(|index| ParamId::mode(*index).contains(&self))
                .map_or(Acts::Yes, |index| of.of_mode(index, self)),
        }
    }
}

impl SwitchId {
    /// Whether the switch changes anything about a patient, were it turned alone.
    #[must_use]
    pub fn acts(self, params: &Params, view: View) -> Acts {
        use SwitchId as S;
        let of = Patient { params, view };
        match self {
            S::Airway => all(&[("breathing=apnoea", of.breathes(Breathing::Apnoea))]),
            S::BreathingControl => perhaps(&[of.spontaneous()]),
            S::Hpv => all(&[of.off_the_reference()]),
            S::Absorption => perhaps(&[of.in_time()]),
            S::DiffusionLimit => Acts::Perhaps,
            S::Position if of.has_wide_vessels() => Acts::Yes,
            S::Position | S::RightHeart => all(&[of.layers()]),
            S::Hysteresis => perhaps(&[of.layers(), of.collapsible()]),
            S::VentilatorMode => all(&[of.ventilated(), of.layers()]),
            // What suction breaks is a number of the steady state too.
            S::EcmoAgeing => perhaps(&[of.membrane_lung(), of.living_circuit()]),
            S::HeatExchange => perhaps(&[of.in_time(), of.membrane_lung()]),
            S::CarbonMonoxide => perhaps(&[of.in_time(), ("cohb_frac above 0", of.is_set(ParamId::Cohb))]),
            S::EcmoCircuit | S::EcmoMode => all(&[of.membrane_lung()]),
            S::EcmoCannulae => all(&[of.membrane_lung(), of.living_circuit()]),
            S::Paralysis => all(&[("breathing=ventilated or breathing=apnoea", !of.breathes(Breathing::Spontaneous))]),
            _ => Acts::Yes,
        }
    }
}

impl Setting {
    /// Whether what is set changes anything about a patient, were it moved alone.
    #[must_use]
    pub fn acts(&self, params: &Params, view: View) -> Acts {
        match self {
            Setting::Param(id, _) => id.acts(params, view),
            Setting::Switch(id, _) => id.acts(params, view),
        }
    }
}
