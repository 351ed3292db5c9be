//! How the page calls: text in and out of the module's memory.
//!
//! The page puts a request into space that it was given and has the address of the answer back: its length (32 bits, little-endian), then its
//! text. There is one thread and one session.

#![allow(unsafe_code, reason = "a module and its page share memory by address; there is no safe form of that")]

use core::cell::RefCell;
use core::mem;

use crate::Session;

thread_local! {
    static SESSION: RefCell<Session> = RefCell::new(Session::default());
    /// The last answer, until the next one.
    static ANSWER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Space for a request of `length` bytes.
// SAFETY: no other function of the module has this name.
#[unsafe(no_mangle)]
pub extern "C" fn space(length: usize) -> *mut u8 {
    let mut space = mem::ManuallyDrop::new(vec![0; length]);
    space.as_mut_ptr()
}

/// Answers the request of `length` bytes at `request`, which must be space that [`space`] gave for that length; the space is given back.
// SAFETY: no other function of the module has this name.
#[unsafe(no_mangle)]
pub extern "C" fn call(request: *mut u8, length: usize) -> *const u8 {
    // SAFETY: the page passes what `space` returned for this length, once.
    let request = unsafe { Vec::from_raw_parts(request, length, length) };
    let text = SESSION.with_borrow_mut(|session| session.answer(&String::from_utf8_lossy(&request)));
    ANSWER.with_borrow_mut(|answer| {
        answer.clear();
        answer.extend_from_slice(&(text.len() as u32).to_le_bytes());
        answer.extend_from_slice(text.as_bytes());
        answer.as_ptr()
    })
}
