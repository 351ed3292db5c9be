//! What the page does for the engine: it tells the time, and shows how far a long study is.

use pfsim::Progress;

/// Milliseconds from some moment on.
pub fn now() -> f64 {
    page::now()
}

/// Shows how far a study is.
pub fn tell(progress: Progress) {
    page::progress(progress.done as f64, progress.total as f64, progress.phase.label());
}

/// Shows how far something is, in whatever it counts.
pub fn show(done: f64, total: f64, what: &str) {
    page::progress(done, total, what);
}

#[cfg(target_arch = "wasm32")]
mod page {
    #![allow(unsafe_code, reason = "functions of the page are foreign ones")]

    mod outside {
        #[link(wasm_import_module = "desk")]
        unsafe extern "C" {
            pub fn now() -> f64;
            pub fn progress(done: f64, total: f64, phase: *const u8, length: usize);
        }
    }

    pub fn now() -> f64 {
        // SAFETY: it takes nothing and returns a number.
        unsafe { outside::now() }
    }

    pub fn progress(done: f64, total: f64, phase: &str) {
        // SAFETY: the page only reads the text, while this call lasts.
        unsafe { outside::progress(done, total, phase.as_ptr(), phase.len()) }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod page {
    use std::sync::OnceLock;
    use std::time::Instant;

    pub fn now() -> f64 {
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed().as_secs_f64() * 1e3
    }

    pub fn progress(_: f64, _: f64, _: &str) {}
}
