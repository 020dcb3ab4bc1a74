"""The run directory: what lies where, and how it is written so that nothing finished is lost."""
