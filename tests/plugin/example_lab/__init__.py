"""One of each part, as in docs/extending.md. Its files are imported when a part is chosen."""
