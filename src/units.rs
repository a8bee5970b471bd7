//! Physical constants with their sources, and every unit conversion the program makes.
//!
//! Canonical units inside the crate: gas pressure mmHg, airway pressure cmH2O, blood flow L/min, gas flow L/min
//! BTPS, gas transfer mL(STPD)/min, content mL(STPD) per dL of blood, haemoglobin g/dL, temperature degC, base excess
//! mmol/L. No conversion factor stands anywhere else.

/// Links gas flow at body conditions to gas transfer at standard conditions, at 37 degC, mmHg·L(BTPS)/mL(STPD):
/// `uptake = (V_in·P_in − V_out·P_out)/K`. At other temperatures [`btps_stpd_mmhg_l_per_ml`].
///
/// # Source
/// 760 mmHg·(310/273)/1000 = 0.863 (West JB, Respir Physiol 1969;7:88-110).
pub const BTPS_STPD_MMHG_L_PER_ML: f64 = 0.863;

/// Water vapour pressure of alveolar gas at 37 degC, mmHg; at other temperatures
/// [`water_vapour_mmhg`](crate::physiology::water_vapour::water_vapour_mmhg).
pub const PH2O_MMHG: f64 = 47.0;

/// Temperature at which a laboratory measures gases, and that of a healthy body, degC.
pub const NORMAL_TEMPERATURE_C: f64 = 37.0;

/// 0 degC, K.
pub const ZERO_C_KELVIN: f64 = 273.15;

/// K of [`BTPS_STPD_MMHG_L_PER_ML`] at a body temperature, mmHg·L(BTPS)/mL(STPD).
///
/// ```text
/// K(T) = 0.863·(273.15 + T)/310.15
/// ```
/// ```
/// assert_eq!(isoshunt::units::btps_stpd_mmhg_l_per_ml(37.0), 0.863);
/// assert!((isoshunt::units::btps_stpd_mmhg_l_per_ml(28.0) - 0.838).abs() < 1e-3);
/// ```
#[must_use]
pub fn btps_stpd_mmhg_l_per_ml(temperature_c: f64) -> f64 {
    BTPS_STPD_MMHG_L_PER_ML * ((ZERO_C_KELVIN + temperature_c) / (ZERO_C_KELVIN + NORMAL_TEMPERATURE_C))
}

/// mmHg in one cmH2O (conventional millimetre of mercury and centimetre of water).
pub const MMHG_PER_CMH2O: f64 = 0.735_559;

/// O2 bound by one gram of haemoglobin at full saturation (Hüfner), mL(STPD)/g.
///
/// 1.34 is the value of most teaching texts; 1.36 and 1.39 are also in use.
pub const HUFNER_ML_PER_G: f64 = 1.34;

/// Solubility of O2 in blood at 37 degC, mL(STPD)/dL/mmHg.
pub const O2_SOLUBILITY_ML_PER_DL_MMHG: f64 = 0.0031;

/// Solubility of N2 in blood at 37 degC, mL(STPD)/dL/mmHg.
pub const N2_SOLUBILITY_ML_PER_DL_MMHG: f64 = 0.0017;

/// O2 fraction of dry room air; the rest is inert and called N2.
pub const ROOM_AIR_FIO2_FRAC: f64 = 0.2094;

/// Sea-level barometric pressure, mmHg.
pub const SEA_LEVEL_PB_MMHG: f64 = 760.0;

/// Decilitres in a litre: content (mL/dL) times flow (L/min) times this is transfer (mL/min).
pub const DL_PER_L: f64 = 10.0;

/// Weight of the adult of whom a size is told where none is set, kg.
pub const ADULT_WEIGHT_KG: f64 = 70.0;
/// mL in a litre.
pub const ML_PER_L: f64 = 1000.0;

/// Minutes in a second.
pub const MIN_PER_S: f64 = 1.0 / 60.0;

/// Seconds in an hour.
pub const S_PER_H: f64 = 3600.0;

/// Minutes of an hour.
pub const MIN_PER_H: f64 = 60.0;

/// Minutes of a day.
pub const MIN_PER_DAY: f64 = 24.0 * MIN_PER_H;

/// Grams of a milligram.
pub const G_PER_MG: f64 = 1e-3;

/// Joules of a litre moved against 1 cmH2O.
pub const J_PER_L_CMH2O: f64 = 0.098_066_5;

/// J per kJ.
pub const J_PER_KJ: f64 = 1000.0;

/// Torricelli's millimetres of mercury in one kilopascal.
pub const MMHG_PER_KPA: f64 = 7.500_616_827;

/// Haemoglobin of one mmol/L of haem, g/dL: a quarter of 64,458 g/mol.
pub const HB_G_PER_DL_PER_MMOL_PER_L: f64 = 1.611_45;

/// Wood units (mmHg·min/L) are 80 dyn·s/cm⁵.
pub const DYN_S_PER_CM5_PER_WOOD: f64 = 80.0;

/// Gas transfer of one mmol/min/kPa, mL(STPD)/min/mmHg: 22.4 mL/mmol over 7.5 mmHg/kPa.
pub const TRANSFER_ML_PER_MMHG_PER_MMOL_PER_KPA: f64 = 22.4 / MMHG_PER_KPA;

/// Pressure in kPa from mmHg.
///
/// ```
/// assert!((isoshunt::units::kpa_from_mmhg(100.0) - 13.332).abs() < 1e-3);
/// ```
#[must_use]
pub fn kpa_from_mmhg(pressure_mmhg: f64) -> f64 {
    pressure_mmhg / MMHG_PER_KPA
}

/// Pressure in mmHg from kPa.
#[must_use]
pub fn mmhg_from_kpa(pressure_kpa: f64) -> f64 {
    pressure_kpa * MMHG_PER_KPA
}

/// Volume in litres from millilitres.
#[must_use]
pub fn mmhg_from_cmh2o(pressure_cmh2o: f64) -> f64 {
    MMHG_PER_CMH2O * pressure_cmh2o
}

/// Volume in L of one in mL.
#[must_use]
pub fn l_from_ml(volume_ml: f64) -> f64 {
    volume_ml / ML_PER_L
}

/// Percent from a fraction, for display only: inside the crate there are fractions.
#[must_use]
pub fn percent_from_frac(frac: f64) -> f64 {
    frac * 100.0
}
