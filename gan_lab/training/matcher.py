"""Training of the matcher that says which text an image is of.

Shape legend: B = batch, C, H, W = image, T = tokens.
"""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from gan_lab import seeding
from gan_lab.data.base import Images
from gan_lab.networks.matcher import Matcher

STEPS = 1500
BATCH = 128
LR = 3e-3  # the highest, of Adam; it falls to 0 along half a cosine
SHARPNESS = 15.0  # what cosines are multiplied by, to be logits


def train_matcher(images: Images, steps: int = STEPS, seed: int = 0) -> Matcher:
    """Return a matcher of images and their captions, in evaluation mode.

    Each image is to find its own text among those of its minibatch, and each text its image
    (Radford et al., 2021, arXiv:2103.00020, figure 3); a text that is there twice counts once.

    Args:
        images: with captions.
        steps: minibatches.
        seed: of weights and order.
    """
    with torch.random.fork_rng(devices=[]):
        # The CPU's generator alone: `seeding.seed_global` would reach those of GPUs as well.
        torch.default_generator.manual_seed(seeding.key(seed, "matcher weights"))
        matcher = Matcher(images.pixels.shape[1], len(images.words))
    optimizer = torch.optim.Adam(matcher.parameters(), LR, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    random = seeding.generator("cpu", seed, "matcher")
    matcher.train()
    for _ in range(steps):
        chosen = torch.randint(len(images), (min(BATCH, len(images)),), generator=random)
        loss = loss_of(matcher, images.pixels[chosen], images.captions[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return matcher.requires_grad_(False).eval()


def loss_of(matcher: Matcher, pixels_BCHW: Tensor, tokens_BT: Tensor) -> Tensor:
    """Return the cross-entropy of the right texts and of the right images, halved.

    Args:
        matcher: of both.
        pixels_BCHW: uint8.
        tokens_BT: the caption of each.
    """
    logits_BB = SHARPNESS * matcher.images(pixels_BCHW) @ matcher.texts(tokens_BT).T
    alike = (tokens_BT[:, None] == tokens_BT).all(dim=2)
    alike.fill_diagonal_(False)
    logits_BB = logits_BB.masked_fill(alike, -torch.inf)
    own = torch.arange(len(logits_BB), device=logits_BB.device)
    return (cross_entropy(logits_BB, own) + cross_entropy(logits_BB.T, own)) / 2
