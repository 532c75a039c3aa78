//! lawfiles
