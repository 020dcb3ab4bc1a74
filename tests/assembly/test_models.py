"""The GAN that a configuration describes."""

import pytest
import torch
from hydra import compose, initialize_config_dir

from gan_lab.assembly.labels import classes_of
from gan_lab.assembly.models import build_algorithm, load_weights
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.errors import CheckpointError, ConfigError
from gan_lab.training.growth import Plan

DIGITS = ("data=digits", "model.width=4")


@pytest.fixture(autouse=True)
def hydra_is_ready():
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        yield


def gan(*overrides):
    config = compose("config", [*DIGITS, *overrides])
    return build_algorithm(config, build(config.data, "data"))


def test_the_same_seed_gives_the_same_weights_and_another_one_does_not():
    first, again, other = gan("seed=3"), gan("seed=3"), gan("seed=4")

    weight = "generator.layers.0.weight"
    assert torch.equal(first.state_dict()[weight], again.state_dict()[weight])
    assert not torch.equal(first.state_dict()[weight], other.state_dict()[weight])


def test_the_latent_dimension_and_the_value_range_reach_the_networks():
    module = gan("latent.dim=7", "data.value_range=[0, 1]")

    images = module.sample(4, 0, "samples").images

    assert module.generator.layers[0].in_features == 7
    assert images.min() >= 0
    assert images.max() <= 1


@pytest.mark.parametrize(
    ("optimizer", "kind"), [("adam", "Adam"), ("sgd", "SGD"), ("rmsprop", "RMSprop")]
)
def test_both_networks_have_optimizers_with_settings_of_their_own(optimizer, kind):
    module = gan(f"optimizer={optimizer}", "optimizer.lr=0.5", "optimizer.discriminator.lr=0.25")

    generator_optimizer, discriminator_optimizer = module.configure_optimizers()

    assert type(generator_optimizer).__name__ == kind
    assert generator_optimizer.param_groups[0]["lr"] == 0.5
    assert discriminator_optimizer.param_groups[0]["lr"] == 0.25


@pytest.mark.parametrize(
    ("update", "simultaneous"), [("alternating", False), ("simultaneous", True)]
)
def test_the_choice_of_updates_reaches_the_training(update, simultaneous):
    assert gan(f"algorithm.update={update}").simultaneous is simultaneous


def test_reusing_fakes_reaches_the_training():
    assert gan("algorithm.reuse_fakes=true").shares_fakes is True
    assert gan().shares_fakes is False


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what torch.compile itself uses
def test_compiled_networks_compute_the_same_under_the_same_names():
    eager, compiled = gan(), gan("performance.compile=true")
    images = torch.rand(4, 1, 32, 32)

    assert compiled.state_dict().keys() == eager.state_dict().keys()
    torch.testing.assert_close(compiled.discriminator(images), eager.discriminator(images))
    assert compiled.discriminator._compiled_call_impl is not None
    assert compiled.generator._compiled_call_impl is not None


@pytest.mark.parametrize(
    "override",
    ["optimizer.beta1=[0.5]", "optimizer.beta1={linear: [0.5]}", "optimizer.clip_norm=true"],
)
def test_values_of_the_wrong_form_are_mistakes_of_the_configuration(override):
    with pytest.raises(ConfigError, match="optimizer"):
        gan(override)


def test_what_torch_refuses_is_a_mistake_of_the_configuration():
    with pytest.raises(ConfigError, match="optimizer: `fused` and `foreach` cannot be"):
        gan("+optimizer.foreach=true")


def test_a_bound_on_weights_that_are_normalised_in_any_case_is_refused():
    words = ("model.discriminator.norm=spectral", "optimizer.max_column_norm=1")

    with pytest.raises(ConfigError, match=r"max_column_norm=1 has no effect .* a discriminator wi"):
        gan(*words)
    gan(words[1])


def test_weights_of_other_networks_are_refused():
    narrow, wide = gan(), gan("model.width=8")

    with pytest.raises(CheckpointError, match=r"ckpt=x\.ckpt holds other networks.*size mismatch"):
        load_weights(narrow, {"state_dict": wide.state_dict()}, "x.ckpt")


def test_the_recipe_of_2014_reaches_the_training():
    module = gan("optimizer=goodfellow", "optimizer.max_column_norm=2")

    optimizers = module.configure_optimizers()

    recipe = module.recipe
    assert [player.max_column_norm for player in recipe.players.values()] == [2, 2]
    assert [player.courses["momentum"].at(124_500, 0) for player in recipe.players.values()] == [
        0.7, 0.7,
    ]  # fmt: skip
    assert recipe.schedule(1) == pytest.approx(1 / 1.000004, rel=1e-12)
    assert [group["momentum"] for o in optimizers for group in o.param_groups] == [0.5, 0.5]


