"""No `_target_` gets anything run that is not a part of gan_lab, wherever it stands.

That the gadgets would work if they were called is tested in test_pickles.py.
"""

import sys

import pytest
import torch
from omegaconf import OmegaConf

from gan_lab.assembly import trained_model as opening
from gan_lab.config.build import PARTS, build
from gan_lab.errors import ConfigError
from gan_lab.tasks import train
from tests.safety.conftest import FAST
from tests.safety.gadgets import ONE_IN_FIVE_QUICK

pytestmark = pytest.mark.filterwarnings("ignore:.*has no manifest.json beside it:UserWarning")

REFUSED = r"(?s)^_target_=.* (is refused: it must name .*|does not exist)\.$"
HONEST = {
    "data": "gan_lab.data.digits.Digits",
    "model": "gan_lab.networks.mlp.MLPGenerator",
    "algorithm": "gan_lab.training.gan.GAN",
    "loss": "gan_lab.losses.adversarial.LeastSquares",
    "likelihood": "gan_lab.losses.likelihoods.Gaussian",
    "terms": "gan_lab.losses.r1.R1",
    "augment": "gan_lab.augmentation.noise.InstanceNoise",
    "latent": "gan_lab.latents.priors.Gaussian",
    "optimizer": "torch.optim.SGD",
    "evaluation": "gan_lab.evaluation.frechet.FrechetDistance",
    "logger": "gan_lab.callbacks.tensorboard.TensorBoard",
    "callbacks": "gan_lab.callbacks.graceful_stop.GracefulStop",  # none has a target of its own
}

# Names inside gan_lab and torch.optim that are no parts, or none of that group.
OUT_OF_PLACE = [
    ("loss", "gan_lab.data.digits.Digits"),
    ("loss", "gan_lab.losses.adversarial.softplus"),
    ("loss", "gan_lab.losses"),
    ("loss", "gan_lab.losses.r1.R1"),
    ("terms", "gan_lab.losses.adversarial.LeastSquares"),
    ("terms", "gan_lab.losses.terms.squared_gradient_norms"),
    ("augment", "gan_lab.losses.r1.R1"),
    ("augment", "gan_lab.augmentation.cutout.cut_out"),
    ("algorithm", "gan_lab.training.player.Player"),
    ("algorithm", "gan_lab.training.algorithm.LightningModule"),
    ("data", "gan_lab.data.packages.pip_download"),
    ("data", "gan_lab.data.packages._ArrayUnpickler.find_class"),
    ("data", "gan_lab.data.store.create_once"),
    ("data", "gan_lab.data.store.read"),
    ("model", "gan_lab.runs.metrics_file.MetricsFile"),
    ("model", "gan_lab.networks.dcgan.nn.Sequential"),
    ("model", "gan_lab.networksos.system"),
    ("latent", "gan_lab.latents.priors.Gaussian.__init__"),
    ("latent", "gan_lab.latents.priors.__builtins__"),
    ("optimizer", "torch.optim.adam._use_grad_for_differentiable"),
    ("optimizer", "torch.optim.../../os.system"),
    ("optimizer", "torch.optim..os.system"),
    ("optimizer", "torch.nn.Linear"),
    ("evaluation", "gan_lab.evaluation.inception_weights.fetch"),
    ("evaluation", "gan_lab.assembly.extractors._own"),
    ("logger", "gan_lab.callbacks.run_record.RunRecord"),
    ("logger", "gan_lab.callbacks.weights_and_biases.os.system"),
    ("logger", "gan_lab.callbacks.weights_and_biases.has_wandb_key"),
    ("data", "gan_lab.data.store.Writer"),
    ("model", "gan_lab.networks.maxout_conv.Convolution"),
    ("model", "gan_lab.networks.strided.OneProduct"),
    ("optimizer", "torch.optim.lr_scheduler.CyclicLR"),
    ("optimizer", "torch.optim.swa_utils.AveragedModel"),
    ("optimizer", "torch.optim.swa_utils.SWALR"),
    ("evaluation", "gan_lab.evaluation.pixels.Pixels"),
    ("loss", ""),
    ("loss", "."),
    ("loss", "os"),
    ("loss", "gan_lab.losses.adversarial. LeastSquares"),
    ("loss", "GAN_LAB.losses.adversarial.LeastSquares"),
    ("loss", "gan_lab.losses.adversarial.LeastSquares\n"),
    ("loss", None),
    ("loss", 5),
    ("loss", ["os", "system"]),
    ("loss", {"_target_": "os.system"}),
]


