"""The networks that a configuration describes, packed and told of labels."""

import pytest
import torch
from hydra import compose, initialize_config_dir
from omegaconf import open_dict

from gan_lab.assembly.models import build_algorithm
from gan_lab.assembly.networks import check_condition, compared, gain_by_bfloat16, packed
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.errors import ConfigError
from gan_lab.latents.conditions import Labels
from gan_lab.networks.conditional_norm import ConditionalNorm
from gan_lab.networks.head import WithHead
from gan_lab.networks.labels import LabelledLatents, LabelMaps, Projection
from gan_lab.networks.pack import Packed

DIGITS = ("data=digits",)
NARROW = "model.width=4"
LABELS = Labels(tuple("0123456789"), [1] * 10)


@pytest.fixture(autouse=True)
def hydra_is_ready():
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        yield


def gan(*overrides, labels=None):
    config = compose("config", [*DIGITS, *overrides])
    return build_algorithm(config, build(config.data, "data"), labels)


def told(*overrides):
    return gan("data.condition=labels", *overrides, labels=LABELS)


def test_a_packed_discriminator_takes_that_many_images_for_one_verdict():
    plain, pairs = gan(), gan("model.pack=2", "latent.dim=7")
    images = torch.zeros(6, 1, 32, 32)

    assert plain.discriminator(images).shape == (6,)
    assert pairs.discriminator(images).shape == (3,)
    assert pairs.discriminator.discriminator.layers[0].in_channels == 2
    assert pairs.generator(torch.zeros(6, 7)).shape == images.shape


def test_a_pack_of_one_is_the_network_itself():
    plain, pack_of_one = gan(), gan("model.pack=1")

    assert plain.state_dict().keys() == pack_of_one.state_dict().keys()
    for name, value in plain.state_dict().items():
        assert torch.equal(value, pack_of_one.state_dict()[name])


def test_a_model_of_ones_own_needs_no_pack():
    config = compose("config", list(DIGITS))
    with open_dict(config):
        del config.model["pack"]

    assert packed(config) == 1
    build_algorithm(config, build(config.data, "data"))


@pytest.mark.parametrize("pack", [0, -2])
def test_a_pack_below_one_is_refused(pack):
    with pytest.raises(ConfigError, match=rf"model\.pack={pack} must be at least 1"):
        gan(f"model.pack={pack}")


def test_a_discriminator_of_ones_own_compares_nothing():
    config = compose("config", list(DIGITS))

    assert compared(config) == 1
    with open_dict(config):
        del config.model.discriminator["minibatch_std"]
    assert compared(config) == 1


IMAGES = torch.randn(4, 1, 8, 8, generator=torch.Generator().manual_seed(0))


def answers(module, labels):
    images = module.generate(torch.zeros(4, 16), labels)
    return images, module.discriminator.eval()(IMAGES, labels)


@pytest.mark.parametrize("model", ["dcgan", "mlp", "maxout_conv", "mixture_mlp"])
@pytest.mark.parametrize("pack", [1, 2])
def test_any_networks_are_told_of_labels_by_concatenation(model, pack):
    module = told(
        f"model={model}", f"model.pack={pack}", "data.size=8", "model.condition=concatenate"
    )

    assert type(module.generator) is LabelledLatents
    assert type(module.discriminator) is LabelMaps
    assert type(module.discriminator.discriminator) is Packed or pack == 1
    one, other = (answers(module, torch.full((4,), label)) for label in (0, 1))
    assert not torch.equal(one[0], other[0])
    assert one[0].shape == IMAGES.shape
    assert (one[1] != other[1]).all()
    assert one[1].shape == (4 // pack,)


def test_projection_tells_generators_in_their_normalisation_and_others_beside_the_latents():
    dcgan, mlp = (
        told(f"model={model}", "model.condition=projection") for model in ("dcgan", "mlp")
    )

    assert any(isinstance(layer, ConditionalNorm) for layer in dcgan.generator.modules())
    assert type(mlp.generator) is LabelledLatents
    assert type(dcgan.discriminator) is type(mlp.discriminator) is Projection


def test_r3gan_is_told_in_its_own_way_unless_another_is_chosen():
    words = ("model=r3gan", "model.width=16", "model.blocks=1", "data.size=8", "latent.dim=16")

    own, maps = told(*words), told(*words, "model.condition=concatenate")

    assert own.discriminator.labels.num_embeddings == 11
    assert type(maps.discriminator) is LabelMaps
    assert maps.discriminator.discriminator.labels is None
    assert not maps.generator.bounded


def test_a_classifier_has_a_head_and_its_generator_is_told_beside_the_latents():
    module = told("model.condition=classifier", "terms=[classification]", NARROW)

    assert type(module.discriminator) is WithHead
    assert type(module.generator) is LabelledLatents


@pytest.mark.parametrize("model", ["dcgan", "mlp", "resnet"])
def test_without_labels_nothing_is_put_around(model):
    module = gan(f"model={model}", "data.size=32")

    assert not {LabelledLatents, LabelMaps, Projection} & {
        type(module.generator), type(module.discriminator)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["model.condition=projektion"], "is no way to tell .* Did you mean 'projection'"),
        (["model.condition=projection", "model.pack=2"], r"model\.pack=2 images are judged togeth"),
        (["model.condition=classifier"], r"needs terms=\[classification\]"),
        (
            ["model.condition=classifier", "terms=[classification]", "model.pack=2"],
            "is of one image",
        ),
        (["model=r3gan", "model.pack=2"], "condition=projection is of one image"),
    ],
)
def test_what_cannot_be_told_is_refused(words, message):
    config = compose("config", [*DIGITS, "data.condition=labels", *words])

    with pytest.raises(ConfigError, match=message):
        check_condition(config)


