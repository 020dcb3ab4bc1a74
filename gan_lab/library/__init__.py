"""gan_lab from Python: what `import gan_lab` offers, each by the same code as its command."""
