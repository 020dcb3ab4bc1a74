"""What every algorithm owes, and every term: in the package or from outside, on tiny data."""

import copy
import csv
import inspect
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from hydra import compose, initialize_config_dir
from torch import nn

from gan_lab.assembly.terms import build_terms
from gan_lab.config import plugins
from gan_lab.config.build import build, class_of
from gan_lab.config.options import find_conf, options_of
from gan_lab.latents.conditions import Labels
from gan_lab.losses.terms import Judged, PhaseOutputs, RandomNumbers
from gan_lab.training.algorithm import Algorithm
from tests.processes import finish, start

TINY = (
    "data=digits", "data.limit=64", "batch_size=8", "iterations=6", "log_every=2",
    "samples_every=3", "checkpoint_every=3", "trainer=cpu", "trainer.precision=32-true",
    "evaluation=none", "seed=5",
)  # fmt: skip
# Dropout and batch normalisation, whose states a phase could disturb.
DCGAN = ("data.size=8", "model=dcgan", "model.width=4")
SGD = ("optimizer=sgd", "optimizer.lr=0.01")
# Neither, so that two processes can equal one.
SMOOTH = (
    "model=mlp", "model.generator.hidden=[16,16]", "model.discriminator.hidden=[9]",
    "model.discriminator.dropout=0", "model.discriminator.input_dropout=0", *SGD,
)  # fmt: skip
CASES = {
    "gan": (),
    "two steps of D": ("algorithm.discriminator_steps=2",),
    "simultaneous": ("algorithm.update=simultaneous", "terms=[r1]"),
    "hinge, lazy r1": ("loss=hinge", "terms=[r1]", "terms.r1.every=2"),
    "wasserstein, packed": (
        "loss=wasserstein", "terms=[gradient_penalty,dragan,drift]", "model.pack=2",
    ),
    "relativistic, r1 and r2": ("loss=relativistic", "terms=[r1,r2]"),
    "diffaugment, r1, packed": ("augment=diffaugment", "terms=[r1]", "model.pack=2"),
    "ada, controlled": (
        "augment=ada", "augment.ramp_images=100", "augment.target=-0.9", "loss=relativistic",
        "terms=[r1,r2,gradient_penalty]",
    ),
    "noise, bf16": (
        "augment=noise", "augment.std={linear: [0.5, 0], images: 40}",
        "trainer.precision=bf16-mixed",
    ),
    "bf16": ("terms=[gradient_penalty,r1]", "trainer.precision=bf16-mixed"),
    "feature matching, k = 2": (
        "terms=[feature_matching]", "terms.feature_matching.every=2",
        "algorithm.discriminator_steps=2",
    ),
    "spectral norm, groups": (
        "model.discriminator.norm=spectral", "model.discriminator.minibatch_std=2",
        "model.generator.norm=layer", "ema.discriminator.decay=0.9",
    ),
    "labels": ("data.condition=labels", "model.condition=concatenate", "model.pack=2"),
    "labels, projection": (
        "data.condition=labels", "model.condition=projection", "loss=hinge",
        "model.discriminator.norm=spectral",
    ),
    "labels, classifier": (
        "data.condition=labels", "model.condition=classifier", "terms=[classification]",
    ),
    "text": (
        "plugins=[example_lab]", "data=stripes", "data.condition=text", "terms=[matching]",
        "terms.matching.every=2", "algorithm.discriminator_steps=2",
    ),
    "text, in between": (
        "plugins=[example_lab]", "data=stripes", "data.condition=text", "algorithm.between=0.5",
        "model.condition=concatenate", "loss=hinge",
    ),
    "some labels": (
        "data.labelled=1", "terms=[supervised,feature_matching]", "loss.generator_weight=0",
        "terms.supervised.fake_class=learned", "algorithm.discriminator_steps=2",
    ),
    "some labels, and a generator that is told": (
        "data.labelled=1", "terms=[supervised,classification]", "data.condition=labels",
        "loss=relativistic",
    ),
    "unrolled": ("algorithm.unroll=2", "optimizer.clip_norm=0.5"),
    "unrolled, simultaneous, relativistic": (
        "algorithm.unroll=1", "algorithm.update=simultaneous", "loss=relativistic",
        "optimizer=sgd", "optimizer.momentum=0.5", "optimizer.lr=0.01",
    ),
    "structured latents": ("latent=structured", "terms=[mutual_information]"),
    "courses": (
        "terms=[r1]", "terms.r1.weight={cosine: [1, 0.1], iterations: 6}",
        "optimizer.lr={linear: [1e-3, 1e-4], images: 40}",
        "ema.generator={half_life_images: {linear: [0, 20], images: 32}, decay: null}",
    ),
}  # fmt: skip
# What a term needs besides, that its discriminator have something to learn.
TAUGHT = {
    "classification": ("model.condition=classifier", "data.condition=labels"),
    "mutual_information": ("latent=structured",),
    "matching": ("data.condition=labels",),
}
# An algorithm, a term and networks of a plug-in: they owe the same.
NAMED = "plugins=[example_lab]"
OUTSIDE, OUTSIDE_TERM = "from outside", "level"
WITH_LABELS = "labels, networks from outside"
# With networks of their own.
OTHERS = {
    OUTSIDE: (NAMED, "algorithm=noisy_autoencoder", "data.size=8", *SGD),
    WITH_LABELS: (
        NAMED, "model=conditional", "data.size=8", "data.condition=labels", "terms=[r1]", *SGD
    ),
    "labels, pairs": (
        NAMED, "model=conditional", "data.size=8", "data.condition=labels", "loss=relativistic",
        "terms=[r2,gradient_penalty]", *SGD,
    ),
    # A small rate: where a pixel is translated right, rounding decides the sign of L1's gradient.
    "cyclegan": (
        "algorithm=cyclegan", "data=unpaired", "data@data.a=digits", "data@data.b=digits",
        "data.a.classes=[0,1,2,3,4]", "data.b.classes=[5,6,7,8,9]", "data.size=16",
        "model.width=4", "model.generator.blocks=1", "algorithm.pool_size=12", "optimizer=sgd",
        "optimizer.lr=1e-4",
    ),
    "stargan": (
        "algorithm=stargan", "data=digits", "data.classes=[0,1,2,3]", "data.size=16",
        "model.width=4", "model.generator.blocks=1", "model.discriminator.halvings=2",
        "algorithm.discriminator_steps=2", "terms=[gradient_penalty,r1]", "optimizer=sgd",
        "optimizer.lr=1e-4",
    ),
    "cyclegan, extra discriminators, ada": (
        "algorithm=cyclegan", "data=unpaired", "data@data.a=digits", "data@data.b=digits",
        "data.a.classes=[0,1,2,3,4]", "data.b.classes=[5,6,7,8,9]", "data.size=16",
        "model=cyclegan_music", "model.width=4", "model.generator.blocks=1", "augment=ada",
        "augment.ramp_images=1000", "algorithm.extra=partial", "optimizer=sgd",
        "optimizer.lr=1e-4",
    ),
    "autoencoder": (
        "algorithm=autoencoder", "data.size=8", "model.encoder.hidden=[9]",
        "model.decoder.hidden=[9]", "latent.dim=4", *SGD, "optimizer.lr=1e-4",
    ),
    "nade": (
        "algorithm=autoregressive", "data.size=8", "model.network.hidden=6", "data.binarise=fixed",
        "model.network.order=random", "likelihood=bernoulli", *SGD, "optimizer.lr=1e-4",
    ),
    "pixelrnn": (
        "algorithm=autoregressive", "model=pixelrnn", "model.network.hidden=4",
        "model.network.layers=2", "model.network.head=6", "data.size=8", "data.binarise=fixed",
        "likelihood=bernoulli", *SGD, "optimizer.lr=1e-4",
    ),
    "pixelcnn, 256 levels": (
        "algorithm=autoregressive", "model=pixelcnn", "model.network.hidden=4",
        "model.network.layers=1", "data.size=8", "likelihood=categorical", *SGD,
        "optimizer.lr=1e-4",
    ),
    "adversarial autoencoder": (
        "algorithm=adversarial_autoencoder", "data.size=8", "model.encoder.hidden=[9]",
        "model.decoder.hidden=[9]", "model.latent_discriminator.hidden=[7]", "latent=petals",
        *SGD, "optimizer.lr=1e-4",
    ),
    "categorical adversarial autoencoder, some labels": (
        "algorithm=categorical_adversarial_autoencoder", "data.size=8", "data.labelled=1",
        "model.encoder.hidden=[9]", "model.encoder.code_norm=batch", "model.decoder.hidden=[9]",
        "model.factor_discriminators.hidden=[7]", *SGD, "optimizer.lr=1e-4",
    ),
    "categorical adversarial autoencoder, clusters": (
        "algorithm=categorical_adversarial_autoencoder", "model=autoencoder_conv", "model.width=4",
        "data.size=8", "latent.factors.category.size=5", "loss=relativistic", *SGD,
        "optimizer.lr=1e-4",
    ),
    "vae": (
        "algorithm=vae", "model=autoencoder_conv", "model.width=4", "data.size=8", "latent.dim=4",
        "data.binarise=dynamic", "likelihood=bernoulli", "ema.autoencoder.decay=0.9",
        "algorithm.beta={linear: [0, 1], iterations: 6}", *SGD, "optimizer.lr=1e-4",
    ),
    "dann": (
        "algorithm=dann", "data=domain_adaptation", "data@data.source=digits",
        "data@data.target=digits", "data.size=16",
        "algorithm.domain_weight={sigmoid: [0, 1], iterations: 6}", "ema.classifier.decay=0.9",
        *SGD,
    ),
    "puzzle": (
        "algorithm=puzzle", "data.size=16", "model.width=4", "model.generator.norm=layer",
        "model.discriminator.norm=layer",
        "algorithm.mask_weight={exponential: [0.1, 0.01], iterations: 6}",
        "algorithm.patch_weight=0.1",
        "algorithm.composites=[shuffled_parts,shuffled_background,generated_parts]", *SGD,
        "optimizer.lr=1e-4",
    ),
    # Resumed in the middle of a fade.
    "progressive": (
        "model=progressive", "model.width=4", "data.size=8", "loss=wasserstein",
        "terms=[gradient_penalty,drift]", "model.discriminator.minibatch_std=2",
        "algorithm.growth.stable=8", "algorithm.growth.fade=32",
    ),
    "r3gan": (
        "model=r3gan", "model.width=16", "model.blocks=1", "data.size=8", "loss=relativistic",
        "terms=[r1,r2]", "augment=ada",
    ),
}  # fmt: skip
WITHOUT_IMAGES = ("dann",)
LONGEST = 165  # lines: one screen or two
QUICK = ("gan", "hinge, lazy r1", OUTSIDE)
every_case = pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, marks=[pytest.mark.slow] * (case not in QUICK))
        for case in (*CASES, *OTHERS)
    ],
)
pytestmark = pytest.mark.usefixtures("example_lab")


