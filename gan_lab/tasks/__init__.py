"""The verbs of the command line: one file each, named like its task."""
