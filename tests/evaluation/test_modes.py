"""Covered modes: exact counts, bounds that always hold, and a classifier that makes mistakes."""

import math

import pytest
import torch

from gan_lab.evaluation.modes import Modes
from gan_lab.evaluation.points import Points
from tests.evaluation.draws import Classifier, blocks, part, samples, score


def logits_of(classes, of, confidence=0.99):
    """Logits whose largest probability is `confidence`, at the given classes."""
    margin = math.log(confidence * (of - 1) / (1 - confidence))
    return torch.nn.functional.one_hot(classes, of) * margin


def labelled(classes, of, labels=None, **kwargs):
    return samples(
        torch.zeros(len(classes), 2), logits=logits_of(classes, of, **kwargs), labels=labels
    )


def modes_of(classes, of, real=None, **kwargs):
    metric = Modes("c")
    metric.attach(Classifier(of))
    real = torch.arange(of) if real is None else real
    return score(metric, labelled(real, of), labelled(classes, of, **kwargs))


def uniform(n, of, seed=0):
    return torch.randint(of, (n,), generator=torch.Generator().manual_seed(seed))


def test_known_logits_give_exact_counts():
    metric = Modes("c")
    metric.attach(Classifier(4))
    classes = torch.tensor([0] * 6 + [1] * 3 + [2])

    found = score(metric, labelled(torch.tensor([0, 1, 2, 3]), 4), labelled(classes, 4))

    entropy = -(0.6 * math.log(0.6) + 0.3 * math.log(0.3) + 0.1 * math.log(0.1))
    assert found == {
        "modes/covered": 3,
        "modes/covered_robust": 3,
        "modes/total": 4,
        "modes/kl_uniform": pytest.approx(math.log(4) - entropy, rel=1e-12),
        "modes/kl_data": pytest.approx(math.log(4) - entropy, rel=1e-12),
        "modes/kl_floor": 3 / 20,
        "modes/effective": pytest.approx(math.exp(entropy), rel=1e-12),
        "modes/mean_confidence": pytest.approx(0.99, rel=1e-6),
    }
    assert metric.histogram().tolist() == [6, 3, 1, 0]
    assert metric.histogram().dtype == torch.int64


def test_the_robust_count_wants_a_fifth_of_the_even_share():
    # 100 images of 10 classes: the even share is 10, a fifth of it 2.
    classes = torch.tensor([0] * 97 + [1] * 2 + [2])

    found = modes_of(classes, 10)

    assert found["modes/covered"] == 3
    assert found["modes/covered_robust"] == 2


def test_the_robust_count_leaves_out_what_the_classifier_is_not_sure_of():
    even = torch.arange(100) % 10

    assert modes_of(even, 10, confidence=0.901)["modes/covered_robust"] == 10
    unsure = modes_of(even, 10, confidence=0.899)
    assert unsure["modes/covered_robust"] == 0
    assert unsure["modes/covered"] == 10
    assert unsure["modes/mean_confidence"] == pytest.approx(0.899, rel=1e-6)


@pytest.mark.parametrize("classes", [10, 1000])
def test_a_perfect_uniform_generator_has_no_divergence(classes):
    found = modes_of(torch.arange(26 * classes) % classes, classes)

    assert found["modes/kl_uniform"] == pytest.approx(0, abs=1e-12)
    assert found["modes/effective"] == pytest.approx(classes, rel=1e-12)
    assert found["modes/covered"] == found["modes/covered_robust"] == classes


@pytest.mark.parametrize("classes", [10, 1000])
def test_a_single_mode_has_the_largest_divergence(classes):
    found = modes_of(torch.full((500,), 7), classes)

    assert found["modes/kl_uniform"] == pytest.approx(math.log(classes), rel=1e-12)
    assert found["modes/covered"] == found["modes/covered_robust"] == 1
    assert found["modes/effective"] == pytest.approx(1, rel=1e-12)


def test_the_divergence_lies_between_its_bounds():
    generator = torch.Generator().manual_seed(0)
    for _ in range(50):
        of = int(torch.randint(2, 40, (), generator=generator))
        shares = torch.rand(of, generator=generator) ** 4
        classes = torch.multinomial(shares, 60, replacement=True, generator=generator)

        found = modes_of(classes, of)

        least = math.log(of / found["modes/covered"])
        assert least - 1e-12 <= found["modes/kl_uniform"] <= math.log(of) + 1e-12