def words_of(case, networks=DCGAN):
    return (*TINY, *(OTHERS.get(case) or (*networks, *CASES[case])))


def state_of(run_directory):
    checkpoint = torch.load(run_directory / "checkpoints" / "last.ckpt", weights_only=True)
    kept = ("state_dict", "optimizer_states", "meters", "clock")
    return {key: checkpoint[key] for key in kept}


def assert_same_bits(one, other):
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        one, other = list(one.values()), list(other.values())
    if isinstance(one, list | tuple):
        assert len(one) == len(other)
        for part, other_part in zip(one, other, strict=True):
            assert_same_bits(part, other_part)
    elif isinstance(one, torch.Tensor):
        assert torch.equal(one, other)
    else:
        assert one == other


def of_others(module, names):
    return [weight for name in sorted(names) for weight in getattr(module, name).parameters()]


@every_case
def test_a_phase_gives_gradients_to_its_player_and_disturbs_nobody_else(case, run, monkeypatch):
    phases = []
    of_the_base = Algorithm.phase

    @contextmanager
    def watched(module, player, through=()) -> Iterator[None]:
        own = {name for names in module.players.values() for name in names}
        own -= set(module.players[player])
        others = {name: getattr(module, name) for name in own}
        before = copy.deepcopy({name: network.state_dict() for name, network in others.items()})
        gradients = copy.deepcopy([weight.grad for weight in of_others(module, own)])
        weights = [weight.detach().clone() for weight in module.weights_of(player)]
        with of_the_base(module, player, through):
            yield
        for name, network in others.items():
            assert_same_bits(network.state_dict(), before[name])
        assert_same_bits([weight.grad for weight in of_others(module, own)], gradients)
        assert all(weight.requires_grad for weight in of_others(module, own))
        assert_same_bits([weight.detach() for weight in module.weights_of(player)], weights)
        assert any(weight.grad is not None for weight in module.weights_of(player))
        phases.append(player)

    monkeypatch.setattr(Algorithm, "phase", watched)

    outcome = run(*words_of(case), "iterations=2", "log_every=1")

    assert outcome.status == 0, outcome.err
    assert len(phases) >= 2


