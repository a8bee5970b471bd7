//! What the model leaves out, each with one sentence why.

/// Something left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOut {
    /// What it is.
    pub what: &'static str,
    /// Why, and what that means for whoever reads the numbers.
    pub why: &'static str,
}

/// Everything known to be left out.
pub const NOT_MODELLED: [LeftOut; 28] = [
    LeftOut {
        what: "High-frequency oscillation and APRV",
        why: "Gas moves there by means other than whole breaths, and long high pressures act through time constants that \
              this lung does not have.",
    },
    LeftOut {
        what: "Airway resistance, intrinsic PEEP, breaths in time",
        why: "Ventilation flows evenly; obstruction is a share of lung with little ventilation, not a slow one.",
    },
    LeftOut {
        what: "Pendelluft",
        why: "Gas that swings between fast and slow lung needs breaths in time; each unit here gets fresh gas of its own.",
    },
    LeftOut {
        what: "Inspiratory effort",
        why: "A patient breathes by a number for ventilation: effort, and the harm that it may do, have no pressure here.",
    },
    LeftOut {
        what: "Gas in the dead space of the airways",
        why: "Dead space wastes breath and holds none: what comes back from it at the next breath is left out.",
    },
    LeftOut {
        what: "Collateral ventilation",
        why: "A plugged unit gets no gas by the side, so that it collapses earlier than some real lung would.",
    },
    LeftOut {
        what: "Surfactant and surface tension as such",
        why: "Opening and closing pressures stand for what they lead to; a dose of surfactant cannot be given.",
    },
    LeftOut {
        what: "CT and V/Q scan",
        why: "The lung has layers and units but no anatomy: a picture of it would show what nobody computed.",
    },
    LeftOut {
        what: "Infection, inflammation, fluid balance over days",
        why: "Lungs change here by pressure, gas and position, not by the course of a disease.",
    },
    LeftOut {
        what: "Corticosteroids and other drugs that treat the disease",
        why: "They act over days on what is given here: there is no inflammation that they could act on.",
    },
    LeftOut {
        what: "Injury by the ventilator",
        why: "Driving pressure, power, strain, recruitment and overdistension are counted as hours go by; that they harm the \
              lung tomorrow is not computed.",
    },
    LeftOut {
        what: "Outcome",
        why: "Nobody lives or dies by a number here: no risk of death and no days on a ventilator follow from it.",
    },
    LeftOut {
        what: "Hypoxia that depresses breathing, and the decline of the hypoxic response",
        why: "After some minutes real hypoxic ventilation falls again; here it stays, so long hypoxaemia is breathed \
              against too well.",
    },
    LeftOut {
        what: "The hours-long part of hypoxic vasoconstriction",
        why: "Vessels come to what they do within minutes and stay there; what hours add has no numbers that agree.",
    },
    LeftOut {
        what: "Slow CO2 stores of bone and fat",
        why: "They matter over days; within hours lung, blood and tissues hold what moves.",
    },
    LeftOut {
        what: "Tissues one by one",
        why: "One body takes up O2: that of brain, heart and skin, and lactate, do not part.",
    },
    LeftOut {
        what: "Left ventricle, reflexes and vasopressors",
        why: "The right ventricle and venous return answer airway pressure; arterial pressure is output times a resistance \
              that is set, and nothing defends it.",
    },
    LeftOut {
        what: "A left heart that floods the lung on veno-arterial ECMO",
        why: "The left atrium is distended and told of, and a vent empties it; it floods no lung.",
    },
    LeftOut {
        what: "What heparin and suction do beyond the circuit",
        why: "Anti-Xa is set; too much of it costs haemoglobin at a rate that is a guess, and where a patient bleeds is not \
              told. Broken red cells show as plasma haemoglobin and harm nothing.",
    },
    LeftOut {
        what: "Blood in the tubes of a membrane lung",
        why: "What is drained returns at once: the few seconds that it is on its way are left out.",
    },
    LeftOut {
        what: "CO2 removal at low pump flow as devices do it",
        why: "The membrane is one mixed unit: below about 2 L/min of blood it removes more CO2 than real fibres would \
              (Mendes 2016).",
    },
    LeftOut {
        what: "Which blood reaches the foramen ovale",
        why: "On sitting up the stream of the lower caval vein may meet it; here only the pressures of both atria open it, \
              so that sitting up alone does not.",
    },
    LeftOut {
        what: "Where in the lung wide vessels lie",
        why: "Dilated capillaries and malformations are spread evenly; that sitting up sends more blood through them is a \
              factor, guessed from how far PaO2 falls in patients.",
    },
    LeftOut {
        what: "How thick blood is",
        why: "White cells above 50·10⁹/L raise the resistance of the lung's vessels by a guessed slope; haemoglobin does not, \
              and vessels of brain and body are left as they are.",
    },
    LeftOut {
        what: "What exchange of blood costs beside haemoglobin",
        why: "Leukodepletion takes white cells and 1 g/dL of haemoglobin; platelets, clotting factors, calcium, the donor's P50 \
              and that the count rises again within days are not in it.",
    },
    LeftOut {
        what: "A newborn's own shapes",
        why: "Flows, volumes and stores are set at his size, and heart and bubbles follow; the lung stands as high as an adult's \
              20 cm, and circuits of ECMO and limits of harm are those of adults.",
    },
    LeftOut {
        what: "The afterload of a failing left ventricle in full",
        why: "On veno-arterial ECMO less resistance lowers left atrial pressure here by less than hearts show: a vent or less \
              flow tells more.",
    },
    LeftOut {
        what: "A heart that starves",
        why: "What a region cannot take of its O₂ the others take: coronary blood may be poor without the heart's failing.",
    },
];
