"""The recipe of Goodfellow et al., 2014: what their code does, and not their paper's box."""

import copy
from functools import partial

import torch
from torch import nn
from torch.nn.functional import logsigmoid

from gan_lab.schedules import Course, Exponential
from tests.training.conftest import fit, recipe, tiny_gan
from tests.training.test_gan import assert_same_weights, plain, record


def test_the_2014_recipe_equals_the_authors_update_written_by_hand(monkeypatch):
    """goodfeli/adversarial: half of D's losses, classical momentum, both networks at once."""
    module = tiny_gan(
        **plain(nn.Sigmoid()),
        update="simultaneous",
        recipe=recipe(
            # The rate of D is halved instead of its loss.
            generator={"optimizer": partial(torch.optim.SGD, lr=0.1, momentum=0.5, fused=True)},
            discriminator={
                "optimizer": partial(torch.optim.SGD, lr=0.05, momentum=0.5, fused=True)
            },
            courses={"momentum": Course("linear", 0.5, 0.7, 10, "iterations")},
            schedule=Exponential(divisor=1.000004, floor=1e-5),
            max_column_norm=0.6,
            average=None,
        ),
    )
    generator, discriminator = copy.deepcopy(module.generator), copy.deepcopy(module.discriminator)
    weights = [*generator.parameters(), *discriminator.parameters()]
    steps = [torch.zeros_like(weight) for weight in weights]
    iterations = record(module, monkeypatch, "iterate")

    fit(module, 6)

    lr = 0.1
    for iteration, (batches, draws) in enumerate(iterations):
        momentum = 0.5 + 0.2 * iteration / 10
        real_logits = discriminator(batches["data"][0].images)
        fake_logits = discriminator(generator(draws["generator"].latents))
        of_d = -0.5 * (logsigmoid(real_logits).mean() + logsigmoid(-fake_logits).mean())
        of_g = -logsigmoid(fake_logits).mean()
        gradients = [
            *torch.autograd.grad(of_g, generator.parameters(), retain_graph=True),
            *torch.autograd.grad(of_d, discriminator.parameters()),
        ]
        for weight, step, gradient in zip(weights, steps, gradients, strict=True):
            step.copy_(momentum * step - lr * gradient)
            with torch.no_grad():
                weight += step
                if weight.dim() == 2:
                    norms = weight.norm(dim=1, keepdim=True)
                    weight *= norms.clamp(0, 0.6) / (1e-7 + norms)
        lr = max(lr / 1.000004, 1e-6)
    trained = (module.generator, module.discriminator)
    assert_same_weights(trained, (generator, discriminator), rtol=2e-5, atol=1e-6)
