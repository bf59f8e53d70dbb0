"""Sample data: generated people and the mailing a Brazilian creditor would export; nobody in it exists."""
