//! The window measures itself while FiO2 sweeps: what a frame costs, and that nothing is drawn when nothing moves.

use std::{fmt, sync::Arc, time::Duration};

use eframe::egui::{Context, FullOutput, Plugin, RawInput, ViewportCommand, mutex::Mutex};
use web_time::Instant;

use crate::{app::Command, sim::params::ParamId, store::native::system};

/// Frames drawn before counting starts: fonts and layouts are cached by then.
const WARM_UP_FRAMES: usize = 20;
/// Frames of the sweep.
const SWEEP_FRAMES: usize = 300;
/// Frames of the run in time.
const RUN_FRAMES: usize = 300;
/// How fast that run is.
const RUN_SPEED: u32 = 240;
/// How long the window comes to rest.
const SETTLE: Duration = Duration::from_millis(500);
/// How long nothing moves.
const IDLE: Duration = Duration::from_secs(5);

/// The time, for measuring only: nothing that is shown depends on it.
#[expect(clippy::disallowed_methods, reason = "to measure is to look at the clock")]
pub(super) fn clock() -> Instant {
    Instant::now()
}

/// What was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// Size of the window, points.
    pub size: [f32; 2],
    /// From the start of the program to the first presented frame, ms.
    pub first_frame_ms: f64,
    /// CPU time of the model in a frame, ms: median and 99th percentile.
    pub model_ms: [f64; 2],
    /// CPU time of the ui in a frame, model left out, ms: median and 99th percentile.
    pub ui_ms: [f64; 2],
    /// CPU time of tessellation in a frame, ms: median and 99th percentile.
    pub tessellation_ms: [f64; 2],
    /// Ui and tessellation together, ms: median and 99th percentile.
    pub ui_and_tessellation_ms: [f64; 2],
    /// Model, ui and tessellation together in a frame of a run at 240 times real time, ms: median and 99th percentile.
    pub run_ms: [f64; 2],
    /// The model's part of that, ms: median and 99th percentile.
    pub run_model_ms: [f64; 2],
    /// Resident memory at the end, MiB; none where the system does not say.
    pub resident_mib: Option<f64>,
    /// Frames drawn in 5 s in which nothing moved.
    pub idle_repaints: usize,
}

impl fmt::Display for Measurement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = |f: &mut fmt::Formatter<'_>, what: &str, [median, p99]: [f64; 2]| {
            writeln!(f, "{what:<28}{median:7.2} ms median {p99:7.2} ms 99th percentile")
        };
        writeln!(f, "window                      {:.0}x{:.0}", self.size[0], self.size[1])?;
        writeln!(f, "first presented frame       {:7.0} ms", self.first_frame_ms)?;
        writeln!(f, "CPU a frame, {SWEEP_FRAMES} frames while FiO2 sweeps:")?;
        row(f, "  model", self.model_ms)?;
        row(f, "  ui", self.ui_ms)?;
        row(f, "  tessellation", self.tessellation_ms)?;
        row(f, "  ui and tessellation", self.ui_and_tessellation_ms)?;
        writeln!(f, "CPU a frame, {RUN_FRAMES} frames of a run at {RUN_SPEED}x:")?;
        row(f, "  model", self.run_model_ms)?;
        row(f, "  model, ui, tessellation", self.run_ms)?;
        match self.resident_mib {
            Some(mib) => writeln!(f, "resident memory             {mib:7.0} MiB")?,
            None => writeln!(f, "resident memory             not known on this system")?,
        }
        writeln!(f, "repaints in {} idle seconds   {:7}", IDLE.as_secs(), self.idle_repaints)
    }
}

/// CPU time of the parts of one frame.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    model: Duration,
    all: Duration,
    tessellation: Duration,
}

/// Times every pass from its input to its output; tessellation is done once more to be timed alone.
#[derive(Default)]
struct Stopwatch {
    begun: Option<Instant>,
    costs: Arc<Mutex<Vec<Cost>>>,
}

impl Plugin for Stopwatch {
    fn debug_name(&self) -> &'static str {
        "stopwatch"
    }

    fn input_hook(&mut self, _ctx: &Context, _input: &mut RawInput) {
        self.begun = Some(clock());
    }

    fn output_hook(&mut self, ctx: &Context, output: &mut FullOutput) {
        let Some(begun) = self.begun.take() else { return };
        let all = begun.elapsed();
        let shapes = output.shapes.clone();
        let begun = clock();
        let _ = ctx.tessellate(shapes, output.pixels_per_point);
        let tessellation = begun.elapsed();
        // A frame of two passes costs both, and is tessellated once, at its end.
        if let Some(cost) = self.costs.lock().last_mut() {
            cost.all += all;
            cost.tessellation = tessellation;
        }
    }
}

/// Where the measurement stands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Stage {
    First,
    Sweep { frame: usize },
    Run { frame: usize },
    Settle { since: Instant },
    Idle { since: Instant, repaints: usize },
    Done,
}

/// Drives the window through its measurement.
pub(super) struct Measuring {
    started: Instant,
    stage: Stage,
    first_frame: Duration,
    /// Index of the first frame that counts.
    sweep_begins: usize,
    /// Index of the first frame of the run that counts.
    run_begins: usize,
    /// Of every frame so far.
    costs: Arc<Mutex<Vec<Cost>>>,
    result: Arc<Mutex<Option<Measurement>>>,
}

