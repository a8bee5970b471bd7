//! The laws behind the model that are no sums of the bedside: each with its equation, its source, and what it is here.

/// A law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Law {
    /// What it says, in a few words.
    pub title: &'static str,
    /// In symbols.
    pub equation: &'static str,
    /// Where it stands.
    pub source: &'static str,
    /// What this model makes of it.
    pub here: &'static str,
}

/// Every law, from gas to blood, lung, vessels and breathing.
pub const LAWS: [Law; 20] = [
    Law {
        title: "Water vapour at body temperature",
        equation: "PH2O = 47 b(T)/b(37), b = exp((18.678 − T/234.5) T/(257.14 + T))",
        source: "Buck AL, J Appl Meteorol 1981;20:1527-1532, with later coefficients",
        here: "47 mmHg at 37 °C; it follows the temperature of the patient.",
    },
    Law {
        title: "Barometric pressure at altitude",
        equation: "PB = exp(6.63268 − 0.1112 h − 0.00149 h²) mmHg, h in km",
        source: "West JB, J Appl Physiol 1996;81:1850-1854",
        here: "What altitude=4300m stands for.",
    },
    Law {
        title: "One lung unit: what the gas loses the blood gains",
        equation: "k (VI PI − VE PA) = 10 Q (C' − Cv̄), for O2, CO2 and N2",
        source: "Fenn WO, Rahn H, Otis AB, Am J Physiol 1946;146:637-653",
        here: "Solved for every unit at once with the blood that returns; end-capillary blood is in balance with the gas \
               unless diffusion limits it.",
    },
    Law {
        title: "Mixing: contents add, tensions do not",
        equation: "Ca = Σ q C' + (Qs/Qt) Cv̄, and PaO2 is that of a blood that holds Ca",
        source: "Conservation of O2 and CO2",
        here: "Why a little blood of low content takes so much of PaO2.",
    },
    Law {
        title: "O2 along a capillary that diffusion limits",
        equation: "dC/dt = DLO2 (PA − P)/(10 Q)",
        source: "Piiper J, Scheid P, Respir Physiol 1981;46:193-208",
        here: "With the switch on: the diffusing capacity is one of an even lung, shared out by flow.",
    },
    Law {
        title: "Hypoxic vasoconstriction",
        equation: "P = Pv̄^0.38 PA^0.62, r = 1/(1 + 6.683e-5 P^2.616), resistance · (1 + 2.15 h r)",
        source: "Marshall BE et al., Intensive Care Med 1994;20:291-297 (pages recalled)",
        here: "Each unit and the collapsed lung answer their own PO2; the hours-long part is left out.",
    },
    Law {
        title: "Laplace: why small alveoli close, and what surfactant is for",
        equation: "P = 2 γ/r",
        source: "Law of Laplace, for a sphere with one surface",
        here: "A lung unit that shrinks needs more pressure to stay open, unless surfactant lowers the tension γ as the \
               surface shrinks. The model has no radii and no γ: it has what they lead to, an opening pressure above the \
               closing pressure. Lung that has lost its surfactant is set by higher pressures of both.",
    },
    Law {
        title: "Opening and closing pressures",
        equation: "Each cell opens above its opening pressure and closes below its closing pressure; both are normally \
                   distributed",
        source: "Crotti S et al., Am J Respir Crit Care Med 2001;164:131-140",
        here: "About 20 and 5 cmH2O in ARDS; between the two a cell stays as it was, which is hysteresis.",
    },
    Law {
        title: "How fast lung opens and closes",
        equation: "x = 1 − (1 − x0) exp(−O n), x = x0 exp(−C n), n breaths; O and C in proportion to the distance",
        source: "Bates JHT, Irvin CG, J Appl Physiol 2002;93:705-713 (form)",
        here: "In layers only; without them shunt follows PEEP at once.",
    },
    Law {
        title: "Pressure and volume of open lung",
        equation: "V/Vmax = 1 − (1 − v0) exp(−k P)",
        source: "Salazar E, Knowles JH, J Appl Physiol 1964;19:97-104 (form)",
        here: "What is stretched beyond a share of its largest volume counts as overdistended.",
    },
    Law {
        title: "Zones of flow",
        equation: "Q = G (Ppa + hyd − max(Pla + hyd, PA))",
        source: "West JB, Dollery CT, Naimark A, J Appl Physiol 1964;19:713-724",
        here: "Layer by layer; alveolar pressure above venous pressure takes flow away.",
    },
    Law {
        title: "Venous return",
        equation: "Q = (Pms − Pra)/Rv",
        source: "Guyton AC, Physiol Rev 1955;35:123-129",
        here: "Against a right ventricle with a reserve, whose curve is ours: what airway pressure does to the output.",
    },
    Law {
        title: "Control of breathing",
        equation: "VE = wakefulness + S0 (1 + G H) (PCO2 − B) + A H, H = percent of saturation lost; less under an opioid",
        source: "Lloyd BB, Cunningham DJC 1963; Rebuck AS, Campbell EJM, Am Rev Respir Dis 1974;109:345-350 (recalled)",
        here: "With the switch on; a central part and a peripheral part, each with its time constant.",
    },
    Law {
        title: "What a pulse oximeter takes for O2Hb",
        equation: "SpO2 ≈ O2Hb + COHb; towards 85 % with MetHb",
        source: "Barker SJ, Tremper KK, Anesthesiology 1987;66:677-679; Barker SJ et al. 1989;70:112-117",
        here: "With delay, averaging, a wandering error, and a signal that cold and low output lose.",
    },
    Law {
        title: "What a pump drains",
        equation: "33 n² = (k + 4.5) P^1.75 + 1.5 P² + r P, at most a Q + G (Pra − Ppl − Pcrit)",
        source: "Robak O et al. (suction of cannulae, abstract only); the rest is ours",
        here: "With a circuit by speed or flow: beyond what the vein gives more speed gives less flow.",
    },
    Law {
        title: "Recirculation by flow, output and cannulae",
        equation: "R = F P/((Q + F)(P + G) − F G), F and G the exchange of two mixed regions",
        source: "Form ours; medians and slopes of patients (Palmér O et al., ASAIO J 2016, abstract only; reviews)",
        here: "With a circuit by speed or flow; a slipped dual lumen is a guess.",
    },
    Law {
        title: "A membrane that is coated or clotted",
        equation: "s = s0 + 0.45 (1 − s0) c, D = D0 (1 − c)(1 − h), r = r0/(1 − h)²",
        source: "Epis F, Belliato M, J Thorac Dis 2018 (abstract only): coat as shunt, clot as dead space; sizes ours",
        here: "Coat fails gas without a pressure that tells; clot is told by its pressure. Neither grows by itself.",
    },
    Law {
        title: "Two bloods in one aorta",
        equation: "Ca = f Cn + (1 − f) Cm, f = mean over the branch of 1 − Φ((x − x0)/0.05), mean over all = Qn/Q",
        source: "Form ours, shares of flow from textbooks; the heart turns hypoxic before the brain (Prisco AR et al., 2021, \
                 abstract only)",
        here: "Where a membrane lung returns into the aorta: coronaries, right arm, brain, left arm, gut and legs in their \
               order from the valve.",
    },
    Law {
        title: "The heart against a pump",
        equation: "Qrv + Qf + Qb = (Pms − Pra)/Rv; left heart's strength s (1 − 1.6 Rs Qb/(50 + 150 s^0.7))",
        source: "Form ours, size tuned to pigs with failing hearts (Ostadal P et al., 2020, abstract only)",
        here: "What a pump takes from the veins the heart does not eject; what it adds to the pressure of the aorta fills the \
               left atrium of a weak heart.",
    },
    Law {
        title: "The mechanism by the rescue team",
        equation: "gain(d) = d (Cc' − Cv̄)/(1 − d), of what pure O2 leaves, of what opens, of what O2 corrects",
        source: "Ours; in 500 random lungs in layers it is right in about seven of ten",
        here: "isoshunt mechanism: scores from two gases, an inflation, dead space and output, with the truth on demand.",
    },
];
