//! Where each part of the picture stands in a room of a given size. Lengths in the unit of the room, y downwards.

use super::{LungPicture, Part};

use crate::numerics::float;

/// Alveoli of a stream.
const ALVEOLI: usize = 5;
/// Alveoli of the dead space.
const DEAD_ALVEOLI: usize = 2;
/// Points along one bend of a ribbon.
const BEND: usize = 18;
/// Narrowest ribbon that is seen, in lines of text.
const LEAST_WIDTH: f32 = 0.12;
/// Ends of the straight part of the streams, as shares of the way from the right heart to the left.
const STRAIGHT: [f32; 2] = [0.22, 0.82];

/// What the place depends on beside the room.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metrics {
    /// Height of a line of text.
    pub row: f32,
}

/// A rectangle: left, top, right, bottom.
pub type Band = [f32; 4];

/// A stream of blood: as wide all along as its share of the output.
#[derive(Debug, Clone, PartialEq)]
pub struct Ribbon {
    /// Its middle, by rising x.
    pub middle: Vec<[f32; 2]>,
    /// Its height.
    pub width: f32,
    /// x between which its blood meets gas.
    pub exchange: [f32; 2],
    /// Where its alveoli and its name stand, above it, and itself between the bends.
    pub lane: Band,
}

/// A stream of gas to the alveoli of a stream of blood, or to the dead space.
#[derive(Debug, Clone, PartialEq)]
pub struct Air {
    /// Which stream of blood; none for the dead space.
    pub stream: Option<usize>,
    /// Its middle, from the top.
    pub middle: Vec<[f32; 2]>,
    /// Its width.
    pub width: f32,
    /// Middles of the alveoli that it comes to.
    pub alveoli: Vec<[f32; 2]>,
    /// Their radius.
    pub radius: f32,
}

/// The picture in a room.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// Mixed venous blood.
    pub venous: Band,
    /// The membrane lung's part of the way, where there is one.
    pub membrane: Option<Band>,
    /// Arterial blood.
    pub arterial: Band,
    /// Where the streams flow together: between their ends and the arterial blood.
    pub mixing: Band,
    /// The airway.
    pub airway: Band,
    /// Where the dead space stands with its name.
    pub dead_space: Band,
    /// The streams of blood, in the order of [`LungPicture::streams`].
    pub ribbons: Vec<Ribbon>,
    /// The streams of gas.
    pub airs: Vec<Air>,
}

impl LungPicture {
    /// Places the picture in a room of a width and a height.
    #[must_use]
    pub fn place(&self, [width, height]: [f32; 2], metrics: &Metrics) -> Placed {
        let row = metrics.row;
        let count = self.streams.len().max(1) as f32;
        let side = 3.7 * row;
        let head_room = 2.0 * row;
        let room = (height - head_room).max(row);

        // Above each ribbon its alveoli and name; the blood gets what is left, up to half of the room.
        let head = (2.1 * row).max(0.26 * room / count).min(0.62 * room / count);
        let trunk = (room - count * head).clamp(0.2 * room, 0.5 * room);
        let widths: Vec<f32> =
            self.streams.iter().map(|stream| (trunk * stream.share_frac as f32).max(LEAST_WIDTH * row)).collect();
        let all: f32 = widths.iter().sum();
        let gap = ((room - count * head - all) / count).max(0.0);

        let block = 0.9 * row;
        let venous_right = side + block;
        let step = if self.membrane.is_some() { 3.2 * row } else { 0.0 };
        let arterial_left = width - side - block;
        let mixing_left = arterial_left - 1.6 * row;
        let (begin, end) = (venous_right + step, mixing_left.max(venous_right + step + row));
        let straight = STRAIGHT.map(|share| begin + share * (end - begin));

        let trunk_top = head_room + (room - all) / 2.0;
        let trunk_bottom = trunk_top + all;
        let mut ribbons = Vec::with_capacity(widths.len());
        let (mut y, mut slot) = (head_room, trunk_top);
        for width in widths {
            let lane_top = y;
            let middle = y + head + width / 2.0;
            let there = slot + width / 2.0;
            ribbons.push(Ribbon {
                middle: ribbon(begin, straight, end, there, middle),
                width,
                exchange: [0.3, 0.75].map(|share| straight[0] + share * (straight[1] - straight[0])),
                lane: [straight[0], lane_top, straight[1], middle + width / 2.0],
            });
            y += head + width + gap;
            slot += width;
        }

        let airs = self.airs(row, head, straight, &ribbons);
        let airway_x = airway_x(row, straight);
        let half = airway_width(row) / 2.0;
        Placed {
            venous: [side, trunk_top, venous_right, trunk_bottom],
            membrane: self.membrane.as_ref().map(|_| [venous_right, trunk_top, begin, trunk_bottom]),
            arterial: [arterial_left, trunk_top, arterial_left + block, trunk_bottom],
            mixing: [end, trunk_top, arterial_left, trunk_bottom],
            airway: [straight[0] - row, 0.0, airway_x + half, 1.5 * row],
            dead_space: [airway_x + half, 0.0, straight[1] + 3.0 * row, 1.5 * row],
            ribbons,
            airs,
        }
    }