def test_random_images_of_all_classes_are_at_the_floor():
    found = [modes_of(uniform(2600, 100, seed), 100) for seed in range(20)]

    kl = torch.tensor([each["modes/kl_uniform"] for each in found])
    assert found[0]["modes/kl_floor"] == 99 / 5200
    assert abs(kl.mean() - 99 / 5200) < 4 * kl.std() / math.sqrt(20)


def test_1000_modes_at_26000_images_are_all_found_at_the_published_floor():
    found = modes_of(uniform(26_000, 1000), 1000)

    assert found["modes/covered"] == 1000
    assert found["modes/covered_robust"] > 995
    assert found["modes/kl_floor"] == pytest.approx(0.0192, abs=5e-5)
    assert found["modes/kl_uniform"] == pytest.approx(0.0192, abs=0.004)


def test_a_classifier_that_errs_covers_modes_that_the_robust_count_does_not():
    # 100 triples of digits; each digit is taken for another one in 0.5% of the cases.
    generator = torch.Generator().manual_seed(0)
    triples = torch.randperm(1000, generator=generator)[:100]
    chosen = triples[torch.randint(100, (26_000,), generator=generator)]
    digits = torch.stack([chosen // 100, chosen // 10 % 10, chosen % 10])
    wrong = torch.rand(digits.shape, generator=generator) < 0.005
    other = (digits + torch.randint(1, 10, digits.shape, generator=generator)) % 10
    seen = torch.where(wrong, other, digits)

    found = modes_of(100 * seen[0] + 10 * seen[1] + seen[2], 1000)

    assert 280 < found["modes/covered"] < 400
    assert 100 <= found["modes/covered_robust"] <= 105


def test_the_data_need_not_be_uniform():
    real = torch.tensor([0] * 60 + [1] * 30 + [2] * 10)

    like_the_data = modes_of(real.repeat(3), 3, real=real)
    even = modes_of(torch.arange(99) % 3, 3, real=real)

    assert like_the_data["modes/kl_data"] == pytest.approx(0, abs=1e-12)
    expected = sum(math.log(1 / 3 / share) / 3 for share in (0.6, 0.3, 0.1))
    assert even["modes/kl_data"] == pytest.approx(expected, rel=1e-12)


def test_a_class_that_the_data_lack_is_infinitely_far_from_them():
    found = modes_of(torch.tensor([0, 1, 2]), 3, real=torch.tensor([0, 1]))

    assert found["modes/kl_data"] == math.inf
    assert found["modes/kl_uniform"] == pytest.approx(0, abs=1e-12)


def test_true_labels_come_before_what_the_classifier_thinks():
    metric = Modes("c")
    metric.attach(Classifier(3))

    metric.fit(labelled(torch.tensor([0, 0, 0, 0]), 3, labels=torch.tensor([2, 1, 1, -1])))

    assert metric.real_shares.tolist() == [0.25, 0.5, 0.25]


def test_blocks_are_added_up_and_forgotten():
    metric = Modes("c")
    metric.attach(Classifier(5))
    fake = labelled(uniform(300, 5), 5)
    whole = score(metric, labelled(torch.arange(5), 5), fake)
    for _ in range(2):
        metric.reset()
        for block in blocks(fake, [1, 200, 99]):
            metric.update(block)
        assert metric.compute() == pytest.approx(whole, rel=1e-12)
    metric.reset()
    metric.update(part(fake, torch.arange(10)))
    assert metric.compute()["modes/kl_floor"] == 4 / 20
    assert metric.histogram().sum() == 10


def test_it_needs_a_classifier_that_is_no_mixture():
    assert Modes.applies_to(Classifier(10))
    assert not Modes.applies_to(Classifier(0))
    assert not Modes.applies_to(Classifier(1))
    assert not Modes.applies_to(Points(torch.zeros(3, 2), 0.1, "box", "abc"))


def test_the_second_classifier_has_names_of_its_own():
    first, second = Modes("c"), Modes("c", primary=False)
    second.attach(Classifier(3))
    found = score(second, labelled(torch.arange(3), 3), labelled(torch.arange(3), 3))

    assert found.keys() > second.better.keys()
    assert second.better.keys() == {f"{name}_c" for name in first.better}
    assert [name for name, way in first.better.items() if way == "lower"] == [
        "modes/kl_uniform",
        "modes/kl_data",
    ]
