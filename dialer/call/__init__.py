"""One call as a pure state machine: facts in, orders out."""