    /// The streams of gas: the one that ends highest lies on the right, so that none crosses another.
    fn airs(&self, row: f32, head: f32, straight: [f32; 2], ribbons: &[Ribbon]) -> Vec<Air> {
        if self.minute_l_per_min <= 0.0 {
            return Vec::new();
        }
        let per_l_per_min = airway_width(row) / self.minute_l_per_min as f32;
        let airway_x = airway_x(row, straight);
        let mut right = airway_x + airway_width(row) / 2.0;
        let mut airs = Vec::new();
        let first = airway_x + airway_width(row) / 2.0 + 0.35 * row;
        // Behind them stands the saturation of a stream too narrow to hold it.
        let behind = straight[1] - first - 3.0 * row;
        let most = (0.42 * head).min(behind / (2.3 * ALVEOLI as f32)).max(1.0);
        let mut add = |stream: Option<usize>, ventilation: f64, y: f32, radius: f32, count: usize| {
            let width = ventilation as f32 * per_l_per_min;
            let x = right - width / 2.0;
            right -= width;
            let alveoli = (0..count).map(|i| [first + most + 2.3 * most * i as f32, y]).collect();
            // No larger than the way to the first alveolus.
            let corner = (first - x).min(y).max(0.0);
            let mut middle = vec![[x, 0.0]];
            middle.extend((0..=8).map(|i| {
                let angle = std::f64::consts::FRAC_PI_2 * f64::from(i) / 8.0;
                let [sine, cosine] = [float::sin(angle), float::cos(angle)].map(|x| x as f32);
                [x + corner * (1.0 - cosine), y - corner + corner * sine]
            }));
            middle.push([first + most - radius, y]);
            airs.push(Air { stream, middle, width, alveoli, radius });
        };
        if let Some(dead) = &self.dead_space {
            add(None, dead.ventilation_l_per_min, 0.75 * row, (0.42 * row).min(most), DEAD_ALVEOLI);
        }
        for (index, (stream, ribbon)) in self.streams.iter().zip(ribbons).enumerate() {
            if stream.ventilation_l_per_min > 0.0 {
                // As large as its gas is much for its blood.
                let vq = stream.ventilation_l_per_min / stream.perfusion_l_per_min;
                let size = float::cbrt(vq).clamp(0.4, 1.0) as f32;
                add(Some(index), stream.ventilation_l_per_min, ribbon.lane[1] + 0.5 * head, most * size, ALVEOLI);
            }
        }
        airs
    }
}

fn airway_width(row: f32) -> f32 {
    1.3 * row
}

/// Middle of the airway: behind the names of the streams.
fn airway_x(row: f32, straight: [f32; 2]) -> f32 {
    straight[0] + (5.6 * row).min(0.42 * (straight[1] - straight[0]))
}

/// The middle of a ribbon: level, a bend, straight, a bend, level.
fn ribbon(begin: f32, straight: [f32; 2], end: f32, there: f32, here: f32) -> Vec<[f32; 2]> {
    let bend = |from: [f32; 2], to: [f32; 2]| {
        (0..=BEND).map(move |i| {
            let share = i as f32 / BEND as f32;
            let rise = share * share * (3.0 - 2.0 * share);
            [from[0] + share * (to[0] - from[0]), from[1] + rise * (to[1] - from[1])]
        })
    };
    bend([begin, there], [straight[0], here]).chain(bend([straight[1], here], [end, there])).collect()
}

impl Ribbon {
    /// y of its middle at an x.
    #[must_use]
    pub fn y_at(&self, x: f32) -> f32 {
        let after = self.middle.partition_point(|point| point[0] <= x);
        let (Some(a), Some(b)) = (after.checked_sub(1).map(|i| self.middle[i]), self.middle.get(after)) else {
            let end = if after == 0 { self.middle.first() } else { self.middle.last() };
            return end.map_or(0.0, |point| point[1]);
        };
        a[1] + (x - a[0]) / (b[0] - a[0]) * (b[1] - a[1])
    }

    /// x of its beginning and end.
    #[must_use]
    pub fn ends(&self) -> [f32; 2] {
        [self.middle.first(), self.middle.last()].map(|point| point.map_or(0.0, |point| point[0]))
    }
}

