"""The terms of a run: which are due, by how much they count, and the random numbers they need."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple, final

import torch
from torch import Tensor, nn

from gan_lab import seeding
from gan_lab.losses.terms import PhaseOutputs, RandomNumbers, Term
from gan_lab.schedules import Course


class Needed(NamedTuple):
    """What terms need of a phase.

    Attributes:
        gradient_of: the images, real or fake, by which D's gradient is needed.
        features: whether D's are.
        real: whether real images are.
    """

    gradient_of: set[str]
    features: bool
    real: bool


NOTHING = Needed(set(), features=False, real=False)


@final
class AddedTerms(nn.Module):
    """Terms by name, with their weights on the device.

    A CUDA graph repeats the numbers of Python that it was recorded with, so a weight that changes
    is a tensor.

    Args:
        terms: by their names.
        image_shape: `(C, H, W)`.

    Attributes:
        numbers: weights that change, as they were followed last, by their keys in a configuration.
        every: iterations between two in which a term is due, by the columns of those that are lazy.
    """

    def __init__(self, terms: Mapping[str, Term], image_shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.numbers: dict[str, float] = {}
        self.terms = dict(terms)
        self.every = {
            column: term.every
            for name, term in terms.items()
            if term.every > 1
            for column in columns_of(name, term)
        }
        self.image_shape = image_shape
        for name, term in self.terms.items():
            if isinstance(term.weight, Course):
                self.register_buffer(f"weight_of_{name}", torch.zeros(()), persistent=False)

    def follow(self, iteration: int, images_seen: int) -> None:
        """Choose the weights of the next iteration."""
        for name, term in self.terms.items():
            if isinstance(term.weight, Course):
                weight = term.weight.at(iteration, images_seen)
                self.get_buffer(f"weight_of_{name}").fill_(weight)
                self.numbers[f"terms.{name}.weight"] = weight

    def due(self, iteration: int, player: str | None = None) -> tuple[str, ...]:
        """Return the names of those computed after so many iterations, of one player or of all."""
        return tuple(
            name
            for name, term in self.terms.items()
            if iteration % term.every == 0 and player in (None, *term.phases)
        )

    def needed(self, player: str, iteration: int) -> Needed:
        """Return what the terms that are due need of this player's phase."""
        due = [self.terms[name] for name in self.due(iteration, player)]
        return Needed(
            gradient_of={images for term in due for images in term.needs_gradient_of},
            features=any(term.needs_features for term in due),
            real=any(term.needs_real for term in due),
        )

    def draws(
        self, phase: str, iteration: int, n: int, device: torch.device, seed: int
    ) -> dict[str, RandomNumbers]:
        """Return the random numbers of the terms that need some in this phase, due or not.

        A CUDA graph is fed the same tensors in each iteration.
        """
        drawn = {}
        for name, term in self.terms.items():
            if not (term.needs_random and player_of(phase) in term.phases):
                continue
            address = (seed, name, iteration, phase)
            numbers = {}
            if "of_images" in term.needs_random:
                random = seeding.generator(device, *address)
                numbers["of_images"] = torch.rand(n, device=device, generator=random)
            if "of_pixels" in term.needs_random:
                random = seeding.generator(device, *address, "of_pixels")
                numbers["of_pixels"] = torch.rand(
                    n, *self.image_shape, device=device, generator=random
                )
            drawn[f"{name}/{phase}"] = RandomNumbers(**numbers)
        return drawn

    def forward(
        self, phase: str, iteration: int, outputs: PhaseOutputs, draws: Mapping[str, Any]
    ) -> dict[str, Tensor]:
        """Return the value of each term that is due in this phase, times its weight.

        A term of both players is named after the player, too, since its values differ.

        What is minimised has it `every` times, so that a lazy term counts as one that is not.

        Args:
            phase: the player's name, or that with a number behind it, as in `discriminator/0`.
            iteration: completed ones.
            outputs: of the phase.
            draws: holds those of `draws`.
        """
        added = {}
        player = player_of(phase)
        for name in self.due(iteration, player):
            term, weight = self.terms[name], self.terms[name].weight
            if isinstance(weight, Course):
                weight = self.get_buffer(f"weight_of_{name}")
            random = draws.get(f"{name}/{phase}")
            value = weight * term(replace(outputs, player=player, random=random))
            added[columns_of(name, term)[term.phases.index(player)]] = value
        return added

    def observe(self, iteration: int, outputs: PhaseOutputs) -> dict[str, Tensor]:
        """Return what the terms that are due say of a phase of D, by column."""
        due = (self.terms[name] for name in self.due(iteration, "discriminator"))
        return {name: value for term in due for name, value in term.observe(outputs).items()}

    @property
    def reference(self) -> dict[str, float]:
        """What the columns of `observe` are compared with, where that is known."""
        terms = self.terms.values()
        return {name: value for term in terms for name, value in term.reference.items()}


def need_real(terms: Mapping[str, Term]) -> bool:
    """Return whether a term needs real images in the phase of G, too, which has none by itself."""
    return any(term.needs_real for term in terms.values())


def learn_labels(terms: Mapping[str, Term]) -> bool:
    """Return whether D learns the labels of some images, and so is told of none."""
    return any(term.needs_labelled for term in terms.values())


def minibatches(terms: Mapping[str, Term], steps: int, more: bool) -> dict[str, int]:
    """Return how many minibatches of each stream an iteration takes.

    Args:
        terms: some of which may learn from labelled images.
        steps: of D, each on a minibatch of its own.
        more: whether G needs one, too.
    """
    return {"data": steps + more} | ({"labelled": steps} if learn_labels(terms) else {})


def columns_of(name: str, term: Term) -> list[str]:
    """Return what a term's value is called in each of its phases, behind `loss/`."""
    return [name] if len(term.phases) == 1 else [f"{player}_{name}" for player in term.phases]


def player_of(phase: str) -> str:
    """Return whose phase it is."""
    return phase.partition("/")[0]
