"""`alo simulate`: pacing policies side by side on simulated days, as a table, a figure or JSON."""