impl Measuring {
    /// Starts measuring a window of a program that was started then; the result is left in `result`.
    pub(super) fn new(ctx: &Context, started: Instant, result: Arc<Mutex<Option<Measurement>>>) -> Self {
        let stopwatch = Stopwatch::default();
        let costs = Arc::clone(&stopwatch.costs);
        ctx.add_plugin(stopwatch);
        Measuring {
            started,
            stage: Stage::First,
            first_frame: Duration::ZERO,
            sweep_begins: 0,
            run_begins: 0,
            costs,
            result,
        }
    }

    /// Notes time spent on the model in this frame.
    pub(super) fn model_took(&self, time: Duration) {
        if let Some(cost) = self.costs.lock().last_mut() {
            cost.model += time;
        }
    }

    /// At the start of a frame: goes on to the next stage and says what happens to the patient.
    pub(super) fn frame(&mut self, ctx: &Context, commands: &mut Vec<Command>) {
        self.costs.lock().push(Cost::default());
        match self.stage {
            // The second frame begins when the first one has been presented.
            Stage::First if ctx.cumulative_frame_nr() == 0 => {}
            Stage::First => {
                self.first_frame = self.started.elapsed();
                self.sweep_begins = self.costs.lock().len() + WARM_UP_FRAMES;
                self.stage = Stage::Sweep { frame: 0 };
                commands.push(Command::GestureStart);
            }
            Stage::Sweep { frame } if frame < WARM_UP_FRAMES + SWEEP_FRAMES => {
                // Up and down between room air and O2, a step a frame.
                let share = (frame as f64 / 60.0 % 2.0 - 1.0).abs();
                commands.push(Command::Set(ParamId::Fio2, 0.21 + 0.79 * share));
                self.stage = Stage::Sweep { frame: frame + 1 };
            }
            Stage::Sweep { .. } => {
                commands.extend([
                    Command::GestureEnd,
                    Command::Set(ParamId::Fio2, 0.21),
                    Command::Run,
                    Command::Speed(RUN_SPEED),
                    Command::Set(ParamId::Fio2, 1.0),
                ]);
                self.run_begins = self.costs.lock().len() + WARM_UP_FRAMES;
                self.stage = Stage::Run { frame: 0 };
            }
            Stage::Run { frame } if frame < WARM_UP_FRAMES + RUN_FRAMES => {
                self.stage = Stage::Run { frame: frame + 1 };
            }
            Stage::Run { .. } => {
                commands.push(Command::Pause);
                self.stage = Stage::Settle { since: clock() };
            }
            // The toolkit draws once more after the last change; idleness begins after that.
            Stage::Settle { since } if since.elapsed() >= SETTLE => {
                self.stage = Stage::Idle { since: clock(), repaints: 0 };
            }
            Stage::Idle { since, repaints } if since.elapsed() >= IDLE => self.finish(ctx, repaints),
            Stage::Idle { since, repaints } => self.stage = Stage::Idle { since, repaints: repaints + 1 },
            Stage::Settle { .. } | Stage::Done => {}
        }
    }

    /// At the end of each pass: asks for the frame that comes next. What a discarded pass asked for is forgotten.
    pub(super) fn ask_for_next_frame(&self, ctx: &Context) {
        match self.stage {
            Stage::First | Stage::Sweep { .. } | Stage::Run { .. } => ctx.request_repaint(),
            Stage::Settle { since } => ctx.request_repaint_after(SETTLE.saturating_sub(since.elapsed())),
            Stage::Idle { since, .. } => ctx.request_repaint_after(IDLE.saturating_sub(since.elapsed())),
            Stage::Done => {}
        }
    }

    fn finish(&mut self, ctx: &Context, idle_repaints: usize) {
        self.stage = Stage::Done;
        let costs = self.costs.lock();
        let sweep = &costs[self.sweep_begins..][..SWEEP_FRAMES];
        let run = &costs[self.run_begins..][..RUN_FRAMES];
        let ms_of = |frames: &[Cost], part: fn(&Cost) -> Duration| {
            let mut ms: Vec<f64> = frames.iter().map(|cost| part(cost).as_secs_f64() * 1e3).collect();
            ms.sort_by(f64::total_cmp);
            let at = |share: f64| ms.get(((ms.len() as f64 - 1.0) * share).round() as usize).copied();
            [0.5, 0.99].map(|share| at(share).unwrap_or(f64::NAN))
        };
        let of = |part| ms_of(sweep, part);
        *self.result.lock() = Some(Measurement {
            size: ctx.viewport_rect().size().into(),
            first_frame_ms: self.first_frame.as_secs_f64() * 1e3,
            model_ms: of(|cost| cost.model),
            ui_ms: of(|cost| cost.all.saturating_sub(cost.model)),
            tessellation_ms: of(|cost| cost.tessellation),
            ui_and_tessellation_ms: of(|cost| cost.all.saturating_sub(cost.model) + cost.tessellation),
            run_ms: ms_of(run, |cost| cost.all + cost.tessellation),
            run_model_ms: ms_of(run, |cost| cost.model),
            resident_mib: system::resident_mib(),
            idle_repaints,
        });
        ctx.send_viewport_cmd(ViewportCommand::Close);
    }
}