def node_of(name, trap):
    """Return what Hydra would call with the gadget's own arguments."""
    return {"_target_": name.replace(":", "."), "_args_": list(trap.arguments(name))}


PLACES = {
    "plain": lambda evil, honest: evil,
    "partial": lambda evil, honest: {**evil, "_partial_": True},
    "nested": lambda evil, honest: {"_target_": honest, "value": evil},
    "in_a_list": lambda evil, honest: {"_target_": honest, "value": [1, [evil]]},
    "deep": lambda evil, honest: {"_target_": honest, "value": {"a": [{"b": {"c": evil}}]}},
    "not_recursive": lambda evil, honest: {"_target_": honest, "_recursive_": False, "x": evil},
    "as_an_argument": lambda evil, honest: {"_target_": honest, "_args_": [evil]},
    "looked_up": lambda evil, honest: {"_target_": honest, "a": "${b}", "b": evil},
}


@pytest.mark.parametrize("name", ONE_IN_FIVE_QUICK)
def test_no_gadget_is_called_in_any_place_of_any_group(name, trap):
    evil = node_of(name, trap)
    for group in PARTS:
        for place in PLACES.values():
            node = OmegaConf.create(place(evil, HONEST[group]))

            with pytest.raises(ConfigError, match=REFUSED):
                build(node, group)

    assert not trap.has_sprung
    assert "canary_maker" not in sys.modules


@pytest.mark.parametrize(("group", "target"), OUT_OF_PLACE)
def test_a_group_takes_its_own_parts_only(group, target):
    with pytest.raises(ConfigError, match=REFUSED):
        build(OmegaConf.create({"_target_": target}), group)


def test_a_module_is_not_even_imported_to_look_into_it():
    for group in PARTS:
        with pytest.raises(ConfigError):
            build(OmegaConf.create({"_target_": "antigravity.main"}), group)

    assert "antigravity" not in sys.modules


@pytest.mark.parametrize(
    ("key", "node"),
    [
        ("loss", {"_target_": HONEST["loss"], "b": 2.0}),
        ("latent", {"_target_": HONEST["latent"], "dim": 3}),
        ("optimizer.schedule", {"_target_": "gan_lab.schedules.Constant"}),
        ("data", {"_target_": HONEST["data"], "limit": 5}),
    ],
)
def test_the_harmless_twins_are_built(key, node):
    assert type(build(OmegaConf.create(node), key)).__module__.startswith("gan_lab.")


