"""What each player's steps do to D's answers: one of them moves, and the other one's weights rest.

Networks of the package on digits of 8x8 pixels: D trains alone first, and G alone after it. (Of the
algorithms themselves the package's tests ask the same.)
"""

import torch
from torch import Tensor, nn

from gan_lab import seeding
from gan_lab.claims.game import NON_SATURATING
from gan_lab.claims.outcome import Outcome
from gan_lab.data.digits import Digits
from gan_lab.figures.curves import Curve, Panel
from gan_lab.networks.mlp import MLPDiscriminator, MLPGenerator

SHAPE = (1, 8, 8)
LATENTS = 16
HIDDEN = (100, 100)
STEPS_OF_D, STEPS_OF_G = 10, 60
BATCH = 200
RATE = 5e-3


def check(d_rests: bool = True) -> Outcome:
    """Let D take its steps, then G.

    Args:
        d_rests: whether D's weights stay in G's steps, as they do in every GAN.
    """
    images = Digits(size=8).load().pixels.float() / 255
    torch.manual_seed(0)
    generator = MLPGenerator(LATENTS, SHAPE, (0.0, 1.0), HIDDEN, ("relu", "relu"), 0.1)
    discriminator = MLPDiscriminator(SHAPE, HIDDEN, 2, 0.0, 0.0, 0.1)
    random = seeding.generator("cpu", 0, "claims", "one player at a time")
    shown = torch.randn(1000, LATENTS, generator=random)
    on_real, on_fake = [], []

    def look() -> None:
        with torch.no_grad():
            on_real.append(NON_SATURATING.output(discriminator(images)).mean().item())
            on_fake.append(NON_SATURATING.output(discriminator(generator(shown))).mean().item())

    def latents() -> Tensor:
        return torch.randn(BATCH, LATENTS, generator=random)

    look()
    before = weights(generator)
    optimizer = torch.optim.Adam(discriminator.parameters(), lr=RATE)
    for _ in range(STEPS_OF_D):
        real = images[torch.randint(len(images), (BATCH,), generator=random)]
        fake = generator(latents()).detach()
        optimizer.zero_grad()
        sum(NON_SATURATING.discriminator(discriminator(real), discriminator(fake))).backward()
        optimizer.step()
        look()
    g_moved = (weights(generator) - before).abs().max().item()
    before = weights(discriminator)
    moving = [*generator.parameters(), *(() if d_rests else discriminator.parameters())]
    optimizer = torch.optim.Adam(moving, lr=RATE)
    for _ in range(STEPS_OF_G):
        optimizer.zero_grad()
        NON_SATURATING.generator(discriminator(generator(latents()))).backward()
        optimizer.step()
        look()
    d_moved = (weights(discriminator) - before).abs().max().item()
    spread = max(on_real[STEPS_OF_D:]) - min(on_real[STEPS_OF_D:])
    return Outcome(
        "Ten steps of D alone bring D(x) to 1 and D(G(z)) to 0; steps of G alone bring D(G(z)) "
        "back to 1, and neither D(x) nor a weight of D changes.",
        holds=(
            on_real[STEPS_OF_D] > 0.9
            and on_fake[STEPS_OF_D] < 0.1
            and on_fake[-1] > 0.9
            and spread == g_moved == d_moved == 0
        ),
        numbers={
            "D(x) at the start": on_real[0],
            "D(G(z)) at the start": on_fake[0],
            f"D(x) after {STEPS_OF_D} steps of D": on_real[STEPS_OF_D],
            f"D(G(z)) after {STEPS_OF_D} steps of D": on_fake[STEPS_OF_D],
            f"D(G(z)) after {STEPS_OF_G} steps of G": on_fake[-1],
            "change of D(x) in G's steps": spread,
            "largest change of a weight of G in D's steps": g_moved,
            "largest change of a weight of D in G's steps": d_moved,
        },
        panels=[
            Panel(f"{STEPS_OF_D} steps of D, then {STEPS_OF_G} of G", "step", "mean of D", [
                Curve("D(x)", range(len(on_real)), on_real),
                Curve("D(G(z))", range(len(on_fake)), on_fake),
            ], levels={"1/2": 0.5}),
        ],
    )  # fmt: skip


def weights(network: nn.Module) -> Tensor:
    """Return a copy of all weights in a row."""
    return nn.utils.parameters_to_vector(network.parameters()).detach().clone()