def test_what_is_said_of_one_player_goes_before_what_is_said_of_all():
    module = gan(
        "optimizer.clip_norm=5", "optimizer.discriminator.clip_norm=1", "optimizer.beta1=0.5",
        "optimizer.generator.beta1=0", "optimizer.beta2=0.9",
        "optimizer.weight_decay={linear: [0.1, 0], iterations: 10}",
        "optimizer.generator.weight_decay=0.2",
    )  # fmt: skip

    players = module.recipe.players
    (generator,), (discriminator,) = (o.param_groups for o in module.configure_optimizers())

    assert [player.clip_norm for player in players.values()] == [5, 1]
    assert (generator["betas"], discriminator["betas"]) == ((0, 0.9), (0.5, 0.9))
    assert (generator["weight_decay"], discriminator["weight_decay"]) == (0.2, 0.1)
    assert [list(player.courses) for player in players.values()] == [[], ["weight_decay"]]


def test_any_player_may_have_a_moving_average():
    module = gan(
        "ema.generator.decay=null", "ema.discriminator.half_life_images=640", "batch_size=64"
    )

    assert list(module.averages) == ["discriminator"]
    assert module.averages["discriminator"].decay == pytest.approx(0.5**0.1)
    assert module.evaluated_generator is module.generator


def test_an_average_said_in_two_ways_is_refused():
    with pytest.raises(ConfigError, match=r"ema\.generator\.decay=0\.9.*leave one of them out"):
        gan("ema.generator.decay=0.9", "ema.generator.half_life_images=640")


def test_the_chosen_terms_reach_the_training_under_their_names():
    module = gan("terms=[r1,gradient_penalty]", "terms.r1.weight=5", "terms.r1.every=16")

    assert list(module.terms.terms) == ["r1", "gradient_penalty"]
    assert (module.terms.terms["r1"].weight, module.terms.terms["r1"].every) == (5, 16)
    assert gan().terms.terms == {}


STARGAN = ("algorithm=stargan", "data.size=16")


def stargan(*overrides):
    config = compose("config", [*DIGITS, *STARGAN, *overrides])
    dataset = build(config.data, "data")
    return build_algorithm(config, dataset, classes_of(dataset, dataset.load()))


def test_the_classes_of_the_data_are_the_domains():
    module = stargan("data.classes=[3,5,8]")

    assert module.domains == ("3", "5", "8")
    images = torch.zeros(2, 1, 16, 16)
    assert module.discriminator(images, with_features=True).head.shape == (2, 3)
    assert list(module.terms.terms) == ["gradient_penalty"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["data.condition=none"], r"data\.condition=none tells the model of no domains"),
        (["data.classes=[3]"], r"one class only, 3, and there is nothing to translate it to"),
        (["model=cyclegan"], r"model=cyclegan is told of no labels, .* choose model=stargan"),
        (["model=dcgan"], r"model=dcgan makes images of latents, and algorithm=stargan has none"),
        (["model.discriminator.halvings=5"], r"halvings=5 leaves nothing of the 16x16 pixels"),
        (["data.size=18"], r"model=stargan makes images .* try data\.size=16"),
    ],
)
def test_what_cannot_be_translated_between_domains_is_refused(words, message):
    with pytest.raises(ConfigError, match=message):
        stargan(*words)


def test_a_translator_of_domains_needs_an_algorithm_that_has_some():
    with pytest.raises(ConfigError, match=r"choose another model=, or algorithm=cyclegan or star"):
        gan("model=stargan", "data.size=16")


GROWING = ("model=progressive", "data.size=16", "batch_size=8", "iterations=10")


def test_the_length_of_levels_comes_with_networks_that_grow():
    module = gan(*GROWING, "algorithm.growth.stable=20", "algorithm.growth.fade=30")

    assert module.growth.plan == Plan(first=0, last=2, stable=20, fade=30)
    assert module.generator.in_use == 0
    assert gan(*GROWING, "algorithm.growth=null").generator.in_use == 2
    assert gan().growth.plan is None


def test_stages_that_are_longer_than_the_run_are_refused_with_what_would_do():
    long = ("algorithm.growth.stable=30", "algorithm.growth.fade=20")

    with pytest.raises(ConfigError) as refused:
        gan(*GROWING, *long)

    assert str(refused.value) == (
        "algorithm.growth comes to the size of the data after 80 images, and iterations=10 show "
        "80: choose iterations=11 or more, or shorter stages, such as algorithm.growth.stable=16 "
        "algorithm.growth.fade=16."
    )
    gan(*GROWING, *long, "iterations=11")
    gan(*GROWING, "algorithm.growth.stable=16", "algorithm.growth.fade=16")
