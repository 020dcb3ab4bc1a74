"""An adversarial autoencoder as one would write it by hand: Makhzani et al., 2016.

    python -m benchmarks.plain_adversarial_autoencoder WARM_UP ITERATIONS [OVERRIDES]

See by_hand.py.
"""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from benchmarks.by_hand import Setting, Step, main


def loop(setting: Setting) -> Step:
    """Return one iteration: the autoencoder learns, then D, then the encoder deceives it."""
    module, dim, device = setting.module, setting.config.latent.dim, setting.device
    encoder, decoder, discriminator = module.encoder, module.decoder, module.discriminator
    optimizer_a = setting.adam("autoencoder", encoder, decoder)
    optimizer_d = setting.adam("discriminator", discriminator)
    optimizer_g = setting.adam("generator", encoder)
    batches = setting.batches()

    def step(iteration: int) -> Tensor:
        (images,) = next(batches)
        ones, zeros = (torch.full((len(images),), value, device=device) for value in (1.0, 0.0))

        optimizer_a.zero_grad()
        lost = binary_cross_entropy_with_logits(decoder(encoder(images)), images, reduction="sum")
        lost = lost / len(images)
        lost.backward()
        optimizer_a.step()

        optimizer_d.zero_grad()
        latents = torch.randn(len(images), dim, device=device)
        loss_d = binary_cross_entropy_with_logits(discriminator(latents), ones)
        on_codes = discriminator(encoder(images).detach())
        loss_d = loss_d + binary_cross_entropy_with_logits(on_codes, zeros)
        loss_d.backward()
        optimizer_d.step()

        optimizer_g.zero_grad()
        loss_g = binary_cross_entropy_with_logits(discriminator(encoder(images)), ones)
        loss_g.backward()
        optimizer_g.step()
        return lost

    return step


if __name__ == "__main__":
    main(loop)