@every_case
def test_a_run_that_goes_on_equals_one_that_was_never_interrupted(case, run, trained, tmp_path):
    words = words_of(case)
    whole = trained(*words)
    run(*words, "iterations=3", directory=tmp_path / "halves")
    last = tmp_path / "halves" / "checkpoints" / "last.ckpt"

    outcome = run(NAMED, f"ckpt={last}", "iterations=6")

    assert outcome.status == 0, outcome.err
    assert_same_bits(state_of(tmp_path / "halves"), state_of(whole))


@every_case
def test_evaluations_and_samples_are_repeatable_and_change_nothing(case, run, trained, tmp_path):
    words = words_of(case)
    plain = trained(*words)
    scores = ("evaluation.n_fake=40", "evaluation.extractors=pixels", "evaluation/metrics=[prdc]")
    watched = run(
        *words, "samples_every=1", "evaluation=auto", "evaluation.every=2",
        *(() if case in WITHOUT_IMAGES else scores), directory=tmp_path / "watched",
    )  # fmt: skip
    ckpt = f"ckpt={tmp_path / 'watched' / 'checkpoints' / 'last.ckpt'}"

    assert watched.status == 0, watched.err
    assert_same_bits(state_of(tmp_path / "watched"), state_of(plain))
    if case in WITHOUT_IMAGES:
        return
    for name in ("one", "two"):
        run(NAMED, "task=sample", ckpt, "n=7", "format=npz", f"out={tmp_path / name}.npz")
    one, two = (np.load(tmp_path / f"{name}.npz")["images"] for name in ("one", "two"))
    assert len(one) == 7
    assert np.array_equal(one, two)


