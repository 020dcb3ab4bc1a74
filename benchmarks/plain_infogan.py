"""InfoGAN as one would write it by hand, to compare with: Chen et al., 2016, in plain PyTorch.

    python -m benchmarks.plain_infogan WARM_UP ITERATIONS [OVERRIDES]

See by_hand.py. The latents are those of latent=structured: noise, a category, continuous numbers.
"""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, one_hot

from benchmarks.by_hand import Setting, Step, main

NOISE, CLASSES, NUMBERS = 62, 10, 2


def loop(setting: Setting) -> Step:
    """Return one iteration: D and Q learn, then G."""
    generator, discriminator = setting.module.generator, setting.module.discriminator
    optimizer_g = setting.adam("generator", generator)
    optimizer_d = setting.adam("discriminator", discriminator)
    batches, device = setting.batches(), setting.device

    def drawn(n: int) -> tuple[Tensor, Tensor, Tensor]:
        noise = 2 * torch.rand(n, NOISE, device=device) - 1
        classes = torch.randint(CLASSES, (n,), device=device)
        numbers = 2 * torch.rand(n, NUMBERS, device=device) - 1
        latents = torch.cat([noise, one_hot(classes, CLASSES), numbers], dim=1)
        return latents, classes, numbers

    def untold(head: Tensor, classes: Tensor, numbers: Tensor) -> Tensor:
        squares = (head[:, CLASSES:] - numbers).square().sum(dim=1).mean()
        return cross_entropy(head[:, :CLASSES], classes) + squares / 2

    def step(iteration: int) -> Tensor:
        (real,) = next(batches)
        ones, zeros = (torch.full((len(real),), value, device=device) for value in (1.0, 0.0))

        optimizer_d.zero_grad()
        latents, *told = drawn(len(real))
        of_real = discriminator(real)
        of_fake = discriminator(generator(latents).detach(), with_features=True)
        loss_d = binary_cross_entropy_with_logits(of_real, ones)
        loss_d = loss_d + binary_cross_entropy_with_logits(of_fake.logits, zeros)
        loss_d = loss_d + untold(of_fake.head, *told)
        loss_d.backward()
        optimizer_d.step()

        optimizer_g.zero_grad()
        latents, *told = drawn(len(real))
        of_fake = discriminator(generator(latents), with_features=True)
        loss_g = binary_cross_entropy_with_logits(of_fake.logits, ones)
        loss_g = loss_g + untold(of_fake.head, *told)
        loss_g.backward()
        optimizer_g.step()
        return loss_d

    return step


if __name__ == "__main__":
    main(loop)
