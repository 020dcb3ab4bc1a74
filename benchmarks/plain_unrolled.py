"""An unrolled GAN as one would write it by hand: Metz et al., 2017, in plain PyTorch.

    python -m benchmarks.plain_unrolled WARM_UP ITERATIONS [OVERRIDES]

See by_hand.py. G's gradient goes through K steps of Adam, which are written out; both networks
learn at once, by the minimax loss.
"""

import torch
from torch import Tensor
from torch.func import functional_call
from torch.nn.functional import softplus

from benchmarks.by_hand import Setting, Step, main


def loop(setting: Setting) -> Step:
    """Return one iteration: both gradients at the old weights, then both steps."""
    config, device = setting.config, setting.device
    generator, discriminator = setting.module.generator, setting.module.discriminator
    optimizer_g = setting.adam("generator", generator)
    optimizer_d = setting.adam("discriminator", discriminator)
    batches, dim = setting.batches(), config.latent.dim
    named = dict(discriminator.named_parameters())

    def loss_of(weights: dict[str, Tensor], real: Tensor, fake: Tensor) -> Tensor:
        on_real = functional_call(discriminator, weights, (real,))
        on_fake = functional_call(discriminator, weights, (fake,))
        return softplus(-on_real).mean() + softplus(on_fake).mean()

    def ahead(real: Tensor, fake: Tensor) -> dict[str, Tensor]:
        group = optimizer_d.param_groups[0]
        beta1, beta2 = group["betas"]
        states = {name: optimizer_d.state.get(weight, {}) for name, weight in named.items()}
        mean = {name: state.get("exp_avg", 0.0) for name, state in states.items()}
        square = {name: state.get("exp_avg_sq", 0.0) for name, state in states.items()}
        done = max((int(state["step"]) for state in states.values() if state), default=0)
        weights = {name: weight.detach().requires_grad_() for name, weight in named.items()}
        for step in range(done + 1, done + 1 + config.algorithm.unroll):
            slopes = torch.autograd.grad(
                loss_of(weights, real, fake), list(weights.values()), create_graph=True
            )
            for (name, weight), slope in zip(list(weights.items()), slopes, strict=True):
                mean[name] = beta1 * mean[name] + (1 - beta1) * slope
                square[name] = beta2 * square[name] + (1 - beta2) * slope.square()
                root = (square[name] / (1 - beta2**step) + 1e-16).sqrt() + group["eps"]
                weights[name] = weight - group["lr"] * mean[name] / (1 - beta1**step) / root
        return weights

    def step(iteration: int) -> Tensor:
        (real,) = next(batches)
        fake = generator(torch.randn(len(real), dim, device=device))
        loss_d = loss_of(named, real, fake.detach())
        slopes_d = torch.autograd.grad(loss_d, list(named.values()))
        optimizer_g.zero_grad()
        loss_g = -loss_of(ahead(real, fake), real, fake)
        loss_g.backward()
        optimizer_g.step()
        for weight, slope in zip(named.values(), slopes_d, strict=True):
            weight.grad = slope
        optimizer_d.step()
        return loss_d

    return step


if __name__ == "__main__":
    main(loop)
