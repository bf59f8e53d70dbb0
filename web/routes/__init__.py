"""Addresses: pages for people, streams, and the agents' API."""
