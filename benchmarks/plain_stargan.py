"""StarGAN as one would write it by hand, to compare with: Choi et al., 2018, in plain PyTorch.

    python -m benchmarks.plain_stargan WARM_UP ITERATIONS [OVERRIDES]

See by_hand.py. An iteration is one update of G after some of D, each on a minibatch of its own.
"""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, l1_loss

from benchmarks.by_hand import Setting, Step, main


def loop(setting: Setting) -> Step:
    """Return one iteration."""
    settings, terms = setting.config.algorithm, setting.config.terms
    generator, discriminator = setting.module.generator, setting.module.discriminator
    optimizer_g = setting.adam("generator", generator)
    optimizer_d = setting.adam("discriminator", discriminator)
    batches = setting.batches(labels=True)

    def learn(real: Tensor, domains: Tensor, target: Tensor) -> Tensor:
        optimizer_d.zero_grad()
        fake = generator(real, target).detach()
        of_real, on_fake = discriminator(real, with_features=True), discriminator(fake)
        share = torch.rand(len(real), 1, 1, 1, device=setting.device)
        between = (share * real + (1 - share) * fake).requires_grad_()
        (slope,) = torch.autograd.grad(discriminator(between).sum(), between, create_graph=True)
        penalty = (slope.flatten(1).norm(dim=1) - 1).square().mean()
        loss = on_fake.mean() - of_real.logits.mean() + terms.gradient_penalty.weight * penalty
        loss = loss + settings.classification_weight * cross_entropy(of_real.head, domains)
        loss.backward()
        optimizer_d.step()
        return loss

    def step(iteration: int) -> Tensor:
        for _ in range(settings.discriminator_steps):
            real, domains = next(batches)
            target = domains[torch.randperm(len(domains), device=setting.device)]
            loss = learn(real, domains, target)
        optimizer_g.zero_grad()
        fake = generator(real, target)
        of_fake = discriminator(fake, with_features=True)
        lost = l1_loss(generator(fake, domains), real)
        loss_g = -of_fake.logits.mean() + settings.reconstruction_weight * lost
        loss_g = loss_g + settings.classification_weight * cross_entropy(of_fake.head, target)
        loss_g.backward()
        optimizer_g.step()
        return loss

    return step


if __name__ == "__main__":
    main(loop)
