"""Theorems and statements as runnable checks, each in a file of its own under the claim's name."""
