//! corner
