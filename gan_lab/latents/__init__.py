"""The priors p(z)."""
