//! Time that passes only when everybody waits.

pub(crate) use refinire_web::testing::VirtualClock as Time;