@every_case
def test_two_iterations_give_rows_a_page_and_a_summary(case, run):
    outcome = run(*words_of(case), "iterations=2", "log_every=1")

    assert outcome.status == 0, outcome.err
    with (outcome.directory / "metrics.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["iteration"] for row in rows] == ["1", "2"]
    assert any(name.startswith("loss/") for name in rows[0])
    assert (outcome.directory / "report.html").exists()
    assert (outcome.directory / "summary.json").exists()


@every_case
def test_a_loss_that_is_no_number_is_named_with_its_iteration(case, run, monkeypatch):
    kind = class_of(config_of(*words_of(case)).algorithm, "algorithm")
    iterate = kind.iterate

    def poisoned(module, batches, draws):
        if module.iteration == 3:
            batches = {
                stream: [batch._replace(images=batch.images * torch.nan) for batch in several]
                for stream, several in batches.items()
            }
        iterate(module, batches, draws)

    monkeypatch.setattr(kind, "iterate", poisoned)

    outcome = run(*words_of(case))

    assert outcome.status == 1
    assert "not finite in iteration 4" in outcome.err


@every_case
def test_a_weight_that_never_gets_a_gradient_is_no_harm(case, run, monkeypatch):
    from gan_lab.assembly import models

    build_network = models.build_network

    def with_idle_weight(*arguments, **options):
        network = build_network(*arguments, **options)
        network.register_parameter("idle", nn.Parameter(torch.ones(3)))
        return network

    monkeypatch.setattr(models, "build_network", with_idle_weight)

    outcome = run(*words_of(case), "iterations=2", "optimizer.clip_norm=1")

    assert outcome.status == 0, outcome.err
    weights = state_of(outcome.directory)["state_dict"]
    assert all(weight.tolist() == [1, 1, 1] for name, weight in weights.items() if "idle" in name)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "networks"),
    [
        ("gan", SMOOTH),
        ("ada, controlled", SMOOTH),
        ("wasserstein, packed", SMOOTH),
        ("feature matching, k = 2", SMOOTH),
        ("spectral norm, groups", (*DCGAN, *SGD)),
        ("labels", SMOOTH),
        ("labels, classifier", SMOOTH),
        ("text", SMOOTH),
        ("text, in between", SMOOTH),
        ("some labels", SMOOTH),
        (OUTSIDE, ()),
        ("cyclegan", ()),
        ("stargan", ()),
        ("cyclegan, extra discriminators, ada", ()),
        ("autoencoder", ()),
        ("adversarial autoencoder", ()),
        ("nade", ()),
        ("pixelrnn", ()),
        ("pixelcnn, 256 levels", ()),
        ("vae", ()),
        ("dann", ()),
        ("puzzle", ()),
        ("progressive", ()),
        (WITH_LABELS, ()),
        ("labels, pairs", ()),
    ],
)
def test_two_processes_equal_one_on_the_same_global_batch(case, networks, tmp_path):
    # Rounding decides the sign of L1's gradient where a pixel is translated right, and soon more.
    few = ["iterations=2"] if "cyclegan" in case else []
    for devices in (1, 2):
        words = [*words_of(case, networks), *few, f"trainer.devices={devices}"]
        status, _, err = finish(start(*words, f"hydra.run.dir={devices}", cwd=tmp_path))
        assert status == 0, err

    one, two = (state_of(tmp_path / str(devices)) for devices in (1, 2))
    for name, value in one["state_dict"].items():
        torch.testing.assert_close(two["state_dict"][name], value, rtol=0, atol=1e-6)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
