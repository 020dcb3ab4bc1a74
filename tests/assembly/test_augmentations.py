"""The augmentation that a configuration chooses."""

import pytest
from hydra import compose, initialize_config_dir

from gan_lab.assembly.augmentations import build_augmentation
from gan_lab.augmentation.ada import AdaptiveAugmentation
from gan_lab.augmentation.diffaugment import DiffAugment
from gan_lab.augmentation.noise import InstanceNoise
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.errors import ConfigError
from gan_lab.schedules import Course


@pytest.fixture(autouse=True)
def hydra_is_ready():
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        yield


def built(*words, data="digits"):
    config = compose("config", [f"data={data}", *words])
    return build_augmentation(config, build(config.data, "data"))


def test_each_option_is_built_for_the_images_of_the_data():
    assert built() is None
    assert isinstance(built("augment=diffaugment"), DiffAugment)
    assert isinstance(built("augment=noise"), InstanceNoise)
    ada = built("augment=ada", "data.value_range=[0,1]", "data.size=16")
    assert isinstance(ada, AdaptiveAugmentation)
    assert (ada.image_shape, ada.value_range) == ((1, 16, 16), (0.0, 1.0))
    assert ada.control.most == 0.8


def test_p_can_be_a_number_or_a_course():
    assert built("augment=ada", "augment.p=0.3").strength == 0.3
    course = built("augment=ada", "augment.p={linear: [0, 0.55], images: 2000000}").strength
    assert course == Course("linear", 0, 0.55, 2_000_000, "images")


def test_of_two_sets_each_must_be_of_images():
    digits = ("data@data.a=digits", "data@data.b=digits", "data.size=16")
    rolls = ("data@data.a=chorales", "data@data.b=folk_songs")

    assert built("augment=ada", *digits, data="unpaired").image_shape == (1, 16, 16)
    assert built("augment=noise", *rolls, data="unpaired").image_shape == (1, 64, 84)
    with pytest.raises(ConfigError, match=r"needs images, and .* has piano rolls"):
        built("augment=ada", *rolls, data="unpaired")


@pytest.mark.parametrize("data", ["ring", "density"])
def test_points_and_numbers_take_noise_only(data):
    assert built("augment=noise", data=data).of_images_only is False
    with pytest.raises(ConfigError, match=r"needs images, and .* Use augment=noise, or"):
        built("augment=ada", data=data)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["augment=ada", "augment.most=0"], r"augment\.most=0 must be a number above 0 and at mos"),
        (["augment=ada", "augment.p=2"], r"augment\.p=2 must be a number from 0 to 1 or null"),
        (["augment=ada", "augment.target=1"], r"augment\.target=1 must be a number above -1"),
        (["augment=diffaugment", "augment.p=null"], r"augment\.p=null must be a number"),
        (["augment=diffaugment", "augment.policy=[]"], r"augment\.policy=\[\] must be a list of 1"),
        (["augment=diffaugment", "augment.policy=[color]"], r"a list of 1 or more colour, trans"),
        (["augment=noise", "augment.std=-1"], r"augment\.std=-1 must be a number from 0"),
    ],
)
def test_a_mistake_names_key_value_and_remedy(words, message):
    with pytest.raises(ConfigError, match=message):
        built(*words)