TYPED = {
    "changed": ["loss._target_=os.system"],
    "whole_group": ["loss={_target_:os.system,_args_:['SHELL']}"],
    "added_in_a_group": ["+loss.command={_target_:os.system,_args_:['SHELL']}"],
    "at_the_root": ["+_target_=os.system", "+command=SHELL"],
    "new_group": ["+harmless={_target_:os.system,_args_:['SHELL']}"],
    "in_the_trainer": ["+trainer.plugin={_target_:os.system,_args_:['SHELL']}"],
    "model": ["model.generator._target_=subprocess.run"],
    "optimizer": ["optimizer._target_=shutil.rmtree"],
    "optimizer_of_a_player": ["+optimizer.generator._target_=shutil.rmtree"],
    "algorithm": ["algorithm._target_=os.system"],
    "term": ["+terms.evil={_target_:os.system,_args_:['SHELL']}"],
    "schedule": ["optimizer.schedule._target_=builtins.eval"],
    "latent": ["latent._target_=logging.os.system"],
    "data": ["data._target_=gan_lab.data.files.os.system"],
    "logger": ["+logger.evil={_target_:os.system,_args_:['SHELL']}"],
    "metric": ["evaluation.metrics.frechet._target_=os.system", "evaluation.every=1"],
    "looked_up": ["loss._target_=${oc.decode:os.system}"],
    "removed": ["~loss._target_"],
    "hydras_callbacks": [
        "+hydra.callbacks.evil._target_=shutil.copy", "+hydra.callbacks.evil.src=TEXT",
        "+hydra.callbacks.evil.dst=CANARY",
    ],
    "hydras_callbacks_at_once": [
        "+hydra.callbacks={evil:{_target_:shutil.copy,src:TEXT,dst:CANARY}}"
    ],
    "hydras_callbacks_again": [
        "++hydra.callbacks={evil:{_target_:shutil.copy,src:TEXT,dst:CANARY}}"
    ],
    "hydras_launcher": ["-m", "hydra.launcher._target_=os.system"],
    "hydras_sweeper": ["-m", "hydra.sweeper._target_=os.system"],
}  # fmt: skip


@pytest.mark.parametrize("words", TYPED.values(), ids=TYPED)
def test_a_target_that_is_typed_ends_in_one_sentence(words, run, trap):
    filled = [trap.filled(word.replace("SHELL", "touch CANARY")) for word in words]
    outcome = run(*FAST[:-1], "iterations=1", *filled)

    assert outcome.status == 1
    assert len(outcome.err.splitlines()) == 1, outcome.err
    assert outcome.err.startswith("gan_lab: ")
    assert not trap.has_sprung


def altered(honest, path, change):
    """Write a copy of the checkpoint with its configuration and words changed."""
    checkpoint = torch.load(honest, weights_only=True)
    change(checkpoint)
    torch.save(checkpoint, path)
    return path


def setting(*keys_and_value):
    *keys, last, value = keys_and_value

    def change(checkpoint):
        node = checkpoint["config"]
        for key in keys:
            node = node[key]
        node[last] = value

    return change


def wording(word):
    return lambda checkpoint: checkpoint["overrides"].append(word)


def replacing_by_word(word):
    def change(checkpoint):
        del checkpoint["config"][word.split(".")[0]]
        checkpoint["overrides"].append(word)

    return change


def shortening(checkpoint):
    # torch's fused optimizers would write past its end.
    checkpoint["optimizer_states"][0]["state"][0]["exp_avg"] = torch.zeros(1)


BROUGHT = {
    "loss": setting("loss", "_target_", "os.system"),
    "generator": setting("model", "generator", "_target_", "subprocess.run"),
    "optimizer": setting("optimizer", "generator", "_target_", "antigravity.main"),
    "latent": setting("latent", "_target_", "logging.os.system"),
    "data": setting("data", "_target_", "gan_lab.data.packages.subprocess.run"),
    "another_part": setting("loss", "_target_", "gan_lab.data.digits.Digits"),
    "nested": setting("loss", "b", {"_target_": "os.system"}),
    "looked_up": setting("loss", "_target_", "${oc.env:HOME}"),
    "environment": setting("data", "dir", "${oc.env:HOME}"),
    "word_instead_of_a_value": replacing_by_word("evaluation.metrics.kernel._target_=os.system"),
    "word_for_the_search_path": wording("hydra.searchpath=[pkg://antigravity]"),
    "word_for_hydras_callbacks": wording("+hydra.callbacks.evil._target_=os.system"),
    "word_for_the_environment": wording("data.dir=${oc.env:HOME}"),
    "word_with_backslashes": wording(r"data.dir=$\{oc.env:HOME\}"),
    "state_shorter_than_its_weights": shortening,
    "own_network": setting("evaluation", "extractors", "antigravity:main"),
}


