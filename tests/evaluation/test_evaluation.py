"""The one pass: who sees what, how often, and in what order."""

import pytest
import torch
from torch import nn

from gan_lab.data.base import Images
from gan_lab.evaluation.agreement import Agreement
from gan_lab.evaluation.custom_extractor import ModuleExtractor
from gan_lab.evaluation.evaluation import Evaluation, FeatureSpace, extract
from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.frechet import FrechetDistance
from gan_lab.evaluation.modes import Modes
from gan_lab.evaluation.pixels import Pixels
from gan_lab.evaluation.prdc import PRDC
from gan_lab.evaluation.samples import Features, Samples

CPU = torch.device("cpu")
N = 101


def images(n, seed):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (n, 1, 8, 8), dtype=torch.uint8, generator=generator)


class Brightness(nn.Module):
    """Sixteen block means; three classes by how bright the whole image is."""

    def forward(self, images_NCHW):
        return nn.functional.avg_pool2d(images_NCHW, 2).flatten(1)


def real_samples(extractor, n=80):
    return extract(extractor, Images(images(n, seed=1)), torch.arange(n), CPU)


def evaluation_of(*metric_lists, n_fake=N, batch_size=32):
    spaces = []
    for extractor, metrics in metric_lists:
        for metric in metrics:
            metric.fit(real_samples(extractor))
        spaces.append(FeatureSpace(extractor.freeze(), metrics))
    sides = {"": spaces}
    return Evaluation(sides, device=CPU, n_fake=n_fake, batch_size=batch_size, protocol={"n": 1})


def blocks():
    return ModuleExtractor("blocks", Brightness())


def test_each_image_is_asked_for_once_and_in_order():
    asked = []
    fakes = images(N, seed=2)

    def images_at(positions):
        asked.extend(positions.tolist())
        return Images(fakes[positions])

    evaluation_of((blocks(), [FrechetDistance("blocks"), PRDC("blocks")])).run(images_at)

    assert asked == list(range(N))


def test_two_extractors_share_the_pass_and_keep_their_names_apart():
    fakes = images(N, seed=2)
    counted = []
    evaluation = evaluation_of(
        (blocks(), [FrechetDistance("blocks"), PRDC("blocks")]),
        (Pixels(), [FrechetDistance("pixels"), PRDC("pixels", primary=False)]),
    )

    result = evaluation.run(lambda positions: Images(fakes[positions]), counted.append)

    assert {"fd_blocks", "fd_pixels", "recall", "recall_pixels"} <= set(result.metrics)
    assert counted == [32, 32, 32, 5]
    assert set(evaluation.better) <= set(result.metrics)
    assert result.histogram == []


def test_an_evaluation_leaves_nothing_behind_for_the_next_one():
    evaluation = evaluation_of((blocks(), [FrechetDistance("blocks"), PRDC("blocks")]))
    first = evaluation.run(lambda positions: Images(images(N, seed=2)[positions]))
    other = evaluation.run(lambda positions: Images(images(N, seed=3)[positions]))

    assert evaluation.run(lambda positions: Images(images(N, seed=2)[positions])) == first != other


def test_an_evaluation_that_fails_leaves_nothing_behind_either():
    evaluation = evaluation_of((blocks(), [FrechetDistance("blocks")]))
    expected = evaluation.run(lambda positions: Images(images(N, seed=2)[positions]))

    def breaks(positions):
        if positions[0] > 0:
            raise OSError
        return Images(images(N, seed=3)[positions])

    with pytest.raises(OSError):
        evaluation.run(breaks)

    assert evaluation.run(lambda positions: Images(images(N, seed=2)[positions])) == expected


def test_the_real_images_scored_as_if_generated_are_at_no_distance():
    evaluation = evaluation_of((blocks(), [FrechetDistance("blocks")]), n_fake=80)

    result = evaluation.run(lambda positions: Images(images(80, seed=1)[positions]))

    assert result.metrics["fd_blocks"] == pytest.approx(0, abs=1e-8)


def test_the_monitor_is_the_frechet_distance_and_fid_before_others():
    blocks_only = evaluation_of((blocks(), [PRDC("blocks"), FrechetDistance("blocks")]))
    with_fid = evaluation_of(
        (blocks(), [FrechetDistance("blocks")]), (blocks(), [FrechetDistance("inception")])
    )
    without = evaluation_of((blocks(), [PRDC("blocks")]))

    assert blocks_only.monitor == "fd_blocks"
    assert with_fid.monitor == "fid"
    assert without.monitor == "precision"


def test_no_random_number_is_drawn_from_the_global_generators():
    evaluation = evaluation_of((blocks(), [FrechetDistance("blocks"), PRDC("blocks")]))
    before = torch.get_rng_state()

    evaluation.run(lambda positions: Images(images(N, seed=2)[positions]))

    assert torch.equal(torch.get_rng_state(), before)


def test_extraction_keeps_positions_and_needs_no_gradient():
    samples = extract(blocks(), Images(images(5, seed=2)), torch.arange(3, 8), CPU)

    assert isinstance(samples, Samples)
    assert len(samples) == 5
    assert samples.positions.tolist() == [3, 4, 5, 6, 7]
    assert not samples.features.requires_grad
    assert Features(samples.features).logits is None


def test_numbers_by_class_are_of_the_classes_of_the_histogram_alone():
    spaces = []
    for names in (("a", "b", "c"), ("x", "y")):
        extractor = Guessing("guess", names, {})
        agreement = Agreement("guess", primary=not spaces)
        agreement.attach(extractor)
        agreement.fit(labelled_samples(extractor))
        spaces.append(FeatureSpace(extractor, [agreement]))
    evaluation = Evaluation({"": spaces}, device=CPU, n_fake=10, batch_size=4, protocol={})
    pixels = images(10, 2)

    result = evaluation.run(lambda positions: Images(pixels[positions], positions % 2, ("a", "x")))

    assert evaluation.class_names == ("a", "b", "c")
    assert {name: len(values) for name, values in result.by_class.items()} == {"agreement": 3}


class Guessing(Extractor):
    """Sees the first class in every image."""

    def forward(self, pixels_NCHW):
        logits = torch.zeros(len(pixels_NCHW), len(self.class_names))
        logits[:, 0] = 20
        return Features(torch.zeros(len(pixels_NCHW), 2), logits)


def labelled_samples(extractor):
    """Real images of the first class."""
    pixels = images(6, 1)
    labels = torch.zeros(6, dtype=torch.long)
    return extract(extractor, Images(pixels, labels, extractor.class_names), torch.arange(6), CPU)


class AlwaysTheSecond(Extractor):
    """Sees the second of three classes in every image."""

    def forward(self, pixels_NCHW):
        logits = torch.eye(3)[torch.ones(len(pixels_NCHW), dtype=torch.long)] * 20
        return Features(torch.zeros(len(pixels_NCHW), 2), logits)


def test_the_histogram_is_that_of_the_classes():
    extractor, modes = AlwaysTheSecond("one", ("a", "b", "c"), {}), Modes("one")
    modes.attach(extractor)
    modes.fit(real_samples(extractor))
    space = FeatureSpace(extractor, [modes])
    evaluation = Evaluation({"": [space]}, device=CPU, n_fake=10, batch_size=4, protocol={})

    result = evaluation.run(lambda positions: Images(images(10, 2)[positions]))

    assert result.histogram == [0, 10, 0]
