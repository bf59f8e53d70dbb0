"""What the pages read from the database; every query is bounded."""
