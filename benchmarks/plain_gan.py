"""The loop that one would write by hand, to compare with: Algorithm 1 in plain PyTorch.

    python -m benchmarks.plain_gan WARM_UP ITERATIONS [OVERRIDES]

See by_hand.py. The loss is the non-saturating one, or the relativistic one with loss=relativistic;
R1 and R2 have the weights of terms=. With data.condition=labels both networks are told of them.
"""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

from benchmarks.by_hand import Setting, Step, main
from gan_lab.losses.relativistic import Relativistic


def loop(setting: Setting) -> Step:
    """Return one iteration: D learns, then G."""
    module, device = setting.module, setting.device
    generator, discriminator = module.generator, module.discriminator
    optimizer_g = setting.adam("generator", generator)
    optimizer_d = setting.adam("discriminator", discriminator)
    batches = setting.batches(labels=setting.config.data.condition == "labels")
    latent_dim = setting.config.latent.dim
    relativistic, penalties = isinstance(module.loss, Relativistic), module.terms.terms

    def step(iteration: int) -> Tensor:
        real, *told = next(batches)
        ones, zeros = (torch.full((len(real),), value, device=device) for value in (1.0, 0.0))

        optimizer_d.zero_grad()
        fake = generator(torch.randn(len(real), latent_dim, device=device), *told).detach()
        due = {name for name, term in penalties.items() if iteration % term.every == 0}
        real.requires_grad_("r1" in due)
        fake.requires_grad_("r2" in due)
        logits_real, logits_fake = discriminator(real, *told), discriminator(fake, *told)
        if relativistic:
            loss_d = softplus(logits_fake - logits_real).mean()
        else:
            loss_real = binary_cross_entropy_with_logits(logits_real, ones)
            loss_fake = binary_cross_entropy_with_logits(logits_fake, zeros)
            loss_d = loss_real + loss_fake
        for name in due:
            logits, images = (logits_real, real) if name == "r1" else (logits_fake, fake)
            gamma = penalties[name].weight * penalties[name].every
            loss_d = loss_d + gamma / 2 * squared_gradient_norm(logits, images)
        loss_d.backward()
        optimizer_d.step()

        optimizer_g.zero_grad()
        if relativistic:
            real, *told = next(batches)
        fake = generator(torch.randn(len(real), latent_dim, device=device), *told)
        if relativistic:
            loss_g = softplus(discriminator(real, *told) - discriminator(fake, *told)).mean()
        else:
            loss_g = binary_cross_entropy_with_logits(discriminator(fake, *told), ones)
        loss_g.backward()
        optimizer_g.step()
        return loss_d

    return step


def squared_gradient_norm(logits: Tensor, images: Tensor) -> Tensor:
    """Return the mean squared norm of the gradient of D by its images."""
    (gradient,) = torch.autograd.grad(logits.sum(), images, create_graph=True)
    return gradient.square().sum(dim=(1, 2, 3)).mean()


if __name__ == "__main__":
    main(loop)
