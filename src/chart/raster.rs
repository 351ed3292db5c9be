//! How much of each pixel does a shape cover?
//!
//! Comes in: outlines in pixels, y downwards. Goes out: pixels mixed with a colour by the area that is covered. Must never know: what a
//! shape stands for.
//!
//! Each edge adds what it covers to the right of itself, row by row; the sum from the left is the winding number of a pixel, and how much of
//! it is covered where an edge crosses it. So edges are smooth without drawing finer than wanted, and the work grows with what is covered.
//! Plain sums and products in one order: the same bytes on every processor.

use super::theme::Colour;

/// A page of opaque pixels, and the shape that is being drawn on it.
pub(super) struct Page {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Red, green, blue, row by row.
    pub(super) pixels: Vec<u8>,
    /// Changes of the winding number; all 0 between shapes. Two columns more than the page has.
    changes: Vec<f32>,
    /// First column touched and the one after the last, by row; 0 and 0 where none is.
    touched: Vec<(usize, usize)>,
    /// First row touched and the one after the last.
    rows: (usize, usize),
}

impl Page {
    /// White paper: every colour of the theme is drawn on it.
    pub(super) fn white(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            pixels: vec![0xff; width * height * 3],
            changes: vec![0.0; (width + 2) * height],
            touched: vec![(0, 0); height],
            rows: (height, 0),
        }
    }

    /// Fills a closed outline: what it winds about, however often.
    pub(super) fn fill(&mut self, points: &[(f64, f64)], colour: Colour) {
        self.outline(points);
        self.mix(colour);
    }

    /// Draws a line of `width` pixels through `points`, with mitred corners and flat ends. Where it meets itself it is no darker.
    pub(super) fn stroke(&mut self, points: &[(f64, f64)], width: f64, colour: Colour) {
        let half = width / 2.0;
        let mut before: Option<(f64, f64)> = None;
        for pair in points.windows(2) {
            let [(x0, y0), (x1, y1)] = [pair[0], pair[1]];
            let (dx, dy) = (x1 - x0, y1 - y0);
            let length = (dx * dx + dy * dy).sqrt();
            if !(length > 1e-9) {
                continue;
            }
            let (ux, uy) = (dx / length, dy / length);
            let (nx, ny) = (-uy * half, ux * half);
            self.outline(&[(x0 + nx, y0 + ny), (x0 - nx, y0 - ny), (x1 - nx, y1 - ny), (x1 + nx, y1 + ny)]);
            if let Some(last) = before {
                self.corner((x0, y0), last, (ux, uy), half);
            }
            before = Some((ux, uy));
        }
        self.mix(colour);
    }

    /// What is open between two stretches of a line, on the outer side of a bend at `at`, from one direction to another (both of length 1).
    fn corner(&mut self, at: (f64, f64), from: (f64, f64), to: (f64, f64), half: f64) {
        let cross = from.0 * to.1 - from.1 * to.0;
        let along = from.0 * to.0 + from.1 * to.1;
        // The outer side is the left one where the line bends right (y points down).
        let side = if cross > 0.0 { -half } else { half };
        let edge = |(x, y): (f64, f64)| (at.0 - y * side, at.1 + x * side);
        let (one, other) = (edge(from), edge(to));
        // A tip beyond SVG's limit (four times the width) is cut off.
        let tip = (along > -0.875).then(|| {
            let by = side / (1.0 + along);
            (at.0 - (from.1 + to.1) * by, at.1 + (from.0 + to.0) * by)
        });
        let mut points = vec![at, one];
        points.extend(tip);
        points.push(other);
        // Wound as the stretches are, so that nothing cancels where they overlap.
        if cross < 0.0 {
            points.reverse();
        }
        self.outline(&points);
    }

    fn outline(&mut self, points: &[(f64, f64)]) {
        let ends = points.iter().skip(1).chain(points.first());
        points.iter().zip(ends).for_each(|(&from, &to)| self.edge(from, to));
    }

    fn edge(&mut self, from: (f64, f64), to: (f64, f64)) {
        let (sign, (x0, y0), (_, y1)) = if from.1 < to.1 { (1.0, from, to) } else { (-1.0, to, from) };
        let (top, bottom) = (y0.max(0.0), y1.min(self.height as f64));
        if !(top < bottom) {
            return;
        }
        let slope = (to.0 - from.0) / (to.1 - from.1);
        let right = self.width as f64;
        let across = |y: f64| (x0 + (y - y0) * slope).clamp(0.0, right);
        let rows = (top.floor() as usize, bottom.ceil() as usize);
        self.rows = (self.rows.0.min(rows.0), self.rows.1.max(rows.1));
        let mut left = across(top);
        for row in rows.0..rows.1 {
            let (high, low) = ((row as f64).max(top), ((row + 1) as f64).min(bottom));
            let next = across(low);
            self.spread(row, if left < next { (left, next) } else { (next, left) }, sign * (low - high));
            left = next;
        }
    }

    /// Adds an edge that takes up `height` of a row, from one x to another.
    fn spread(&mut self, row: usize, (low, high): (f64, f64), height: f64) {
        let (first, end) = (low.floor() as usize, (high.ceil() as usize).max(low.floor() as usize + 1));
        let touched = &mut self.touched[row];
        *touched = if touched.1 == 0 { (first, end + 1) } else { (touched.0.min(first), touched.1.max(end + 1)) };
        let start = row * (self.width + 2);
        let changes = &mut self.changes[start..start + self.width + 2];
        for column in first..end.min(self.width + 1) {
            let (from, to) = (low.max(column as f64), high.min((column + 1) as f64));
            let part = if high > low { height * (to - from) / (high - low) } else { height };
            let right = part * ((from + to) / 2.0 - column as f64);
            changes[column] += (part - right) as f32;
            changes[column + 1] += right as f32;
        }
    }

    /// Mixes what was outlined into the page, and forgets it.
    fn mix(&mut self, colour: Colour) {
        let [red, green, blue] = [colour.rgb.0, colour.rgb.1, colour.rgb.2].map(f32::from);
        let alpha = colour.alpha as f32;
        for row in self.rows.0..self.rows.1 {
            let (first, end) = core::mem::take(&mut self.touched[row]);
            let start = row * (self.width + 2);
            let changes = &mut self.changes[start + first..start + end.min(self.width + 2)];
            let from = (row * self.width + first.min(self.width)) * 3;
            let pixels = &mut self.pixels[from..(row + 1) * self.width * 3];
            let mut winding = 0.0_f32;
            for (pixel, change) in pixels.chunks_exact_mut(3).zip(changes.iter()) {
                winding += change;
                let share = alpha * winding.abs().min(1.0);
                // less than a step of any colour
                if share > 0.001 {
                    mixed(pixel, [red, green, blue], share);
                }
            }
            changes.fill(0.0);
        }
        self.rows = (self.height, 0);
    }

    /// Mixes one pixel, where it is on the page, with `colour` by `share` (0 to 1) of it.
    pub(super) fn dot(&mut self, (x, y): (i64, i64), colour: Colour, share: f64) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return };
        if x < self.width && y < self.height {
            let at = (y * self.width + x) * 3;
            let rgb = [colour.rgb.0, colour.rgb.1, colour.rgb.2].map(f32::from);
            mixed(&mut self.pixels[at..at + 3], rgb, (colour.alpha * share) as f32);
        }
    }
}

