"""Directions at an image."""

from gan_lab.claims.latent_dimension import check, network


def test_the_claim_holds():
    outcome = check(dims=(2, 8))

    assert outcome.holds
    assert outcome.numbers["8 latents: fewest"] == 8


def test_it_fails_of_generators_whose_latents_are_others():
    assert not check(dims=(2, 8), network=lambda dim: Padded(dim)).holds


class Padded:
    """A generator that sees but one of its latents."""

    def __init__(self, dim):
        self.network = network(1)

    def double(self):
        self.network.double()
        return self

    def __call__(self, latents_NZ):
        return self.network(latents_NZ[:, :1])
