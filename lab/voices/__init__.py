"""Brazilian Portuguese voices that Whisper understands, rendered once and kept as telephone sound."""
