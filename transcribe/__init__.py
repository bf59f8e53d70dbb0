"""Sound to words: recordings become transcripts with speakers and times."""
