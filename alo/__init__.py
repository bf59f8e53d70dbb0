"""The roof: command line, wiring, up, demo, doctor."""