def test_a_discriminator_without_features_is_told_by_concatenation_alone():
    config = compose("config", [*DIGITS, "data.condition=labels", "model.condition=projection"])
    with open_dict(config):
        config.model.discriminator = {"_target_": "gan_lab.networks.minibatch_std.MinibatchStd"}

    with pytest.raises(ConfigError, match=r"has no with_features: choose model\.condition=conc"):
        check_condition(config)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["data.labelled=10"], r"data\.labelled=10 is for terms=\[supervised\].*add it"),
        (["terms=[supervised]"], r"terms=\[supervised\] learns from.*add data\.labelled=10"),
        (
            ["data.labelled=2", "terms=[supervised]", "model.pack=2"],
            r"model\.pack=2 images are jud",
        ),
        (
            ["data.labelled=2", "terms=[supervised]", "data.condition=labels"],
            r"nothing teaches it to make them: add terms=\[supervised,classification\]",
        ),
        (["terms=[classification]"], r"add model\.condition=classifier data\.condition=labels"),
    ],
)
def test_what_belongs_together_is_refused_alone(words, message):
    with pytest.raises(ConfigError, match=message):
        gan(*words)


@pytest.mark.parametrize(
    "words",
    [
        ["data.labelled=2", "terms=[supervised]"],
        ["terms=[mutual_information]", "latent=structured"],
        ["terms=[classification]", "model.condition=classifier", "data.condition=labels"],
    ],
    ids=" ".join,
)
def test_a_discriminator_that_says_what_an_image_is_compares_none(words):
    with pytest.raises(ConfigError, match=r"minibatch_std=4 lets the discriminator compare"):
        gan(*words, "model.discriminator.minibatch_std=4", labels=LABELS)


@pytest.mark.parametrize("model", ["dcgan", "mlp", "noisy_mlp"])
def test_a_discriminator_that_learns_some_labels_has_a_logit_of_each_class(model):
    words = (f"model={model}", "data.size=8", "data.labelled=2", "terms=[supervised]")
    module = gan(*words, labels=LABELS)

    answers = module.discriminator.eval()(IMAGES, with_features=True)

    assert answers.head.shape == (4, 10)
    torch.testing.assert_close(answers.logits, answers.head.logsumexp(dim=1))
    assert module.classify(IMAGES).shape == (4, 10)
    assert not isinstance(module.generator, LabelledLatents)


@pytest.mark.parametrize("model", ["dcgan", "mlp", "noisy_mlp"])
def test_beside_it_the_generator_alone_can_be_told_of_classes(model):
    words = (
        f"model={model}", "data.size=8", "data.labelled=2", "data.condition=labels",
        "terms=[supervised,classification]", "terms.supervised.fake_class=learned",
    )  # fmt: skip
    module = gan(*words, labels=LABELS)

    answers = module.discriminator.eval()(IMAGES, with_features=True)

    assert answers.head.shape == (4, 10)
    assert not torch.allclose(answers.logits, answers.head.logsumexp(dim=1))  # the learned one
    assert not module.show.tells
    assert module.images_at(4, 0)(torch.arange(4)).condition.shape == (4,)


@pytest.mark.parametrize(
    ("model", "gains"), [("dcgan", True), ("pixelcnn", True), ("pixelrnn", False)]
)
def test_a_model_says_whether_it_gains_by_bfloat16(model, gains):
    assert gain_by_bfloat16(compose("config", [f"model={model}"])) == gains
