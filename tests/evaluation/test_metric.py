"""What all metrics have in common, tried on every one of them."""

import copy

import pytest
import torch
from torch import nn

from gan_lab.errors import ConfigError
from gan_lab.evaluation.metric import random_part
from tests.evaluation.draws import gaussian, part, samples, score
from tests.evaluation.two_processes import images, metrics, scores, unfitted, work
from tests.processes import together

MADE = [type(metric).__name__ for metric in unfitted()]


@pytest.fixture(params=range(len(MADE)), ids=MADE)
def metric(request):
    return metrics()[request.param]


def numbers(metric, fake):
    metric.update(fake)
    found = metric.compute()
    metric.reset()
    return found


# Uneven; so few that the Fréchet distance is worked out exactly, for all together or for none but
# one of the shares (there are 16 features); and a process without any image.
SPLITS = [(301, 200), (9, 5), (17, 6), (20, 0)]


@pytest.mark.slow
def test_two_processes_give_the_numbers_of_one_however_the_images_are_shared(tmp_path):
    together(2, work, tmp_path, SPLITS)

    found = [torch.load(tmp_path / f"{rank}.pt") for rank in range(2)]

    assert found[0] == found[1]
    for shared, sizes in zip(found[0], SPLITS, strict=True):
        alone = scores((sum(sizes),))
        assert shared == [pytest.approx(each, rel=1e-12, abs=1e-12) for each in alone]
        assert len({each["fd_c"] for each in alone}) == 3


def test_after_a_reset_the_generated_images_are_forgotten_and_the_real_ones_are_not(metric):
    first = numbers(metric, images(300, seed=1))
    second = numbers(metric, images(300, seed=2))

    assert first != second
    assert numbers(metric, images(300, seed=1)) == first


def test_the_order_in_which_images_come_does_not_matter(metric):
    fake = images(300, seed=1)
    shuffled = part(fake, torch.randperm(300, generator=torch.Generator().manual_seed(0)))

    assert numbers(metric, shuffled) == pytest.approx(numbers(metric, fake), rel=1e-12)


def test_the_state_is_the_real_side_and_restores_it(metric):
    restored = unfitted()[MADE.index(type(metric).__name__)]
    for name, value in metric.state_dict().items():
        restored.register_buffer(name, value)
    fake = images(300, seed=1)

    assert numbers(restored, fake) == numbers(metric, fake)
    numbers(metric, fake)
    assert metric.state_dict().keys() == restored.state_dict().keys()
    # What is looked up in other splits is no part of the real side.
    assert bool(metric.state_dict()) != bool(metric.other_splits)


def test_what_it_says_of_its_numbers_is_about_numbers_that_it_has(metric):
    found = numbers(metric, images(300, seed=1))
    told_by = {name for name in metric.perfect.values() if isinstance(name, str)}

    assert metric.perfect.keys() | metric.units.keys() | metric.better.keys() | told_by <= {*found}
    assert metric.headline in {"", *metric.better}


def test_a_change_of_precision_reaches_neither_side(metric):
    parent = nn.Module()
    parent.metric = copy.deepcopy(metric)
    parent.half()
    parent.metric.set_dtype(torch.float16)

    assert numbers(parent.metric, images(300, 1)) == numbers(metric, images(300, 1))


def test_neither_fitting_nor_scoring_draws_global_random_numbers():
    torch.manual_seed(1)
    before = torch.get_rng_state()

    for metric in metrics():
        numbers(metric, images(300, seed=1))

    assert torch.equal(torch.get_rng_state(), before)


def test_no_metric_has_weights_that_an_optimizer_could_find(metric):
    assert not list(metric.parameters())


def test_what_has_a_better_way_is_among_the_numbers(metric):
    found = numbers(metric, images(300, seed=1))

    assert metric.better.keys() <= found.keys()
    assert all(isinstance(value, float) for value in found.values())


def test_too_few_images_are_refused_by_the_name_of_the_metric(metric):
    nothing = part(images(3, seed=1), torch.arange(0))
    metric.update(nothing)

    with pytest.raises(ConfigError, match=rf"{type(metric).__name__} needs .* not 0\. Raise"):
        metric.compute()


def test_a_part_is_random_without_repetition_and_always_the_same():
    rows = torch.arange(1000)

    chosen = random_part(rows, 100)

    assert len(chosen.unique()) == 100
    assert 400 < chosen.float().mean() < 600
    assert torch.equal(chosen, random_part(rows, 100))
    assert torch.equal(chosen, random_part(rows, 200)[:100])
    assert torch.equal(random_part(rows, 5000).sort().values, rows)


def test_a_metric_tells_the_same_of_images_on_both_sides_whatever_their_class_order():
    # 300 of 600 images are compared; the first 300 would be one class.
    sorted_by_class = samples(torch.cat([gaussian(300, 16), gaussian(300, 16, seed=1) + 20]))
    prdc = metrics()[2]

    assert score(prdc, sorted_by_class, sorted_by_class)["coverage"] == 1


# Each with 16 features, 10 classes, 20 bins and 5 neighbours.
SENSIBLE = {
    "FrechetDistance": 17, "KernelDistance": 100, "PRDC": 200, "NDB": 200, "Modes": 100,
    "Duplicates": 100, "ParzenWindow": 100,
}  # fmt: skip


def test_each_metric_says_from_how_many_images_on_it_means_something(metric):
    assert metric.sensible_from == SENSIBLE[type(metric).__name__]
    assert metric.sensible_from > metric.least


def test_a_lower_bound_is_known_before_the_real_images_are_seen():
    for early, late in zip(unfitted(), metrics(), strict=True):
        assert early.least <= early.sensible_from <= late.sensible_from


def test_another_draw_is_another_part_of_the_same_images():
    rows = torch.arange(50)

    first, second, again = (random_part(rows, 10, draw) for draw in (0, 1, 1))

    assert torch.equal(first, random_part(rows, 10))
    assert not torch.equal(first, second)
    assert torch.equal(second, again)
