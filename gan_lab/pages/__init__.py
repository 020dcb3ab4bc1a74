"""Pages to open in a browser: one file each, which loads nothing and runs nobody else's script."""
