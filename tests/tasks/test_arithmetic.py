"""The neighbours of a result."""

import torch

from gan_lab.tasks.arithmetic import CENTRE, neighbours


def test_the_result_stands_amid_8_others_within_the_noise():
    latent = torch.arange(50.0)

    found = neighbours(latent, noise=0.25, seed=0)

    shifts = (found - latent).abs()
    assert found.shape == (9, 50)
    assert torch.equal(found[CENTRE], latent)
    assert shifts.max() <= 0.25 + 1e-5
    assert (shifts.amax(dim=1) > 0.1).sum() == 8
