"""Runs the calls: pure machines, the door to Asterisk, the moving parts, and the question whether we may ring now."""
