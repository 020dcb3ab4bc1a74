"""The LightningDataModule, under Lightning's own Trainer."""

from dataclasses import dataclass
from typing import final

import pytest
import torch
from lightning import LightningModule, Trainer

from gan_lab.data.base import ImageDataset, Images
from gan_lab.data.loader import Minibatches, MinibatchLoader
from gan_lab.data.module import ImageDataModule, on_device_if_it_fits
from gan_lab.errors import ConfigError

# Lightning 2.6 asks torch 2.13 for a name that is to go; a loader of ours has no workers.
pytestmark = pytest.mark.filterwarnings(
    "ignore:.*LeafSpec.*", "ignore:.*does not have many workers"
)


@final
@dataclass(frozen=True, kw_only=True)
class Sixteen(ImageDataset):
    """Sixteen images that note what is done to them."""

    size: int = 8
    log: list

    @property
    def channels(self):
        return 1

    def check(self):
        pass

    def prepare(self):
        self.log.append("prepare")

    def load(self):
        self.log.append("load")
        generator = torch.Generator().manual_seed(0)
        return Images(torch.randint(0, 256, (16, 1, 8, 8), dtype=torch.uint8, generator=generator))


class Recorder(LightningModule):
    """A module with a clock that keeps every minibatch it is shown."""

    def __init__(self, iteration=0, streams=None):
        super().__init__()
        self.automatic_optimization = False
        self.iteration = iteration
        self.streams = streams or {"data": 2}
        self.shown = []

    def training_step(self, batches, batch_idx):
        self.shown.append([batch for name in self.streams for batch in batches[name]])
        self.iteration += 1

    def configure_optimizers(self):
        return []


def data_module(dataset=None, **changes):
    options = {"batch_size": 4, "iterations": 5, "seed": 0, "processes": 1}
    return ImageDataModule(dataset or Sixteen(log=[]), **options | changes)


def trainer(**changes):
    options = {
        "accelerator": "cpu",
        "devices": 1,
        "max_epochs": 1,
        "logger": False,
        "enable_checkpointing": False,
        "enable_progress_bar": False,
        "enable_model_summary": False,
        "use_distributed_sampler": False,
    }
    return Trainer(**options | changes)


def test_a_fit_prepares_then_loads_once_then_shows_the_loaders_minibatches():
    dataset = Sixteen(log=[], flip=True, value_range=(0.0, 1.0))
    module = Recorder()

    trainer().fit(module, data_module(dataset, seed=3))

    expected = list(
        MinibatchLoader(
            {
                "data": Minibatches(
                    dataset.load(),
                    to_network=dataset.to_network,
                    flip=True,
                    batch_size=4,
                    address=(3,),
                    device=torch.device("cpu"),
                )
            },
            {"data": 2},
            first_iteration=0,
            last_iteration=5,
        )
    )
    assert dataset.log[:-1] == ["prepare", "load"]
    assert len(module.shown) == 5
    for shown, minibatches in zip(module.shown, expected, strict=True):
        assert len(shown) == len(minibatches["data"]) == 2
        assert all(
            torch.equal(a.images, b.images) for a, b in zip(shown, minibatches["data"], strict=True)
        )


def test_a_fit_that_continues_sees_the_iterations_that_are_left():
    whole, rest = Recorder(), Recorder(iteration=3)

    trainer().fit(whole, data_module())
    trainer().fit(rest, data_module())

    assert rest.iteration == whole.iteration == 5
    for shown, minibatches in zip(rest.shown, whole.shown[3:], strict=True):
        assert all(torch.equal(a.images, b.images) for a, b in zip(shown, minibatches, strict=True))


@pytest.mark.filterwarnings("ignore:You have overridden `on_before_batch_transfer`")
def test_minibatches_reach_the_module_untouched_for_the_loader_makes_them_on_the_device():
    class Watcher(Recorder):
        def on_before_batch_transfer(self, batches, dataloader_idx):
            self.loaded = batches
            return batches

        def training_step(self, batches, batch_idx):
            assert batches is self.loaded
            super().training_step(batches, batch_idx)

    module = Watcher()
    trainer().fit(module, data_module())

    assert module.iteration == 5


def test_images_are_loaded_once_however_often_the_module_is_set_up():
    dataset = Sixteen(log=[])
    data = data_module(dataset)

    data.setup("fit")
    data.setup("fit")

    assert dataset.log == ["load"]


@pytest.mark.parametrize("batch_size", [17, 100])
def test_a_batch_larger_than_the_data_is_refused_with_the_largest_possible_one(batch_size):
    message = rf"batch_size={batch_size} is larger than the data \(16 images\).*=16 or less"

    with pytest.raises(ConfigError, match=message):
        data_module(batch_size=batch_size).setup("fit")


def test_a_batch_of_the_whole_data_is_accepted():
    data_module(batch_size=16).setup("fit")


@pytest.mark.parametrize(
    ("batch_size", "devices", "suggested"), [(4, 3, 6), (15, 2, 16), (1, 4, 4)]
)
def test_a_batch_that_does_not_divide_over_the_devices_is_refused(batch_size, devices, suggested):
    data = data_module(batch_size=batch_size)
    data.processes = devices

    message = (
        rf"batch_size={batch_size} must be a multiple of the number of devices \({devices}\).*"
        rf"Try batch_size={suggested}\."
    )
    with pytest.raises(ConfigError, match=message):
        data.setup("fit")


@pytest.mark.parametrize(
    ("batch_size", "devices", "pack", "suggested"), [(15, 1, 2, 16), (4, 2, 4, 8), (8, 2, 3, 12)]
)
def test_a_batch_that_does_not_divide_into_packs_is_refused(batch_size, devices, pack, suggested):
    data = data_module(batch_size=batch_size, processes=devices, pack=pack)

    message = (
        rf"batch_size={batch_size} must be a multiple of model\.pack times the number of devices "
        rf"\({pack} x {devices}\).*Try batch_size={suggested}\."
    )
    with pytest.raises(ConfigError, match=message):
        data.setup("fit")


@pytest.mark.parametrize(("devices", "pack"), [(1, 8), (2, 4), (4, 2)])
def test_a_batch_of_whole_packs_for_each_device_is_accepted(devices, pack):
    data_module(batch_size=8, processes=devices, pack=pack).setup("fit")


def test_a_batch_that_does_not_divide_into_groups_of_packs_is_refused():
    data_module(batch_size=16, processes=2, pack=2, group=4).setup("fit")

    data = data_module(batch_size=12, processes=2, pack=2, group=4)
    message = r"batch_size=12 .*minibatch_std .*\(4 x 2 x 2\).* whole groups\. Try batch_size=16\."
    with pytest.raises(ConfigError, match=message):
        data.setup("fit")


@pytest.mark.parametrize("devices", [1, 2, 4])
def test_a_batch_that_divides_over_the_devices_is_accepted(devices):
    data = data_module(batch_size=8)
    data.processes = devices

    data.setup("fit")

    assert len(data.images["data"]) == 16


def test_on_the_cpu_images_stay_where_they_are():
    images = Sixteen(log=[]).load()

    assert on_device_if_it_fits(images, torch.device("cpu")) is images


def test_a_trainer_that_would_repeat_the_iterations_is_refused():
    with pytest.raises(ConfigError, match=r"max_epochs=3\) would repeat the run's 5 iterations"):
        trainer(max_epochs=3).fit(Recorder(), data_module())
