"""Pictures: pure functions from arrays."""
