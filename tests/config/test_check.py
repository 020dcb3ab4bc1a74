"""What is refused, and in which words."""

import subprocess
import sys

import pytest

from gan_lab.config.check import check
from gan_lab.config.composition import composition
from gan_lab.config.schema import TASKS
from gan_lab.errors import ConfigError

pytestmark = pytest.mark.usefixtures("hydra_is_ready")


def checked(*overrides):
    config = composition(overrides).config
    check(config, overrides)
    return config


@pytest.mark.parametrize(
    "overrides",
    [
        (),
        ("model=mlp", "loss=lsgan", "data=tfd", "optimizer=sgd", "latent=uniform"),
        ("optimizer=rmsprop", "optimizer/schedule=cosine", "latent=spherical"),
        ("logger=[tensorboard,wandb]",),
        ("logger=wandb", "logger.wandb.project=mine"),
        ("task=sample", "n=3", "out=x.png"),
        ("debug=fast", "trainer=ddp_sim"),
        ("debug=overfit", "experiment=mnist_mlp"),
        ("ema.generator.decay=null",),
        ("ema.generator.half_life_images=500000", "ema.generator.decay=null"),
        ("ema.discriminator.decay=0.99", "algorithm.update=simultaneous"),
        ("model=mixture_mlp", "model.weight_std=null", "ema.generator.decay=0.9"),
        ("optimizer.lr=1", "ema.generator.decay=0.5", "data.limit=7", "data.classes=[1,2]"),
        ("data.size=[64,96]",),
        (
            "latent=structured",
            "latent.factors.noise=null",
            "latent.factors.category.size=3",
            "+latent.factors.style={kind: gaussian, size: 1, informative: true}",
        ),
        ("trainer.devices=[0,1]",),
        ("optimizer.beta1=0", "optimizer.generator.beta2=0.9"),
        ("optimizer.lr={linear: [0.1, 0], images: 1000}",),
        ("loss=wasserstein", "terms=[gradient_penalty,r1]", "terms.r1.every=16"),
        ("terms=[r1]", "terms.r1.weight={cosine: [1, 0.1], iterations: 100}"),
    ],
)
def test_what_the_choices_offer_is_accepted(overrides):
    checked(*overrides)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["iterations=abc"], r"iterations=abc must be a whole number from 1 to"),
        (["iterations=1.5"], r"iterations=1\.5 must be a whole number from 1 to"),
        (["iterations=0"], r"iterations=0 must be a whole number from 1 to 1,000,000,000\."),
        (["task=interpolate", "confidence=2"], r"confidence=2 must be a number from 0 to 1\."),
        (["seed=-1"], r"seed=-1 must be a whole number of at least 0\."),
        (["batch_size=99999999999999999999"], r"batch_size=9+ must be a whole number from 1 to"),
        (["task=arithmetic", "noise=nan"], r"noise=nan must be a number from 0 to 1,000\."),
        (["task=invert", "step_size=nan"], r"step_size=nan must be a number above 0 and at most"),
        (["callbacks.collapse.fall=inf"], r"callbacks\.collapse\.fall=inf must be a number from 0"),
        (["ema.generator.decay=1"], r"ema\.generator\.decay=1 must be a number above 0 and"),
        (["ema.generator.decay={a: 1}"], r"ema\.generator\.decay={a: 1} must be a number above 0"),
        (["ema.generator.half_life_images=-1"], r"half_life_images=-1 must be a number from 0"),
        (["ema.generator=0.9"], r"ema\.generator=0\.9 must be a group of keys"),
        (["+ema.critic.decay=0.9"], r"no key ema\.critic\.decay\."),
        (["model.pack=0"], r"model\.pack=0 must be a whole number from 1 to 1,000\."),
        (["trainer.devices=0"], r"trainer\.devices=0 must be auto, -1, a whole number from 1"),
        (["evaluation.monitor=''"], r"evaluation\.monitor= is empty; give it a value"),
        (["log_every=-1"], r"log_every=-1 must be a whole number from 1 to"),
        (["seed=null"], r"seed=null must be a whole number of at least 0\."),
        (["allow_config_change=maybe"], r"allow_config_change=maybe must be true or false\."),
        (["optimizer.lr=fast"], r"optimizer\.lr=fast must be a number\."),
        (["optimizer.lr=true"], r"optimizer\.lr=true must be a number\."),
        (["optimizer.beta1=a"], r"optimizer\.beta1=a must be a number\."),
        (["optimizer.lr=${nothing}"], "lr: Interpolation key 'nothing' not found"),
        (["model.width=6.5"], r"model\.width=6\.5 must be a whole number\."),
        (["data.flip=1"], r"data\.flip=1 must be true or false\."),
        (["latent.dim=many"], r"latent\.dim=many must be a whole number\."),
        (["model.generator=3"], r"model\.generator=3 must be a group of keys, not one value\."),
        (["optimizer.schedule=linear"], r"choose an option with optimizer/schedule=NAME\."),
        (["+optimizer.lrr=1"], r"no key optimizer\.lrr\. Did you mean 'optimizer\.lr=1'\?"),
        (["+EVALUATION.every=3"], r"no key EVALUATION\.every\. Did you mean 'evaluation"),
        (["+itertions=1"], r"no key itertions\. Did you mean 'iterations=1'\?"),
        (["+trainer.max_steps=9"], r"no key trainer\.max_steps\. Type iterations=9\."),
        (["+trainer.gradient_clip_val=1"], r"optimizer\.clip_norm="),
        (["trainer.precision=16"], r"precision=16 is not known. Type trainer\.precision=16-mixed"),
        (["trainer.num_nodes=two"], r"trainer\.num_nodes=two must be a whole number from 1"),
        (["trainer=3"], "string or a list"),
        (["~seed"], r"seed is missing\."),
        (["ckpt="], r"ckpt= is empty"),
        (["iterations='5'"], r"iterations=5 must be a whole number"),
        (["data=[mnist,digits]"], r"data takes one"),
        (["task=sample", "format=gif"], r"format=gif is not known. Known here: grid, npz, png"),
        (["+n=4"], r"n=4: there is no key n\."),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_with_its_key_its_value_and_a_remedy(overrides, message):
    with pytest.raises(Exception, match=message):
        checked(*overrides)


@pytest.mark.parametrize("task", TASKS)
def test_every_task_accepts_its_own_file(task):
    assert checked(f"task={task}").task == task


def test_checking_a_configuration_imports_neither_torch_nor_lightning():
    code = (
        "import sys\n"
        "from hydra import compose, initialize_config_dir\n"
        "from gan_lab import command_line\n"
        "from gan_lab.config.check import check\n"
        "from gan_lab.config.options import find_conf\n"
        "with initialize_config_dir(str(find_conf()), version_base='1.3'):\n"
        "    check(compose('config', []), [])\n"
        "sys.exit(any(name in sys.modules for name in ('torch', 'lightning', 'numpy')))\n"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "word",
    [
        "ckpt=https://example.org/RUN/checkpoints/last.ckpt",
        "ckpt=http://example.org/last.ckpt",
        "ckpt=s3://bucket/last.ckpt",
        "ckpt=file:///tmp/last.ckpt",
        "ckpt=hf://someone/model/last.ckpt",
        "data.dir=gs://bucket/pictures",
    ],
)
def test_an_address_of_the_web_is_refused_where_a_path_belongs(word):
    with pytest.raises(ConfigError, match=rf"^{word} is a web address.* download it first"):
        checked(word)


def test_a_path_with_a_colon_is_one():
    checked("ckpt=C:/runs/last.ckpt", "data.dir=a:b//c")
