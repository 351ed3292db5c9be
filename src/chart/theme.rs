//! What do all charts look like?
//!
//! Comes in: nothing. Goes out: colours and sizes. Must never know: which chart uses them.
//!
//! The hues are those of Okabe and Ito (2008), which people with any common form of colour blindness tell apart; blue and vermilion are
//! darkened so that text in them keeps a contrast of at least 4.5 to 1 on white. No chart relies on colour alone.

/// An opaque or translucent colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Colour {
    /// Red, green and blue.
    pub rgb: (u8, u8, u8),
    /// 1 is opaque.
    pub alpha: f64,
}

const fn opaque(red: u8, green: u8, blue: u8) -> Colour {
    Colour { rgb: (red, green, blue), alpha: 1.0 }
}

/// How charts look. Lengths are in CSS pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// Width of every picture.
    pub width: f64,
    /// White space around everything.
    pub margin: f64,
    /// Size of the title.
    pub title: f64,
    /// Size of the subtitle and of labels that carry a finding.
    pub text: f64,
    /// Size of axis labels and notes.
    pub small: f64,
    /// The page.
    pub paper: Colour,
    /// Text.
    pub ink: Colour,
    /// Text of second rank, axes.
    pub muted: Colour,
    /// Grid lines.
    pub grid: Colour,
    /// The main series.
    pub main: Colour,
    /// What deserves a warning: losses, caps, payment without effect.
    pub alarm: Colour,
    /// A third category.
    pub second: Colour,
    /// What is neutral.
    pub quiet: Colour,
    /// What was, behind what is.
    pub before: Colour,
    /// Colours of parts of what comes in, in turn; always drawn with a direct label.
    pub incoming: [Colour; 3],
    /// Colours of parts of what goes out, in turn; always drawn with a direct label.
    pub outgoing: [Colour; 3],
}

/// The only theme.
pub(super) const THEME: Theme = Theme {
    width: 880.0,
    margin: 24.0,
    title: 19.0,
    text: 13.0,
    small: 12.0,
    paper: opaque(0xff, 0xff, 0xff),
    ink: opaque(0x1d, 0x26, 0x33),
    muted: opaque(0x55, 0x60, 0x6e),
    grid: opaque(0xe1, 0xe5, 0xea),
    main: opaque(0x00, 0x6b, 0xab),
    alarm: opaque(0xb8, 0x4a, 0x00),
    second: opaque(0xf0, 0xc4, 0x4c),
    quiet: opaque(0xcf, 0xd6, 0xde),
    before: opaque(0x8d, 0x96, 0xa1),
    incoming: [opaque(0x00, 0x6b, 0xab), opaque(0x56, 0xb4, 0xe9), opaque(0x00, 0x45, 0x70)],
    outgoing: [opaque(0xe6, 0x9f, 0x00), opaque(0xb8, 0x4a, 0x00), opaque(0xf4, 0xcc, 0x7a)],
};

impl Colour {
    /// The same colour, let through by `alpha`.
    pub(super) const fn faded(self, alpha: f64) -> Self {
        Self { rgb: self.rgb, alpha }
    }
}
