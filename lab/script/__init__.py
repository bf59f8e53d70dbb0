"""What simulated people do and say: behaviours by seed, dialogues in Portuguese with every number in words."""
