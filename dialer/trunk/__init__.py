"""Which trunk carries a call, under which number, and how fast. Pure: no clock, no I/O; times are the caller's."""
