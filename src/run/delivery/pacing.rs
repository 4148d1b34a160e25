//! Smooths bursts: what has come goes out in even portions, one with each frame.

use std::cell::RefCell;
use std::collections::VecDeque;

use super::{Batching, Delivery};

/// The length of a frame before two frames were seen, in milliseconds.
const FRAME_MS: f64 = 16.0;

/// The gap that is expected before the first one was measured, in milliseconds.
const FIRST_GAP_MS: f64 = 500.0;

/// Text that has arrived and is waiting.
#[derive(Debug)]
struct Part {
    units: usize,
    /// When the last of it goes out.
    due: f64,
}

/// Decides how much goes out with a frame.
#[derive(Debug)]
pub(super) struct Pacer {
    /// How long anything waits at most, in milliseconds.
    max_delay: f64,
    /// What waits, oldest first: one part for all that came between two frames, so there are as many as frames in `max_delay`.
    parts: VecDeque<Part>,
    units: usize,
    /// How long nothing arrived, lately. New text is spread over that time, so that it lasts until more arrives.
    gap: f64,
    last_arrival: f64,
    last_frame: Option<f64>,
    /// What arrives next still belongs to the newest part.
    is_open: bool,
}

impl Pacer {
    /// The pacer for this way of batching; `None` if it needs none.
    pub(super) fn of(batching: Batching) -> Option<RefCell<Self>> {
        let Batching::Pace(max_delay) = batching else { return None };
        Some(RefCell::new(Self {
            max_delay,
            parts: VecDeque::new(),
            units: 0,
            gap: max_delay.min(FIRST_GAP_MS),
            last_arrival: 0.0,
            last_frame: None,
            is_open: false,
        }))
    }

    /// There are `units` UTF-16 units waiting now.
    fn update(&mut self, units: usize, now: f64) {
        if let Some(gone) = self.units.checked_sub(units) {
            self.go(gone);
        } else {
            self.arrive(units - self.units, now);
        }
        self.units = units;
    }

    fn arrive(&mut self, units: usize, now: f64) {
        let since = now - self.last_arrival;
        self.last_arrival = now;
        // A long gap loses its effect after twice its length.
        self.gap = (self.gap - since / 2.0).max(since).min(self.max_delay);
        match self.parts.back_mut().filter(|_| self.is_open) {
            Some(part) => part.units += units,
            None => self.parts.push_back(Part { units, due: now + self.gap }),
        }
        self.is_open = true;
    }

    fn go(&mut self, mut units: usize) {
        while let Some(part) = self.parts.front_mut() {
            if part.units > units {
                part.units -= units;
                return;
            }
            units -= part.units;
            self.parts.pop_front();
        }
        // What arrives next does not wait for the frame after this one.
        self.last_frame = None;
    }

    /// How many of the waiting units go out with a frame: at this rate, each part has gone out when it is due.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // No text is so long.
    fn portion(&mut self, units: usize, now: f64) -> usize {
        self.update(units, now);
        self.is_open = false;
        let frame = self.last_frame.replace(now).map_or(FRAME_MS, |last| (now - last).max(1.0));
        let (mut waiting, mut portion) = (0.0, 0.0_f64);
        for part in &self.parts {
            waiting += part.units as f64;
            portion = portion.max(waiting * frame / (part.due - now).max(frame));
        }
        portion.ceil() as usize
    }
}

impl Delivery {
    /// Text that has arrived waits for its frame, or goes out at once if motion is not shown.
    pub(super) fn pace(&self) {
        if self.clock.shows_motion() {
            self.update_pacer();
            self.await_frame();
        } else {
            self.release();
            self.hand_on();
        }
    }

    /// Releases what goes out with this frame.
    pub(super) fn release_portion(&self, pacer: &RefCell<Pacer>) {
        if !self.clock.shows_motion() {
            return self.release();
        }
        let units = pacer.borrow_mut().portion(self.gathered(), self.clock.now());
        let source = self.pending.source.borrow().clone();
        if let Some(source) = source {
            source.release_part(units);
        }
    }

    /// Text has arrived, or was released.
    pub(super) fn update_pacer(&self) {
        if let Some(pacer) = &self.pending.pacer {
            pacer.borrow_mut().update(self.gathered(), self.clock.now());
        }
    }

    /// Waits for the next frame, if something is to go out with it. No frame is requested while the last portion is
    /// still being taken.
    pub(super) fn await_frame(&self) {
        if self.pending.pacer.is_none() || self.pending.due.borrow().is_some() || !self.has_gathered() || self.is_over()
        {
            return;
        }
        if !self.is_waited_for() {
            *self.pending.due.borrow_mut() = Some(self.clock.frame());
            self.changed.notify();
        }
    }

    fn gathered(&self) -> usize {
        let source = self.pending.source.borrow().clone();
        source.map_or(0, |source| source.gathered())
    }
}