fn mixed(pixel: &mut [u8], rgb: [f32; 3], share: f32) {
    for (channel, new) in pixel.iter_mut().zip(rgb) {
        let old = f32::from(*channel);
        *channel = (old + (new - old) * share + 0.5) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::super::theme::Colour;
    use super::Page;

    const INK: Colour = Colour { rgb: (0, 0, 0), alpha: 1.0 };

    fn row(page: &Page, row: usize) -> Vec<u8> {
        page.pixels[row * page.width * 3..(row + 1) * page.width * 3].iter().step_by(3).copied().collect()
    }

    #[test]
    fn a_pixel_is_as_dark_as_it_is_covered() {
        let mut page = Page::white(4, 3);
        page.fill(&[(0.5, 1.0), (3.25, 1.0), (3.25, 2.0), (0.5, 2.0)], INK);
        assert_eq!([row(&page, 0), row(&page, 1), row(&page, 2)], [vec![255; 4], vec![128, 0, 0, 191], vec![255; 4]]);
        // A triangle covers half of its square.
        let mut page = Page::white(1, 1);
        page.fill(&[(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)], INK);
        assert_eq!(row(&page, 0), [128]);
    }

    #[test]
    fn a_line_is_no_darker_where_it_meets_itself_and_its_corners_are_whole() {
        let half = Colour { alpha: 0.5, ..INK };
        for points in [[(1.0, 5.0), (5.0, 5.0), (5.0, 1.0)], [(5.0, 1.0), (5.0, 5.0), (1.0, 5.0)], [(1.0, 5.0), (5.0, 5.0), (5.0, 9.0)]] {
            let mut page = Page::white(10, 10);
            page.stroke(&points, 2.0, half);
            let inked = |row: usize| super::tests::row(&page, row).into_iter().filter(|value| *value < 255).collect::<Vec<u8>>();
            let corner = if points.contains(&(5.0, 9.0)) { 4 } else { 5 };
            assert_eq!(inked(corner), [128; 5], "from 1 to 6: the corner is square");
            assert!((0..10).all(|row| inked(row).iter().all(|value| *value == 128)), "evenly dark");
        }
    }

    #[test]
    fn what_lies_beyond_the_page_is_cut() {
        let mut page = Page::white(3, 2);
        page.fill(&[(-5.0, -5.0), (1.0, -5.0), (1.0, 9.0), (-5.0, 9.0)], INK);
        page.fill(&[(2.5, -1.0), (9.0, -1.0), (9.0, 1.0), (2.5, 1.0)], INK);
        page.fill(&[(7.0, 0.0), (9.0, 0.0), (9.0, 1.0)], INK);
        page.dot((-1, 0), INK, 1.0);
        page.dot((3, 1), INK, 1.0);
        assert_eq!([row(&page, 0), row(&page, 1)], [[0, 255, 128], [0, 255, 255]]);
    }
}