impl Placed {
    /// The part at a point; `reach` is how far beside a narrow ribbon still counts.
    #[must_use]
    pub fn part_at(&self, [x, y]: [f32; 2], reach: f32) -> Option<Part> {
        let inside = |band: &Band| x >= band[0] && x <= band[2] && y >= band[1] && y <= band[3];
        let beside = |band: &Band| inside(&[band[0] - 4.0 * reach, band[1], band[2] + 4.0 * reach, band[3]]);
        let on = |ribbon: &Ribbon| {
            let [from, to] = ribbon.ends();
            x >= from && x <= to && (y - ribbon.y_at(x)).abs() <= (ribbon.width / 2.0).max(reach)
        };
        let stream = self.ribbons.iter().position(on).or_else(|| self.ribbons.iter().position(|r| inside(&r.lane)));
        if let Some(index) = stream {
            return Some(Part::Stream(index));
        }
        [(Part::Membrane, self.membrane.as_ref()), (Part::Inspired, Some(&self.airway))]
            .into_iter()
            .chain([(Part::DeadSpace, Some(&self.dead_space))])
            .find(|(_, band)| band.is_some_and(inside))
            .or_else(|| Some((Part::Venous, Some(&self.venous))).filter(|_| beside(&self.venous)))
            .or_else(|| Some((Part::Arterial, Some(&self.arterial))).filter(|_| beside(&self.arterial)))
            .map(|(part, _)| part)
    }

    /// Where a part stands.
    #[must_use]
    pub fn band(&self, part: Part) -> Option<Band> {
        match part {
            Part::Inspired => Some(self.airway),
            Part::DeadSpace => Some(self.dead_space),
            Part::Venous => Some(self.venous),
            Part::Membrane => self.membrane,
            Part::Arterial => Some(self.arterial),
            Part::Stream(index) => self.ribbons.get(index).map(|ribbon| ribbon.lane),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::figure;
    use super::*;
    use crate::scenario;
    use crate::sim::reading::snapshot::Model;

    const ROOMS: [[f32; 2]; 3] = [[420.0, 240.0], [560.0, 400.0], [1100.0, 800.0]];

    fn pictures() -> impl Iterator<Item = (String, LungPicture)> {
        scenario::builtin().iter().filter_map(|scenario| {
            let now = Model::new().snapshot(&scenario.params).ok()?;
            Some((scenario.id.clone(), figure(&now, None)))
        })
    }

    #[test]
    fn inv_everything_stands_inside_the_room_and_no_lane_covers_another() {
        for (id, picture) in pictures() {
            for room in ROOMS {
                let placed = picture.place(room, &Metrics { row: 15.0 });
                let inside = |[x, y]: [f32; 2]| x >= -0.01 && y >= -0.01 && x <= room[0] + 0.01 && y <= room[1] + 2.0;
                for ribbon in &placed.ribbons {
                    let edges = ribbon
                        .middle
                        .iter()
                        .flat_map(|[x, y]| [[*x, y - ribbon.width / 2.0], [*x, y + ribbon.width / 2.0]]);
                    assert!(edges.into_iter().all(inside), "{id} in {room:?}: {ribbon:?}");
                }
                assert!(placed.airs.iter().flat_map(|air| air.middle.iter().copied()).all(inside), "{id} {room:?}");
                for pair in placed.ribbons.windows(2) {
                    assert!(pair[0].lane[3] <= pair[1].lane[1] + 0.01, "{id} in {room:?}");
                }
            }
        }
    }

    #[test]
    fn inv_ribbons_are_as_wide_as_the_flows_they_show() {
        for (id, picture) in pictures() {
            let placed = picture.place([560.0, 400.0], &Metrics { row: 15.0 });
            let widest = picture.streams.iter().map(|stream| stream.share_frac).fold(0.0, f64::max);
            let per_share = placed.ribbons.iter().map(|ribbon| ribbon.width).fold(0.0, f32::max) / widest as f32;
            for (stream, ribbon) in picture.streams.iter().zip(&placed.ribbons) {
                let exact = per_share * stream.share_frac as f32;
                assert!((ribbon.width - exact).abs() < 1e-3 || exact < 0.12 * 15.0, "{id}: {}", stream.name);
            }
        }
    }

    #[test]
    fn inv_each_part_is_found_where_it_stands() {
        for (id, picture) in pictures() {
            let placed = picture.place([560.0, 400.0], &Metrics { row: 15.0 });
            for part in picture.parts() {
                let band = placed.band(part).expect("a place");
                let middle = [(band[0] + band[2]) / 2.0, (band[1] + band[3]) / 2.0];
                assert_eq!(placed.part_at(middle, 4.0), Some(part), "{id}");
            }
        }
    }
}
