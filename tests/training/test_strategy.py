"""A penalty on gradients over two processes: second derivatives are exchanged like first ones."""

import os
from functools import partial

import torch
from torch import nn

from gan_lab import seeding
from gan_lab.losses.adversarial import LeastSquares
from gan_lab.training.strategy import GANStrategy
from tests.end_to_end.campaign import PROCESSES, free_port
from tests.training.conftest import fit, tiny_gan

ITERATIONS = 20


class Discriminator(nn.Sequential):
    """Leaves with its logits the images that they are for."""

    def forward(self, images):
        logits = super().forward(images.requires_grad_())
        logits.images = images
        return logits


class WithR1:
    """Least squares and the R1 penalty, the squared gradient of the logits at real images."""

    def __init__(self, strength):
        self.strength = strength
        self.loss = LeastSquares(0.0, 1.0, 1.0)

    def __getattr__(self, name):
        return getattr(self.loss, name)

    def discriminator(self, real_logits, fake_logits):
        loss = self.loss.discriminator(real_logits, fake_logits)
        (slope,) = torch.autograd.grad(real_logits.sum(), real_logits.images, create_graph=True)
        penalty = slope.square().flatten(1).sum(1).mean()
        return loss._replace(real=loss.real + self.strength * penalty)


def trained(strength=1.0, **options):
    """Return the weights after a training in which nothing depends on the number of processes."""
    seeding.seed_global(0, "weights")
    module = tiny_gan(
        generator=nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Unflatten(1, (1, 4, 4))),
        discriminator=Discriminator(
            nn.Flatten(), nn.Linear(16, 16), nn.Softplus(), nn.Linear(16, 1), nn.Flatten(0)
        ),
        loss=WithR1(strength),
        generator_optimizer=partial(torch.optim.SGD, lr=0.05),
        discriminator_optimizer=partial(torch.optim.SGD, lr=0.05),
        discriminator_steps=2,
    )
    fit(module, ITERATIONS, **options)
    return module.state_dict()


def one_of_two(rank, folder, port):
    address = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "NODE_RANK": "0"}
    os.environ |= address | {"WORLD_SIZE": "2", "LOCAL_RANK": str(rank)}
    torch.save(trained(devices=2, strategy=GANStrategy()), folder / f"{rank}.pt")


def test_two_processes_with_a_gradient_penalty_train_what_one_trains_and_stay_alike(tmp_path):
    port = free_port()
    both = [PROCESSES.Process(target=one_of_two, args=(rank, tmp_path, port)) for rank in (0, 1)]
    for process in both:
        process.start()
    for process in both:
        process.join()

    one, without = trained(), trained(strength=0.0)
    first, second = (torch.load(tmp_path / f"{rank}.pt") for rank in range(2))

    for key, weights in one.items():
        assert torch.equal(first[key], second[key])
        torch.testing.assert_close(first[key], weights, rtol=0, atol=1e-6)
    assert not torch.allclose(one["generator.0.weight"], without["generator.0.weight"], atol=1e-4)
