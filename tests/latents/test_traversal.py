"""Values of one factor, and all else fixed."""

import torch

from gan_lab.latents.structured import Structured
from gan_lab.latents.traversal import traversed, variables

PRIOR = Structured(
    factors={
        "noise": {"kind": "gaussian", "size": 1},
        "category": {"kind": "categorical", "size": 3, "informative": True},
        "style": {"kind": "uniform", "size": 2, "informative": True},
    }
)


def test_a_category_is_one_variable_and_each_number_another():
    found = list(variables(PRIOR, PRIOR.parts, steps=5))

    assert [variable.name for variable in found] == ["noise", "category", "style_1", "style_2"]
    assert found[0].values.flatten().tolist() == [-2, -1, 0, 1, 2]
    assert torch.equal(found[1].values, torch.eye(3))
    assert found[3].place == slice(5, 6)
    assert found[3].values.flatten().tolist() == [-1, -0.5, 0, 0.5, 1]


def test_each_row_has_its_value_and_the_same_other_numbers():
    latents = PRIOR.sample(4, torch.Generator().manual_seed(0))
    category = next(variables(PRIOR, PRIOR.informative, 5))

    rows = traversed(latents, category)

    assert rows.shape == (3, 4, 6)
    for number, row in enumerate(rows):
        assert (row[:, 1:4].argmax(dim=1) == number).all()
        assert torch.equal(row[:, [0, 4, 5]], latents[:, [0, 4, 5]])
