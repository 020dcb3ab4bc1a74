"""A minibatch in pieces: the same gradients as of all of it at once."""

from functools import partial

import pytest
import torch
from torch import nn

from gan_lab.losses.adversarial import NonSaturating
from gan_lab.losses.r1 import R1
from gan_lab.losses.r2 import R2
from gan_lab.losses.relativistic import Relativistic
from gan_lab.training.player import Player, Recipe
from tests.test_contracts import OTHERS, SMOOTH, TINY
from tests.training.conftest import BATCH, fit, tiny_gan


def networks():
    """Return networks of which no layer mixes images."""
    torch.manual_seed(0)
    return {
        "generator": nn.Sequential(
            nn.Linear(4, 16), nn.Softplus(), nn.Linear(16, 16), nn.Unflatten(1, (1, 4, 4))
        ),
        "discriminator": nn.Sequential(
            nn.Flatten(), nn.Linear(16, 9), nn.Softplus(), nn.Linear(9, 1), nn.Flatten(0)
        ),
    }


def trained(micro_batch, **changes):
    # A step of SGD is as long as the gradient, so a wrong share would show.
    player = Player(partial(torch.optim.SGD, lr=0.1))
    recipe = Recipe(
        {"generator": player, "discriminator": player},
        batch_size=BATCH,
        seed=0,
        micro_batch=micro_batch,
    )
    module = tiny_gan(**networks(), recipe=recipe, **changes)
    seen = []
    module.discriminator.register_forward_hook(lambda _, args, __: seen.append(len(args[0])))
    fit(module, 3)
    return module, max(seen)


@pytest.mark.parametrize(
    "changes",
    [
        {"loss": NonSaturating()},
        {"loss": Relativistic(), "terms": {"r1": R1(weight=1.0), "r2": R2(weight=0.5)}},
        {"discriminator_steps": 2, "terms": {"r1": R1(weight=1.0, every=2)}},
    ],
)
def test_a_gan_learns_the_same_from_pieces(changes):
    (whole, _), (pieces, seen) = trained(None, **changes), trained(2, **changes)

    # Without a gradient of images both kinds are shown at once.
    assert seen <= 4
    for name, weight in whole.state_dict().items():
        torch.testing.assert_close(pieces.state_dict()[name], weight, rtol=1e-5, atol=1e-6)
    assert pieces.meters.read() == pytest.approx(whole.meters.read(), rel=1e-4)


def test_the_whole_minibatch_in_one_piece_is_the_same_bit_for_bit():
    whole, one = trained(None)[0], trained(BATCH)[0]

    for name, weight in whole.state_dict().items():
        assert torch.equal(one.state_dict()[name], weight)


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        (*SMOOTH, "data.size=8", "terms=[gradient_penalty,drift]", "loss=wasserstein"),
        ("algorithm=vae", *OTHERS["autoencoder"][1:], "likelihood=gaussian"),
        *(OTHERS[name] for name in ("autoencoder", "nade", "adversarial autoencoder", "stargan")),
    ],
)
def test_every_algorithm_that_works_so_learns_the_same(words, trained):
    found = [
        torch.load(trained(*TINY, *words, *piece) / "checkpoints/last.ckpt", weights_only=True)
        for piece in ((), ("micro_batch=2",))
    ]

    for name, weight in found[0]["state_dict"].items():
        torch.testing.assert_close(found[1]["state_dict"][name], weight, rtol=1e-4, atol=1e-6)
