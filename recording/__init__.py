"""Keeps the sound: two channels per call, finalised, checked against the call's length, stored."""
