//! How wide are the vectors of this processor, and how does a loop get to use all of them?
//!
//! The program is compiled for processors of 2009 (and portable code elsewhere). `widest!` compiles a
//! function once more for each [`Width`] and takes the best that the processor has when it runs. Widths differ in speed only: floating
//! point is never contracted or put in another order, so every result is the same to the bit (`tests/engine/engine.rs` holds that for whole
//! runs).

use core::sync::atomic::{AtomicU8, Ordering};

/// Instructions a function may be compiled for, narrowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Width {
    /// What every processor has that the program was built for.
    Portable,
    /// `popcnt`, BMI1 and BMI2 (x86-64 since 2013).
    Popcnt,
    /// AVX2, with what [`Width::Popcnt`] has: four `f64` at once.
    Avx2,
    /// AVX-512 (F, BW, DQ, VL, VPOPCNTDQ), with what [`Width::Avx2`] has: eight `f64` at once.
    Avx512,
}

/// The width to use: one more than its place in [`Width::ALL`], 0 while nobody has asked.
static CHOSEN: AtomicU8 = AtomicU8::new(0);

impl Width {
    /// Every width, narrowest first.
    pub const ALL: [Self; 4] = [Self::Portable, Self::Popcnt, Self::Avx2, Self::Avx512];

    /// Whether this processor has it.
    #[must_use]
    pub fn is_available(self) -> bool {
        #[cfg(target_arch = "x86_64")]
        {
            let popcnt = || is_x86_feature_detected!("popcnt") && is_x86_feature_detected!("bmi1") && is_x86_feature_detected!("bmi2");
            let avx2 = || popcnt() && is_x86_feature_detected!("avx2");
            let avx512 = || {
                avx2()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512vpopcntdq")
            };
            match self {
                Self::Portable => true,
                Self::Popcnt => popcnt(),
                Self::Avx2 => avx2(),
                Self::Avx512 => avx512(),
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        {
            self == Self::Portable
        }
    }

    /// The widest that this processor has, or what [`Width::at_most`] left of it.
    #[inline]
    #[must_use]
    pub fn best() -> Self {
        match CHOSEN.load(Ordering::Relaxed) {
            0 => Self::at_most(Self::Avx512),
            chosen => Self::ALL[usize::from(chosen - 1) % Self::ALL.len()],
        }
    }

    /// From now on takes nothing wider than `limit`, in the whole process; returns what it takes. For tests and benches: results are the
    /// same at any width.
    #[cold]
    pub fn at_most(limit: Self) -> Self {
        let widest = Self::ALL.into_iter().rev().find(|width| *width <= limit && width.is_available()).unwrap_or(Self::Portable);
        CHOSEN.store(widest as u8 + 1, Ordering::Relaxed);
        widest
    }
}

/// Instructions that the program was built to use and that this processor lacks: without them it would end by a signal, without a word.
#[cold]
#[inline(never)]
#[must_use]
pub fn lacking() -> Option<&'static str> {
    #[cfg(target_arch = "x86_64")]
    {
        // `is_x86_feature_detected` says yes to what the program was built for; the processor itself says what it has.
        #[allow(unsafe_code, unused_unsafe, reason = "every x86-64 processor has the instruction; newer compilers know it")]
        // SAFETY: `cpuid` is a part of x86-64, and so is its leaf 1.
        let has = unsafe { core::arch::x86_64::__cpuid(1) }.ecx;
        let needed = [
            (cfg!(target_feature = "sse3"), 0, "SSE3"),
            (cfg!(target_feature = "ssse3"), 9, "SSSE3"),
            (cfg!(target_feature = "sse4.1"), 19, "SSE4.1"),
            (cfg!(target_feature = "sse4.2"), 20, "SSE4.2"),
            (cfg!(target_feature = "popcnt"), 23, "POPCNT"),
            (cfg!(target_feature = "avx"), 28, "AVX"),
        ];
        needed.into_iter().find(|(needed, bit, _)| *needed && has >> bit & 1 == 0).map(|(_, _, name)| name)
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        None
    }
}

/// Defines functions that run at the widest vectors of the processor. What they call comes along only if it is inlined into them.
macro_rules! widest {
    ($($(#[$attribute:meta])* $access:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block)+) => {$(
        $(#[$attribute])*
        $access fn $name($($argument: $type),*) $(-> $result)? {
            $crate::numeric::wide::at!($crate::numeric::wide::Width::best(), fn($($argument: $type),*) $(-> $result)? $body)
        }
    )+};
}
pub(crate) use widest;

/// Runs a body, as a function of `name: type` that are in scope, at a [`Width`]; portably where the processor does not have it.
macro_rules! at {
    ($width:expr, fn($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block) => {{
        #[inline(always)]
        fn body($($argument: $type),*) $(-> $result)? $body
        #[cfg(target_arch = "x86_64")]
        {
            #[target_feature(enable = "popcnt,bmi1,bmi2")]
            fn popcnt($($argument: $type),*) $(-> $result)? { body($($argument),*) }
            #[target_feature(enable = "popcnt,bmi1,bmi2,avx2")]
            fn avx2($($argument: $type),*) $(-> $result)? { body($($argument),*) }
            #[target_feature(enable = "popcnt,bmi1,bmi2,avx2,avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq")]
            fn avx512($($argument: $type),*) $(-> $result)? { body($($argument),*) }
            let width: $crate::numeric::wide::Width = $width;
            #[allow(unsafe_code, reason = "the processor was asked for every feature that these functions enable")]
            // SAFETY: they are safe functions but for the features they need, and `best` gives only a width whose features are there.
            unsafe {
                match width {
                    $crate::numeric::wide::Width::Avx512 => avx512($($argument),*),
                    $crate::numeric::wide::Width::Avx2 => avx2($($argument),*),
                    $crate::numeric::wide::Width::Popcnt => popcnt($($argument),*),
                    $crate::numeric::wide::Width::Portable => body($($argument),*),
                }
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        {
            body($($argument),*)
        }
    }};
}
pub(crate) use at;