# What the task that draws pictures does not look at.
LOOKED_AT_BY = {"own_network": "evaluate", "word_instead_of_a_value": "evaluate"}
TRAINED = (
    "state_shorter_than_its_weights", "loss", "optimizer", "another_part", "nested", "looked_up",
)  # fmt: skip


@pytest.mark.parametrize("name", BROUGHT)
def test_what_a_checkpoint_brings_along_ends_in_one_sentence(name, run, honest, tmp_path):
    path = altered(honest, tmp_path / "stranger.ckpt", BROUGHT[name])
    task = LOOKED_AT_BY.get(name, "sample")
    words = ["iterations=3"] if name in TRAINED else [f"task={task}"]

    outcome = run(f"ckpt={path}", *words, "trainer=cpu", "trainer.precision=32-true")

    assert outcome.status == 1
    assert outcome.err.startswith("gan_lab: ")
    assert "Traceback" not in outcome.err
    assert "was trained with another configuration" not in outcome.err
    assert "antigravity" not in sys.modules


@pytest.mark.parametrize(
    ("task", "builder"),
    [("train", train), ("evaluate", opening), ("sample", opening), ("interpolate", opening)],
)
def test_a_checkpoints_targets_are_compared_before_anything_is_made(
    task, builder, run, honest, tmp_path, monkeypatch
):
    path = altered(honest, tmp_path / "stranger.ckpt", BROUGHT["latent"])
    monkeypatch.setattr(builder, "build", None)

    outcome = run(f"task={task}", f"ckpt={path}", *["iterations=3"] * (task == "train"))

    assert outcome.status == 1
    assert outcome.err.startswith("gan_lab: _target_=logging.os.system is refused")


UNREAD = {
    "loss": setting("loss", {"_target_": "antigravity.main"}),
    "optimizer": setting("optimizer", "generator", "_target_", "antigravity.main"),
    "metric": setting("evaluation", "metrics", "kernel", {"_target_": "antigravity.main"}),
    "logger": setting("logger", {"evil": {"_target_": "antigravity.main"}}),
    "callback": setting("callbacks", "evil", {"_target_": "antigravity.main"}),
    "word": wording("loss=nowhere"),
}


def test_what_a_task_makes_nothing_of_is_not_made(run, honest, tmp_path):
    def change(checkpoint):
        for alter in UNREAD.values():
            alter(checkpoint)

    path = altered(honest, tmp_path / "stranger.ckpt", change)

    assert run("task=sample", f"ckpt={path}", *FAST).err == ""
    assert (tmp_path / "samples.png").exists()
    assert "antigravity" not in sys.modules


@pytest.mark.parametrize("name", UNREAD)
def test_what_training_makes_is_refused(name, run, honest, tmp_path):
    path = altered(honest, tmp_path / "stranger.ckpt", UNREAD[name])

    outcome = run(f"ckpt={path}", "iterations=3", "trainer=cpu", "trainer.precision=32-true")

    assert outcome.status == 1
    assert len(outcome.err.splitlines()) == 1


@pytest.mark.parametrize("task", ["train", "sample"])
def test_a_checkpoint_cannot_bring_a_plug_in(task, run, honest, tmp_path):
    (tmp_path / "evil_lab.py").write_text("open('canary', 'w')\n")
    (tmp_path / "conf" / "loss").mkdir(parents=True)
    (tmp_path / "conf" / "loss" / "evil.yaml").write_text("_target_: evil_lab.Loss\n")

    def change(checkpoint):
        checkpoint["config"]["plugins"] = ["evil_lab"]
        checkpoint["config"]["model"]["generator"]["_target_"] = "evil_lab.Network"
        checkpoint["overrides"] += ["plugins=[evil_lab]", "loss=evil"]

    path = altered(honest, tmp_path / "stranger.ckpt", change)

    outcome = run(f"task={task}", f"ckpt={path}", *["iterations=3"] * (task == "train"))

    assert outcome.status == 1
    assert outcome.err.startswith(f"gan_lab: ckpt={path} was trained with ")
    assert outcome.err.endswith(": add plugins=[evil_lab] if you trust it.\n")
    assert not (tmp_path / "canary").exists()


