"""Penalties on gradients over two processes: second derivatives are exchanged like first ones."""

import os
from functools import partial

import pytest
import torch
from torch import distributed, nn

from gan_lab import seeding
from gan_lab.losses.adversarial import LeastSquares
from gan_lab.losses.gradient_penalty import GradientPenalty
from gan_lab.losses.r1 import R1
from gan_lab.training.ddp_strategy import PerPlayerDDPStrategy
from tests.end_to_end.campaign import free_port
from tests.processes import together
from tests.training.conftest import fit, recipe, tiny_gan

ITERATIONS = 20


@pytest.fixture
def one_process(tmp_path):
    store = distributed.FileStore(str(tmp_path / "store"), 1)
    distributed.init_process_group("gloo", store=store, rank=0, world_size=1)
    yield
    distributed.destroy_process_group()


@pytest.mark.usefixtures("one_process")
def test_a_weight_that_a_phase_leaves_alone_gets_no_gradient():
    # An optimizer would make a step of zeros: weight decay, momentum, a shrinking second moment.
    module = nn.ModuleDict({"body": nn.Linear(2, 1), "head": nn.Linear(2, 1)})
    module.learning, module.weights_of = "both", lambda player: list(module.parameters())
    strategy = PerPlayerDDPStrategy(parallel_devices=[torch.device("cpu")])
    strategy._lightning_module = module
    module["body"](torch.ones(1, 2)).sum().backward()

    strategy.post_backward(torch.zeros(()))

    assert [weight.grad is None for weight in module.parameters()] == [False, False, True, True]
    assert module["body"].weight.grad.tolist() == [[1.0, 1.0]]


def trained(weight=1.0, **options):
    """Return the weights after a training in which nothing depends on the number of processes."""
    seeding.seed_global(0, "weights")
    sgd = partial(torch.optim.SGD, lr=0.05)
    module = tiny_gan(
        generator=nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Unflatten(1, (1, 4, 4))),
        discriminator=nn.Sequential(
            nn.Flatten(), nn.Linear(16, 16), nn.Softplus(), nn.Linear(16, 1), nn.Flatten(0)
        ),
        loss=LeastSquares(),
        terms={
            "r1": R1(weight=2 * weight, every=2),
            "gradient_penalty": GradientPenalty(weight=weight),
        },
        recipe=recipe(optimizer=sgd),
        discriminator_steps=2,
    )
    fit(module, ITERATIONS, **options)
    return module.state_dict()


def one_of_two(rank, folder, port):
    address = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "NODE_RANK": "0"}
    os.environ |= address | {"WORLD_SIZE": "2", "LOCAL_RANK": str(rank)}
    torch.save(trained(devices=2, strategy=PerPlayerDDPStrategy()), folder / f"{rank}.pt")


@pytest.mark.slow
def test_two_processes_with_gradient_penalties_train_what_one_trains_and_stay_alike(tmp_path):
    together(2, one_of_two, tmp_path, free_port())

    one, without = trained(), trained(weight=0.0)
    first, second = (torch.load(tmp_path / f"{rank}.pt") for rank in range(2))

    for key, weights in one.items():
        assert torch.equal(first[key], second[key])
        torch.testing.assert_close(first[key], weights, rtol=0, atol=1e-6)
    assert not torch.allclose(one["generator.0.weight"], without["generator.0.weight"], atol=1e-4)
