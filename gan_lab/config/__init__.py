"""The configuration: composed by Hydra, checked here, and turned into objects here."""
