"""One agent as a pure state machine."""
