"""The predictive law: what it learns (ringing, answer rate, kinds, handling), foresees (overflow) and promises."""
