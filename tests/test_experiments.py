"""Every file in conf/experiment and conf/debug: its header, its length, and that it runs."""

import math

import pytest
from hydra import compose, initialize_config_dir

from gan_lab.config.check import check
from gan_lab.config.options import find_conf
from gan_lab.config.plain import resolved

EXPERIMENTS = sorted(path.stem for path in (find_conf() / "experiment").glob("*.yaml"))
PRESETS = sorted(path.stem for path in (find_conf() / "debug").glob("*.yaml"))
LABELS = ("source", "result", "cost", "run", "differs")


@pytest.fixture
def hydra_is_ready():
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        yield


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_an_experiment_says_what_it_asks_where_it_is_from_and_what_it_costs(name):
    lines = (find_conf() / "experiment" / f"{name}.yaml").read_text().splitlines()

    assert lines[0] == "# @package _global_"
    assert lines[1].endswith("?")
    for label in LABELS:
        assert any(line.startswith(f"# {label} ") for line in lines), label
    assert any(f"python -m gan_lab experiment={name}" in line for line in lines)
    assert len([line for line in lines if line and not line.startswith("#")]) <= 30


@pytest.mark.usefixtures("hydra_is_ready")
@pytest.mark.parametrize(
    "word", [f"experiment={e}" for e in EXPERIMENTS] + [f"debug={p}" for p in PRESETS]
)
def test_each_file_composes_into_a_valid_configuration(word):
    check(compose("config", [word]), [word])


@pytest.mark.usefixtures("hydra_is_ready")
def test_the_default_is_the_experiment_mnist_dcgan():
    assert resolved(compose("config", [])) == resolved(
        compose("config", ["experiment=mnist_dcgan"])
    )


@pytest.mark.usefixtures("hydra_is_ready")
@pytest.mark.parametrize("name", ["mnist_dcgan", "mnist_mlp", "cifar10_dcgan"])
def test_the_experiments_of_the_first_release_are_there(name):
    assert name in EXPERIMENTS


@pytest.mark.usefixtures("hydra_is_ready")
@pytest.mark.parametrize(
    ("name", "images"),
    [
        ("goodfellow_mnist", 50_000),
        ("goodfellow_tfd_pretrain", 98_058),
        ("goodfellow_tfd", 98_058),
        ("goodfellow_cifar10_fc", 40_000),
        ("goodfellow_cifar10_conv", 40_000),
    ],
)
def test_the_experiments_of_2014_turn_the_authors_epochs_and_rates_into_ours(name, images):
    config = compose("config", [f"experiment={name}"])
    optimizer = config.optimizer
    epoch = math.ceil(images / config.batch_size)

    assert optimizer.generator.lr is None  # that of the recipe
    assert optimizer.discriminator.lr == optimizer.lr / 2  # for half of the loss
    assert optimizer.schedule.floor * optimizer.lr == pytest.approx(1e-6)
    # From the first to the 250th epoch.
    assert optimizer.momentum == {"linear": [0.5, 0.7], "iterations": 249 * epoch}
    assert config.iterations % epoch == 0
    assert config.algorithm["update"] == "simultaneous"
    assert config.model.discriminator.weight_range == 0.005
    assert config.model.discriminator.dropout_in_generator_phase
