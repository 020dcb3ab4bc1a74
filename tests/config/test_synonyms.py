"""What things are called elsewhere leads to what they are called here."""

import inspect
import re
from typing import get_type_hints

import pytest
import yaml
from hydra import initialize_config_dir
from lightning import Trainer as LightningTrainer

from gan_lab.config.build import PARTS
from gan_lab.config.check import defaults_of_choices
from gan_lab.config.options import find_conf, groups, options_of
from gan_lab.config.plain import resolved
from gan_lab.config.schema import TASKS, Root, Trainer
from gan_lab.config.suggestions import instead_of_key, no_such_key, no_such_option
from gan_lab.config.synonyms import FILE, for_keys, for_options, for_values, normal
from gan_lab.dotted_keys import leaves
from gan_lab.networks.normalisation import Norm
from gan_lab.training.gan import GAN

FILED = yaml.safe_load(FILE.read_text("utf-8"))
KEYS = for_keys()
OPTIONS = {group: for_options(group) for group in FILED["options"]}
VALUES = {key: for_values(key) for key in FILED["values"]}
ONE_WORD = sorted({remedy for remedy in KEYS.values() if " " not in remedy})
SENTENCES = sorted(
    {remedy for table in (KEYS, *OPTIONS.values()) for remedy in table.values() if " " in remedy}
)


ELSEWHERE = [
    "epochs", "max_epochs", "n_critic", "d_steps", "gpus", "bce", "ns", "wgan", "hinge",
    "spectral_norm", "truncation_psi", "generate", "train_batch_size", "z_dim", "nz", "ngf", "ndf",
    "image_size", "workers", "resume_from_checkpoint", "auto_lr_find", "val_check_interval",
    "fp16", "amp", "n_epochs", "b1", "b2", "latent_dim", "img_size", "channels",
    "sample_interval", "dataroot", "netG", "manualSeed", "cuda", "niter", "gamma", "batch",
    "kimg", "mirror", "snap", "cfg", "outdir", "cond", "resume_pkl", "wgan-gp", "r1", "ada",
    "ema_decay", "betas", "wd", "eval", "test", "project", "entity", "name", "tags", "save_dir",
    "num_workers", "pin_memory", "precision", "amp_backend", "devices", "nproc", "device", "cpu",
]  # fmt: skip


@pytest.fixture(scope="module")
def known():
    """Return every key: those that any options of the groups have, tasks, and the groups."""
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        keys = set(leaves(resolved(defaults_of_choices([]))))  # with every option of the lists
    for group in ("algorithm", "model", "data", "optimizer", "augment"):
        for path in (find_conf() / group).glob("*.yaml"):
            text = path.read_text("utf-8")
            place = "" if text.startswith("# @package _global_") else f"{group}."
            values = {
                key: value
                for key, value in (yaml.safe_load(text) or {}).items()
                if key != "defaults"
            }
            keys |= {f"{place}{key}" for key in leaves(values)}
    return keys.union(*(get_type_hints(task) for task in TASKS.values()), groups())


@pytest.mark.parametrize("remedy", ONE_WORD)
def test_a_remedy_of_one_word_is_a_key(known, remedy):
    assert remedy in known


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_key_and_option_in_a_sentence_is_there(known, sentence):
    for key, value in re.findall(r"([\w./]+)=([\w./\[\],-]*)", sentence):
        if not key.startswith("hydra."):
            assert any(name == key or name.startswith(f"{key}.") for name in known), key
        if key in groups() and re.fullmatch(r"[a-z_0-9]+", value):
            assert value in options_of(key), f"{key}={value}"


def test_no_key_of_the_root_and_no_option_is_in_the_tables():
    assert not set(KEYS) & set(get_type_hints(Root))
    for group, names in OPTIONS.items():
        assert group in groups()
        assert not set(names) & set(options_of(group)), group
        assert all(name == normal(name) for name in names)
    assert all(name == normal(name) for name in KEYS)


def test_a_table_has_each_name_once():
    for rows in (FILED["keys"], *FILED["options"].values(), *FILED["values"].values()):
        names = " ".join(row["names"] for row in rows).split()
        assert len(names) == len(set(names))


