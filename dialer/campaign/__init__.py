"""The life of a campaign and what it dials next."""
