"""WGAN-GP as one would write it by hand, to compare with: Gulrajani et al., 2017, in plain PyTorch.

    python -m benchmarks.plain_wasserstein WARM_UP ITERATIONS [OVERRIDES]

See by_hand.py. With the drift of Karras et al., 2018, for their networks at one size.
"""

import torch
from torch import Tensor

from benchmarks.by_hand import Setting, Step, main


def loop(setting: Setting) -> Step:
    """Return one iteration: D learns, then G."""
    config, device, terms = setting.config, setting.device, setting.config.terms
    generator, discriminator = setting.module.generator, setting.module.discriminator
    optimizer_g = setting.adam("generator", generator)
    optimizer_d = setting.adam("discriminator", discriminator)
    batches, dim = setting.batches(), config.latent.dim

    def step(iteration: int) -> Tensor:
        (real,) = next(batches)

        optimizer_d.zero_grad()
        fake = generator(torch.randn(len(real), dim, device=device)).detach()
        on_real, on_fake = discriminator(real), discriminator(fake)
        share = torch.rand(len(real), 1, 1, 1, device=device)
        between = (share * real + (1 - share) * fake).requires_grad_()
        logits = discriminator(between)
        (slope,) = torch.autograd.grad(logits.sum(), between, create_graph=True)
        penalty = (slope.flatten(1).norm(dim=1) - 1).square().mean()
        loss_d = on_fake.mean() - on_real.mean() + terms.gradient_penalty.weight * penalty
        loss_d = loss_d + terms.drift.weight * on_real.square().mean()
        loss_d.backward()
        optimizer_d.step()

        optimizer_g.zero_grad()
        loss_g = -discriminator(generator(torch.randn(len(real), dim, device=device))).mean()
        loss_g.backward()
        optimizer_g.step()
        return loss_d

    return step


if __name__ == "__main__":
    main(loop)