def test_values_lead_to_values_that_are_allowed():
    hints = {f"trainer.{key}": hint for key, hint in get_type_hints(Trainer).items()}
    for task in TASKS.values():
        for key, hint in get_type_hints(task).items():  # several tasks have a format
            hints[key] = (hints.get(key), hint)
    hints["algorithm.update"] = get_type_hints(GAN.__init__)["update"]
    hints["model.discriminator.norm"] = hints["model.generator.norm"] = Norm
    for key, names in VALUES.items():
        assert all(f"'{value}'" in str(hints[key]) for value in names.values()), key


def test_every_flag_of_lightnings_trainer_has_a_remedy():
    flags = set(inspect.signature(LightningTrainer).parameters) - {
        *get_type_hints(Trainer),
        "callbacks",
        "logger",
        "plugins",
    }

    assert {flag for flag in flags if normal(flag) not in KEYS} == set()


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_people_know_from_elsewhere_has_a_remedy(name):
    assert "--help lists the keys" not in instead_of_key(name, "=1")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("n_critic", "n_critic=5: there is no key n_critic. Type algorithm.discriminator_steps=5."),
        ("trainer.gpus", "trainer.gpus=5: there is no key trainer.gpus. trainer.devices= says"),
        ("batch-size", "batch-size=5: there is no key batch-size. Did you mean 'batch_size=5'?"),
        ("model.conditional", "there is no key model.conditional. data.condition=labels tel"),
        ("frobnicate", "frobnicate=5: there is no key frobnicate. --help lists the keys"),
    ],
)
def test_a_key_that_is_not_there_is_named_with_its_value_and_a_remedy(name, sentence):
    assert sentence in str(no_such_key(name, "5", get_type_hints(Root)))


@pytest.mark.parametrize(
    ("group", "option", "sentence"),
    [
        ("loss", "gan", "loss=gan is not known. loss=minimax is the game of 2014"),
        ("loss", "LSGAN", "loss=LSGAN is not known. Did you mean 'lsgan'?"),
        (
            "loss",
            "wgan-gp",
            "loss=wgan-gp is not known. loss=wasserstein is that loss; terms=[gradient_penalty]",
        ),
        ("terms", "wgan-gp", "terms=wgan-gp is not known. terms=[gradient_penalty] is that term."),
        (
            "algorithm",
            "BiGAN",
            "algorithm=BiGAN is not there; --help lists what algorithm= can be.",
        ),
        ("data", "SVHN", "data=SVHN is not there; images of your own are data=folder data.dir="),
        (
            "optimizer",
            "AdamW",
            "optimizer=AdamW is not there; optimizer= is adam, rmsprop, sgd, goo",
        ),
        ("task", "test", "task=test is not known. task=evaluate scores"),
        ("model", "stylegan2", "model=stylegan2 is not there; model= is dcgan"),
        ("loss", "lsgna", "loss=lsgna is not known. Did you mean 'lsgan'?"),
    ],
)
def test_an_option_that_is_not_there_is_named_with_a_remedy(group, option, sentence):
    assert sentence in str(no_such_option(group, option))


@pytest.mark.parametrize(
    ("word", "remedy"),
    [
        ("discriminator_steps=3", "Type algorithm.discriminator_steps=3."),
        ("update=simultaneous", "Type algorithm.update=simultaneous."),
        ("reuse_fakes=true", "Type algorithm.reuse_fakes=true."),
        ("model.ema=0.99", "Type ema.generator.decay=0.99."),
        ("model.ema_warm_up=false", "Type ema.generator.warm_up=false."),
        ("optimizer.betas=[0,0.9]", "optimizer.beta1= and optimizer.beta2= are the two"),
        ("optimizer.generator.betas=[0,0.9]", "optimizer.beta1= and optimizer.beta2= are the two"),
        ("optimizer.momentum_schedule.end=9", "'optimizer.momentum={linear: [0.5, 0.7], iteration"),
        ("optimizer/momentum_schedule=linear", "'optimizer.momentum={linear: [0.5, 0.7], itera"),
    ],
)
def test_a_word_of_before_is_answered_with_that_of_now(word, remedy, run):
    outcome = run(word)

    assert outcome.status == 1
    assert outcome.err.startswith(f"gan_lab: {word}: there is no key")
    assert remedy in outcome.err
    assert outcome.err.count("\n") == 1


def test_groups_with_parts_have_a_table():
    assert set(PARTS) - {"evaluation"} <= set(OPTIONS) | {"evaluation"}
