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

    with pytest.raises(ConfigError, match=r"data\.limit=few must be a whole number of"):
        build(OmegaConf.create(node), "data")


def test_build_passes_on_what_a_component_says_of_its_values():
    node = {"_target_": "gan_lab.latents.priors.Uniform", "dim": 3, "low": 2.0, "high": 1.0}

    with pytest.raises(ConfigError, match=r"latent\.low=2\.0 must be smaller"):
        build(OmegaConf.create(node), "latent")


@pytest.mark.usefixtures("hydra_is_ready")
@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            ["optimizer.lr=-1"],
            r"^optimizer\.lr=-1 must be a number from 0 to 1,000\.$",
        ),
        (["optimizer.generator.lr=nan"], r"^optimizer\.generator\.lr=nan must be a number"),
        (["optimizer.beta2=1"], r"^optimizer\.beta2=1 must be a number from 0 to below 1\.$"),
        (
            ["optimizer.generator.beta1=-0.1"],
            r"^optimizer\.generator\.beta1=-0\.1 must be a number",
        ),
        (
            ["optimizer.clip_norm=nan"],
            r"^optimizer\.clip_norm=nan must be a number above 0 or null",
        ),
        (
            ["optimizer.discriminator.clip_norm=0"],
            r"^optimizer\.discriminator\.clip_norm=0 must be",
        ),
        (
            ["optimizer.generator.momentum=0.9"],
            r"^optimizer\.generator\.momentum=0\.9: .* no momentum",
        ),
        (["optimizer.lr={linear: [1, 2]}"], r"^optimizer\.lr={linear: \[1, 2\]} must be a number"),
        (
            ["optimizer.lr={linear: [1, -2], images: 9}"],
            r"^optimizer\.lr={linear: .* must be a num",
        ),
        (
            ["algorithm.update=alternate"],
            r"^algorithm\.update=alternate is not known. Type algorit",
        ),
        (["algorithm.discriminator_steps=0"], r"^algorithm\.discriminator_steps=0 must be a whole"),
        (["terms=[r1]", "terms.r1.weight=-1"], r"^terms\.r1\.weight=-1 must be a number from 0"),
        (["terms=[r1]", "terms.r1.every=0"], r"^terms\.r1\.every=0 must be a whole number from 1"),
        (
            ["optimizer=rmsprop", "optimizer.alpha=-1"],
            r"^optimizer\.alpha=-1 must be a number",
        ),
        (["loss=lsgan", "loss.a=null"], r"^loss\.a=null must be a number from -1,000 to 1,000\."),
        (["model.width=0"], r"^model\.width=0 must be a whole number from 1 to 10,000\."),
        (
            ["model.width=[8,8]"],
            r"^model\.width=\[8, 8\] must be a whole number from 1 to 10,000\.",
        ),
        (["model=r3gan", "model.width=[8,0]"], r"^model\.width=\[8, 0\] .* or a list of 1 to 20"),
        (["model.discriminator.slope=nan"], r"^model\.discriminator\.slope=nan must be a number"),
        (["model.discriminator.norm=sn"], r"Type model\.discriminator\.norm=spectral\."),
        (["model.discriminator.norm=group"], r"Known here: batch, instance, layer, none, spectral"),
        (["model.discriminator.minibatch_std=1"], r"std=1 must be 0 or a whole number from 2"),
        (["model=mlp", "model.discriminator.dropout=1"], r"dropout=1 must be a number from 0 to b"),
        (["model=mlp", "model.generator.output=liner"], r"output=liner is not .* mean 'linear'"),
        (["model=mlp", "model.generator.activations=[relu,tanh]"], r"a list of relu or sigmoid"),
        (["model=mixture_mlp", "model.generator.hidden=[8,0]"], r"hidden=\[8, 0\] must be a list"),
        (["model=mixture_mlp", "model.discriminator.pieces=0"], r"pieces=0 must be a whole number"),
        (["model=density_mlp", "model.discriminator.hidden=[-1]"], r"hidden=\[-1\] must be a list"),
        (["model=stacked_mnist_dcgan", "model.generator.last_stride=3"], r"last_stride=3 is not"),
        (["model=stacked_mnist_dcgan", "model.generator.channels=[]"], r"a list of 1 to 10 whole"),
        (["model=maxout_conv", "model.generator.kernel=0"], r"kernel=0 must be a whole number"),
        (
            ["model=maxout_conv", "model.discriminator.convolutions=[{channels: 8}]"],
            r"groups of channels: a whole number from 1 to 10,000, kernel: a whole",
        ),
        (["latent.dim=0"], r"^latent\.dim=0 must be a whole number from 1 to 100,000\."),
        (["latent=uniform", "latent.low=-inf"], r"^latent\.low=-inf must be a number from"),
        (["optimizer/schedule=cosine", "optimizer.schedule.end=0"], r"schedule\.end=0 must be a"),
        (["optimizer=goodfellow", "optimizer.schedule.divisor=0.5"], r"divisor=0\.5 must be a num"),
        (
            ["evaluation.metrics.prdc.limit=0"],
            r"^evaluation\.metrics\.prdc\.limit=0 must be a",
        ),
        (
            ["evaluation.metrics.ndb.alpha=-1"],
            r"ndb\.alpha=-1 must be a number above 0 and",
        ),
        (["evaluation.metrics.ndb.bins=99999999999999999999"], r"ndb\.bins=9+ must be a whole num"),
        (["+evaluation/metrics=parzen", "evaluation.metrics.parzen.sigmas=0"], r"sigmas=0 must be"),
        (["data.limit=-1"], r"^data\.limit=-1 must be a whole number of at least 1 or null\."),
        (
            ["data.value_range=[0,nan]"],
            r"^data\.value_range=\[0, nan\] must be a list of 2",
        ),
        (["data=cifar10", "data.contrast=0"], r"^data\.contrast=0 must be a number above 0 and"),
        (["data=tfd", "data.fold=5"], r"^data\.fold=5 must be a whole number from 0 to 4\."),
        (["data=folder", "data.channels=2"], r"^data\.channels=2 is not .*1, 3, 4"),
        (
            ["data=folder", "data.labels=yes"],
            r"^data\.labels=yes is not .*auto, file, folder, none",
        ),
        (["data=folder", "data.crop=left"], r"^data\.crop=left is not .*center, none, random"),
        (["data=folder", "data.range=255"], r"^data\.range=255 is not .*auto, type"),
        (["data=folder", "data.on_bad_image=ignore"], r"on_bad_image=ignore is not .*refuse, skip"),
        (["data=ring", "data.protocol=pacgn"], r"^data\.protocol=pacgn is not .* mean 'pacgan'\?"),
        (
            ["data=density", "data.stds=[0]"],
            r"^data\.stds=\[0\] must be a list of 1 or",
        ),
        (["logger=wandb", "logger.wandb.init_timeout=0"], r"init_timeout=0 must be a number above"),
    ],
)
def test_values_that_an_argument_refuses_are_named_by_the_key_one_types(overrides, message):
    with pytest.raises(ConfigError, match=message):
        check_parts(compose("config", overrides))
