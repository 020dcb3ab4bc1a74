"""An experiment that says how often to evaluate does not evaluate where nobody wants it to."""

import pytest

from gan_lab.config.no_evaluation import without_evaluations

OFF = "evaluation.every=null"


@pytest.mark.parametrize(
    ("words", "added"),
    [
        (["experiment=ring_gan", "evaluation=none"], [OFF]),
        (["evaluation=none", "seed=1", "experiment=ring_gan"], [OFF]),
        (["evaluation=none"], []),
        (["experiment=ring_gan"], []),
        (["experiment=ring_gan", "evaluation=none", "evaluation.every=5"], []),
        (["-m", "experiment=ring_gan,grid_gan", "evaluation=none"], [OFF]),
        (["-m", "experiment=ring_gan", "evaluation=none,auto"], []),
    ],
)
def test_evaluations_are_off_where_that_is_typed_beside_an_experiment(words, added):
    assert without_evaluations(words) == [*words, *added]
