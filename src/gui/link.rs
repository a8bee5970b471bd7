//! What is pointed at in one picture lights up in all.

/// A part of the lung that every picture knows by its own marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Units, as indices into [`crate::sim::reading::snapshot::Snapshot::units`].
    Units(Vec<usize>),
    /// Blood that meets no gas.
    Shunt,
    /// Gas that meets no blood.
    DeadSpace,
}

impl Target {
    /// Whether it holds a unit.
    #[must_use]
    pub fn has_unit(&self, index: usize) -> bool {
        matches!(self, Target::Units(units) if units.contains(&index))
    }
}

/// What lights up, and what is pointed at while a frame is drawn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Link {
    /// What lights up.
    pub lit: Option<Target>,
    /// Units of the patient that is shown.
    pub units: usize,
    pointed: Option<Target>,
}

impl Link {
    /// Says what the pointer or the keyboard has reached. The first picture that says so is heard.
    pub fn point_at(&mut self, target: Target) {
        self.pointed.get_or_insert(target);
    }

    /// At the end of a frame: what was pointed at lights up from now on. Whether that is new.
    pub fn settle(&mut self) -> bool {
        let pointed = self.pointed.take();
        let new = pointed != self.lit;
        self.lit = pointed;
        new
    }
}
