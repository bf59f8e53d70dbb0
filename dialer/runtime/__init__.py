"""The moving parts: dispatcher, pacing tick, reconcile."""