@every_case
def test_replayed_iterations_equal_the_usual_ones(case, run, tmp_path):
    words = (*words_of(case), "trainer=gpu", "iterations=12")
    for graph in ("true", "false"):
        outcome = run(*words, f"performance.cuda_graph={graph}", directory=tmp_path / graph)
        assert outcome.status == 0, outcome.err

    with_graph, without = (state_of(tmp_path / graph) for graph in ("true", "false"))
    torch.testing.assert_close(with_graph["state_dict"], without["state_dict"])


@pytest.mark.parametrize("algorithm", [*options_of("algorithm"), "noisy_autoencoder"])
def test_the_file_of_an_algorithm_fits_on_a_screen_or_two(algorithm):
    kind = class_of(config_of(NAMED, f"algorithm={algorithm}").algorithm, "algorithm")

    assert len(inspect.getsource(inspect.getmodule(kind)).splitlines()) <= LONGEST


@pytest.mark.parametrize("name", [*options_of("terms"), OUTSIDE_TERM])
def test_the_gradient_of_a_term_agrees_with_finite_differences(name):
    config = config_of(NAMED, f"terms=[{name}]", *TAUGHT.get(name, ()))
    prior = build(config.latent, "latent")
    others = {"loss": build(config.loss, "loss"), "condition": Labels(range(12), [1] * 12)}
    term = build_terms(config, class_of(config.algorithm, "algorithm"), prior, others)[name]
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(4, 5), nn.Softplus(), nn.Linear(5, 1))
    network = network.append(nn.Flatten(0)).double()
    features, head = network[:3], nn.Linear(5, 12).double()
    latents = prior.sample(6, torch.Generator().manual_seed(0)).double()
    labels = torch.tensor([0, 3, 11, 2, 5, 1])
    real, fake = (torch.randn(6, 1, 2, 2, dtype=torch.float64) for _ in range(2))
    random = RandomNumbers(
        *(torch.rand(*shape, dtype=torch.float64) for shape in ((6,), real.shape))
    )

    def judge(batch):
        seen = features(batch[0])
        return Judged(*batch, network(batch[0]), seen, head(seen))

    def value():
        images = (each.clone().requires_grad_() for each in (real, fake))
        judged = [judge((each, labels)) for each in images]
        return term(PhaseOutputs(judge, *judged, random, labelled=judged[0], latents=latents))

    weights = [*network.parameters(), *head.parameters()]
    gradients = torch.autograd.grad(value(), weights, allow_unused=True)
    for weight, gradient in zip(weights, gradients, strict=True):
        expected = torch.zeros_like(weight)
        for index in range(weight.numel()):
            sides = []
            for step in (1e-5, -1e-5):
                with torch.no_grad():
                    weight.view(-1)[index] += step
                sides.append(value().item())
                with torch.no_grad():
                    weight.view(-1)[index] -= step
            expected.view(-1)[index] = (sides[0] - sides[1]) / 2e-5
        found = torch.zeros_like(weight) if gradient is None else gradient
        torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-5)


def config_of(*words):
    plugins.use(words)
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        return compose("config", list(words))
