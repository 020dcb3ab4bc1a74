"""The joint between Lightning's events and what a run writes and shows."""
