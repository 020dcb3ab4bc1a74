"""A semi-supervised GAN as one would write it by hand: Salimans et al., 2016, in plain PyTorch.

    python -m benchmarks.plain_semi_supervised WARM_UP ITERATIONS [OVERRIDES]

See by_hand.py. D learns from labelled, other and generated images, G to match D's features.
"""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, softplus

from benchmarks.by_hand import Setting, Step, main
from gan_lab.data.labelled import labelled_part


def loop(setting: Setting) -> Step:
    """Return one iteration: D learns, then G."""
    config, device = setting.config, setting.device
    generator, discriminator = setting.module.generator, setting.module.discriminator
    optimizer_g = setting.adam("generator", generator)
    optimizer_d = setting.adam("discriminator", discriminator)
    stored = setting.images["data"]
    few = labelled_part(stored, config.data.labelled, config.seed)
    # As many copies as a minibatch needs at least, for a set that may be smaller than one.
    copies = torch.arange(len(few)).repeat(-(-config.batch_size // len(few)))
    labelled = setting.shuffled(few.at(copies), few.labels[copies].long())
    batches, dim = setting.batches(), config.latent.dim

    def fakes(n: int) -> Tensor:
        return generator(torch.rand(n, dim, device=device))

    def step(iteration: int) -> Tensor:
        (real,), (known, labels) = next(batches), next(labelled)

        optimizer_d.zero_grad()
        on_real, on_fake = discriminator(real), discriminator(fakes(len(real)).detach())
        of_classes = discriminator(known, with_features=True).head
        loss_d = softplus(-on_real).mean() + softplus(on_fake).mean()
        loss_d = loss_d + cross_entropy(of_classes, labels)
        loss_d.backward()
        optimizer_d.step()

        optimizer_g.zero_grad()
        (real,) = next(batches)
        of_real = discriminator(real, with_features=True).features.mean(dim=0)
        of_fake = discriminator(fakes(len(real)), with_features=True).features.mean(dim=0)
        loss_g = config.terms.feature_matching.weight * (of_real - of_fake).square().sum()
        loss_g.backward()
        optimizer_g.step()
        return loss_d

    return step


if __name__ == "__main__":
    main(loop)
