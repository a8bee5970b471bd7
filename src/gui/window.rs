//! The program with a window: the patient, the page, and what is asked of one by the other.

use std::{sync::Arc, time::Instant};

use eframe::egui::{Color32, Ui, ViewportBuilder, mutex::Mutex};

use super::{
    explore::{PanelState, explore_ui},
    measure::{Measurement, Measuring, clock},
    start::{GuiError, probe, refused},
    theme::{self, ThemeName},
};
use crate::{
    app::{Charts, Command, Session},
    scenario::Scenario,
};

/// How the window starts.
#[derive(Debug, Clone)]
pub struct Options {
    /// Inner size, points.
    pub size: [f32; 2],
    /// Theme.
    pub theme: ThemeName,
    /// The patient.
    pub scenario: Scenario,
    /// When the program started.
    pub started: Instant,
    /// Measure the window and close it.
    pub measure: bool,
}

/// Opens the window and stays until it is closed; returns what was measured, where that was asked for.
///
/// # Errors
/// [`GuiError`] where no window can be opened.
pub fn run(options: Options) -> Result<Option<Measurement>, GuiError> {
    probe()?;
    let viewport = ViewportBuilder::default()
        .with_title("Isoshunt")
        .with_app_id("isoshunt")
        .with_inner_size(options.size)
        .with_min_inner_size([960.0, 600.0]);
    let native = eframe::NativeOptions { viewport, ..eframe::NativeOptions::default() };
    let result = Arc::new(Mutex::new(None));
    let for_window = Arc::clone(&result);
    let open = move |context: &eframe::CreationContext<'_>| {
        theme::install(&context.egui_ctx, options.theme);
        let mut window = Window::new(options.scenario, options.theme);
        if options.measure {
            window.measuring = Some(Measuring::new(&context.egui_ctx, options.started, for_window));
        }
        Ok(Box::new(window) as Box<dyn eframe::App>)
    };
    eframe::run_native("isoshunt", native, Box::new(open)).map_err(|error| refused(&error.to_string()))?;
    let measured = result.lock().take();
    Ok(measured)
}

/// The window.
pub struct Window {
    session: Session,
    charts: Charts,
    panel: PanelState,
    shown_theme: ThemeName,
    commands: Vec<Command>,
    measuring: Option<Measuring>,
}

impl Window {
    /// A window on a patient; [`theme::install`] gives it its fonts.
    #[must_use]
    pub fn new(scenario: Scenario, theme: ThemeName) -> Self {
        Window {
            session: Session::new(scenario),
            charts: Charts::new(),
            panel: PanelState { theme, ..PanelState::default() },
            shown_theme: theme,
            commands: Vec::new(),
            measuring: None,
        }
    }

    /// The patient.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The theme that is shown.
    #[must_use]
    pub fn theme(&self) -> ThemeName {
        self.panel.theme
    }

    /// Shows one frame and does what is asked for in it.
    pub fn show(&mut self, ui: &mut Ui) {
        // The second pass of a frame draws what the first one asked for.
        if ui.ctx().current_pass_index() == 0
            && let Some(measuring) = &mut self.measuring
        {
            measuring.frame(ui.ctx(), &mut self.commands);
        }
        if self.panel.theme != self.shown_theme {
            self.shown_theme = self.panel.theme;
            self.shown_theme.theme().apply(ui.ctx());
        }
        explore_ui(ui, &self.session, self.charts.update(&self.session), &mut self.panel, &mut self.commands);
        if !self.commands.is_empty() || self.panel.theme != self.shown_theme {
            self.obey();
            ui.ctx().request_discard("the answer belongs into the same frame");
        }
        if self.charts.pending() {
            ui.ctx().request_repaint();
        }
        if let Some(measuring) = &self.measuring {
            measuring.ask_for_next_frame(ui.ctx());
        }
    }

    /// Does what was asked for, and computes the plots of what has come of it.
    fn obey(&mut self) {
        let begun = clock();
        for command in self.commands.drain(..) {
            // A refusal is the session's notice, and on the screen.
            let _ = self.session.apply(command);
        }
        self.charts.update(&self.session);
        if let Some(measuring) = &self.measuring {
            measuring.model_took(begun.elapsed());
        }
    }
}

impl eframe::App for Window {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.show(ui);
    }

    fn clear_color(&self, _visuals: &eframe::egui::Visuals) -> [f32; 4] {
        let ground: Color32 = self.shown_theme.theme().background;
        ground.to_normalized_gamma_f32()
    }
}
