"""What `_target_` may name, and what is made of it."""

import pytest
from hydra import compose
from omegaconf import OmegaConf

from gan_lab.config.build import build, check_parts
from gan_lab.errors import ConfigError


@pytest.mark.parametrize(
    "target",
    [
        "os.system",
        "builtins.eval",
        "subprocess.run",
        "pathlib.Path.write_text",
        "torch.load",
        "gan_lab.config.importlib.import_module",
        "gan_lab.durable.replacing",
        "gan_lab.tasks.sample.write",
        "gan_lab.runs.metrics_file.MetricsFile",
        "gan_lab.data.packages.pip_download",
        "gan_lab.data.files.os.system",
        "gan_lab.losses.adversarial.softplus",
        "torch.optim.lr_scheduler.math.exp",
        "gan_lab.data.packages.subprocess.run",
        "gan_lab.data.packages.shutil.which",
        "torch.optim.adam.torch.load",
        "torch.optim.../../os",
        "gan_labs.evil",
        "",
    ],
)
def test_build_runs_nothing_but_gan_lab_and_the_optimizers(target):
    with pytest.raises(ConfigError, match="_target_"):
        build(OmegaConf.create({"_target_": target}), "model")


@pytest.mark.parametrize("position", ["nested", "in_a_list"])
def test_build_looks_for_forbidden_targets_everywhere(position):
    evil = {"_target_": "os.getcwd"}
    node = {
        "_target_": "gan_lab.losses.adversarial.LeastSquares",
        "a": evil if position == "nested" else [evil],
    }

    with pytest.raises(ConfigError, match=r"os\.getcwd is refused"):
        build(OmegaConf.create(node), "loss")


def test_build_makes_the_object_with_the_values_given():
    loss = build(
        OmegaConf.create({"_target_": "gan_lab.losses.adversarial.LeastSquares", "b": 3}), "loss"
    )

    assert loss.b == 3


def test_build_compares_values_without_a_default_with_the_arguments_types():
    node = {"_target_": "gan_lab.data.digits.Digits", "limit": "few"}

    with pytest.raises(ConfigError, match=r"data\.limit=few must be a whole number or null\."):
        build(OmegaConf.create(node), "data")


def test_build_passes_on_what_a_component_says_of_its_values():
    node = {"_target_": "gan_lab.latents.priors.Uniform", "dim": 3, "low": 2.0, "high": 1.0}

    with pytest.raises(ConfigError, match=r"latent\.low=2\.0 must be smaller"):
        build(OmegaConf.create(node), "latent")


@pytest.mark.usefixtures("hydra_is_ready")
@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["optimizer.lr=-1"], r"^optimizer\.lr=-1 must be a number from 0 to 1,000\."),
        (["optimizer.generator.lr=nan"], r"^optimizer\.generator\.lr=nan must be a number"),
        (
            ["optimizer.betas=[0.5, 1]"],
            r"^optimizer\.betas=\[0\.5, 1\] must be a list",
        ),
        (
            ["optimizer=rmsprop", "optimizer.alpha=-1"],
            r"^optimizer\.alpha=-1 must be a number",
        ),
        (["loss=lsgan", "loss.a=null"], r"^loss\.a=null must be a number\."),
    ],
)
def test_values_that_an_argument_refuses_are_named_by_the_key_one_types(overrides, message):
    with pytest.raises(ConfigError, match=message):
        check_parts(compose("config", overrides))
