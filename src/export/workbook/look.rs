//! How cells look, and the few ways in which they are written.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Formula, Worksheet, XlsxError};

use crate::deal::Deal;
use crate::quantity::{Currency, Money};

/// Longest text of a cell, in letters.
const LONGEST: usize = 30_000;

/// Colour of numbers that the engine gives; formulas are black, as in most financial models.
const GIVEN: Color = Color::RGB(0x1F_4E_9E);
const FILL: Color = Color::RGB(0xE6_EB_F1);
const GREY: Color = Color::RGB(0x59_63_6E);
const LINE: Color = Color::RGB(0x8A_94_9E);

/// The formats of a workbook.
pub(super) struct Look {
    pub title: Format,
    pub note: Format,
    pub head: Format,
    pub head_number: Format,
    pub head_middle: Format,
    pub section: Format,
    pub text: Format,
    pub wrap: Format,
    pub date: Format,
    pub whole: Format,
    /// Amounts to the minor unit: given, worked out, and in a line of totals.
    pub money: Format,
    pub worked: Format,
    /// The same in schedules, where nothing is a dash.
    pub quiet: Format,
    pub total: Format,
    pub total_text: Format,
    /// Expected amounts, in whole major units: given, and totals.
    pub mean: Format,
    pub mean_total: Format,
    /// Plain numbers with a part of one, and those too large to be read.
    pub number: Format,
    pub large: Format,
    pub indented: Format,
    pub left: Format,
    pub share: Format,
    pub multiple: Format,
    pub rate: Format,
    pub good: Format,
}

impl Look {
    pub(super) fn new(currency: Currency) -> Self {
        let digits = currency.minor_digits();
        let cents = if digits == 0 { String::new() } else { format!(".{}", "0".repeat(digits)) };
        let exact = format!("#,##0{cents};-#,##0{cents};0{cents}");
        let rounded = "#,##0;-#,##0;\"–\"";
        let base = || Format::new().set_align(FormatAlign::Top);
        let given = |number: &str| base().set_num_format(number).set_font_color(GIVEN);
        let worked = |number: &str| base().set_num_format(number);
        let total = |format: Format| format.set_bold().set_border_top(FormatBorder::Thin).set_border_top_color(LINE);
        let head = || {
            let format = Format::new().set_bold().set_background_color(FILL).set_text_wrap().set_align(FormatAlign::VerticalCenter);
            format.set_border_bottom(FormatBorder::Thin).set_border_bottom_color(LINE)
        };
        Self {
            title: Format::new().set_bold().set_font_size(15),
            note: Format::new().set_font_color(GREY).set_align(FormatAlign::Top),
            head: head(),
            head_number: head().set_align(FormatAlign::Right),
            section: Format::new().set_bold().set_font_size(12),
            head_middle: head().set_align(FormatAlign::Center),
            text: base(),
            wrap: base().set_text_wrap(),
            date: base().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
            whole: given("#,##0").set_align(FormatAlign::Right),
            money: given(&exact),
            worked: worked(&exact),
            quiet: worked(&format!("#,##0{cents};-#,##0{cents};\"–\"")),
            total: total(worked(&exact)),
            total_text: total(base()),
            mean: given(rounded),
            mean_total: total(worked(rounded)),
            number: given("#,##0.0000"),
            large: given("0.00E+00"),
            indented: base().set_text_wrap().set_align(FormatAlign::Left).set_indent(1),
            left: base().set_align(FormatAlign::Left),
            share: given("0.00%"),
            multiple: worked("0.000\"×\""),
            rate: worked("0.00%"),
            good: worked(&exact).set_bold().set_background_color(Color::RGB(0xE3_F1_E6)),
        }
    }
}

impl Look {
    /// How a plain number is shown.
    pub(super) fn plain(&self, value: f64) -> &Format {
        match value.abs() {
            size if size >= 1e9 => &self.large,
            size if size.fract() == 0.0 => &self.whole,
            _ => &self.number,
        }
    }
}

/// Text that a cell can hold.
pub(super) fn fitting(text: &str) -> String {
    if text.chars().count() <= LONGEST { text.into() } else { text.chars().take(LONGEST).chain("…".chars()).collect() }
}

/// A number as it stands in a file.
pub(super) fn written(value: f64) -> String {
    if value == 0.0 { "0".into() } else { value.to_string() }
}

/// A formula with its result.
pub(super) fn formula(text: &str, result: f64) -> Formula {
    Formula::new(text).set_result(written(result))
}

/// An amount in major units.
pub(super) fn major(deal: &Deal, minor: i64) -> f64 {
    deal.currency.major(Money(minor))
}

/// Name, title and subtitle of a sheet, and how it is printed.
pub(super) fn begin(sheet: &mut Worksheet, look: &Look, name: &str, title: &str, notes: &[&str]) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    sheet.set_screen_gridlines(false).set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3).set_footer("&L&8&F, &A&R&8&P of &N");
    sheet.write_string_with_format(0, 0, title, &look.title)?;
    for (row, note) in (1..).zip(notes) {
        sheet.write_string_with_format(row, 0, fitting(note), &look.note)?;
    }
    Ok(())
}

/// A line of column heads: those from `numbers` on stand to the right.
pub(super) fn heads(sheet: &mut Worksheet, look: &Look, row: u32, first: u16, names: &[&str], numbers: usize) -> Result<(), XlsxError> {
    for (at, name) in names.iter().enumerate() {
        let format = if at >= numbers { &look.head_number } else { &look.head };
        sheet.write_string_with_format(row, first + at as u16, *name, format)?;
    }
    Ok(())
}

/// The widths of columns from the first on, in letters.
pub(super) fn widths(sheet: &mut Worksheet, widths: &[f64]) -> Result<(), XlsxError> {
    for (column, width) in (0..).zip(widths) {
        sheet.set_column_width(column, *width)?;
    }
    Ok(())
}

/// Makes a line as tall as its texts need in columns of these widths.
pub(super) fn tall(sheet: &mut Worksheet, row: u32, texts: &[(&str, f64)]) -> Result<(), XlsxError> {
    let lines =
        |(text, width): &(&str, f64)| text.lines().map(|line| (line.chars().count() as f64 * 1.1 / width).ceil().max(1.0)).sum::<f64>();
    let most = texts.iter().map(lines).fold(1.0, f64::max).min(27.0);
    if most > 1.0 {
        sheet.set_row_height(row, 15.0 * most)?;
    }
    Ok(())
}

/// A number, or nothing where there is none.
pub(super) fn number(sheet: &mut Worksheet, row: u32, column: u16, value: f64, format: &Format) -> Result<(), XlsxError> {
    if value.is_finite() {
        sheet.write_number_with_format(row, column, value, format)?;
    }
    Ok(())
}
