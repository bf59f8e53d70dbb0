"""The only door to Asterisk."""