def test_what_lightning_would_build_from_a_checkpoint_is_never_looked_at(run, honest, tmp_path):
    def change(checkpoint):
        named = {"_instantiator": "antigravity.main", "_class_path": "antigravity.main"}
        checkpoint |= {"hyper_parameters": named, "datamodule_hyper_parameters": named}
        checkpoint |= {"hparams_name": "kwargs", "hparams_type": "antigravity.main"}

    path = altered(honest, tmp_path / "stranger.ckpt", change)

    assert run(f"ckpt={path}", "iterations=3").status == 0
    assert "antigravity" not in sys.modules


@pytest.mark.parametrize(
    "change",
    [wording("loss=lsgan"), setting("loss", "b", 1.0)],
    ids=["word", "config"],
)
def test_the_harmless_twins_that_a_checkpoint_brings_pass(change, run, honest, tmp_path):
    def twin(checkpoint):
        checkpoint["config"]["loss"] = {
            "_target_": HONEST["loss"], "a": 0.0, "b": 1.0, "c": 1.0,
        }  # fmt: skip
        checkpoint["overrides"].append("loss=lsgan")
        change(checkpoint)

    path = altered(honest, tmp_path / "twin.ckpt", twin)

    outcome = run("task=sample", f"ckpt={path}", *FAST)

    assert (outcome.status, outcome.err) == (0, "")


@pytest.mark.parametrize("key", ["data.split", "data.dir", "+logger.tensorboard.x"])
def test_words_that_are_no_lookup_until_they_are_read_twice_show_no_variable(
    key, run, honest, tmp_path, monkeypatch
):
    monkeypatch.setenv("GAN_LAB_SECRET", "canary")
    words = ["objective=':'", rf"{key}='\${{oc.env${{objective}}GAN_LAB_SECRET}}'"]
    path = altered(honest, tmp_path / "stranger.ckpt", lambda made: made["overrides"].extend(words))

    outcome = run(f"ckpt={path}", "iterations=3", directory=tmp_path / "run")

    assert outcome.status == 1
    assert outcome.err.endswith(f"Type {key.lstrip('+')}= with the value that you want.\n")
    assert "canary" not in outcome.out + outcome.err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("typed", [True, False], ids=["typed", "brought"])
def test_an_experiment_out_of_a_folder_that_nobody_named_is_not_read(typed, run, honest, tmp_path):
    (tmp_path / "evil.yaml").write_text("# @package _global_\nseed: 5\n")
    word = "experiment=" + "../" * 20 + str(tmp_path / "evil").lstrip("/")
    path = altered(honest, tmp_path / "stranger.ckpt", wording("seed=0" if typed else word))

    outcome = run("task=sample", f"ckpt={path}", *FAST, *([word] if typed else []))

    assert outcome.status == 1
    assert len(outcome.err.splitlines()) == 1
    assert word in outcome.err
    assert "option" in outcome.err


def test_a_lookup_in_a_checkpoints_words_passes_once_it_is_typed_again(
    run, honest, tmp_path, monkeypatch
):
    monkeypatch.setenv("PICTURES", str(tmp_path))
    word = "data.dir=${oc.env:PICTURES}"
    path = altered(honest, tmp_path / "own.ckpt", wording(word))

    refused = run("task=sample", f"ckpt={path}", *FAST)
    passed = run("task=sample", f"ckpt={path}", *FAST, word)

    assert refused.err.endswith("Type data.dir= with the value that you want.\n")
    assert passed.status == 0
