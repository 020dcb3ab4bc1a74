"""The adversarial game: who is updated when."""
