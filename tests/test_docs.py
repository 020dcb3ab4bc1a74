"""The example in docs/extending.md is a loss that works."""

import re
from pathlib import Path

import torch
import yaml

GUIDE = (Path(__file__).parents[1] / "docs" / "extending.md").read_text()


def block(language):
    return re.search(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)[1]


def test_the_example_loss_runs_and_is_at_its_equilibrium_where_it_says():
    names = {"__name__": "gan_lab.losses.hinge"}
    exec(block("python"), names)
    options = yaml.safe_load(block("yaml"))
    assert options.pop("_target_") == "gan_lab.losses.hinge.Hinge"

    loss = names["Hinge"](**options)

    parts = loss.discriminator(torch.tensor([0.5, 3.0]), torch.tensor([-2.0, 0.0]))
    assert (parts.real.item(), parts.fake.item()) == (0.25, 0.5)
    at_zero = loss.discriminator(torch.zeros(4), torch.zeros(4))
    assert loss.value(at_zero).item() == loss.equilibrium["value"]
