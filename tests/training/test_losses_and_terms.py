"""Each loss with each term that makes sense for it trains, on real digits."""

from functools import cache

import pytest
import torch
from hydra import compose, initialize_config_dir

from gan_lab.assembly.models import build_algorithm
from gan_lab.config.build import build
from gan_lab.config.options import find_conf, options_of
from tests.training.conftest import fit

TINY = ("data=digits", "data.size=8", "model=dcgan", "model.width=4", "batch_size=8", "log_every=1")
EVERYWHERE = ("r1,r2", "gradient_penalty", "dragan,feature_matching")
OF_FREE_LEVEL = ("drift,gradient_penalty", "drift,r1,r2,feature_matching")
PAIRS = [
    *((loss, terms) for loss in options_of("loss") for terms in EVERYWHERE),
    *((loss, terms) for loss in ("wasserstein", "relativistic") for terms in OF_FREE_LEVEL),
]
NEW = ("drift", "dragan", "feature_matching")


@pytest.fixture(scope="module", autouse=True)
def hydra_is_ready():
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        yield


@cache
def digits():
    return build(compose("config", TINY).data, "data")


@cache
def images():
    return digits().load()


def matrices(module):
    """Return all weights but biases and gains: some losses give D's last bias no gradient."""
    players = [module.weights_of(player) for player in module.players]
    return [weight for weights in players for weight in weights if weight.ndim > 1]


def trained(*words, iterations, **options):
    """Return the module and its means, after a training in which every matrix has learned."""
    config = compose("config", [*TINY, *words])
    module = build_algorithm(config, digits())
    before = [weight.detach().clone() for weight in matrices(module)]
    fit(module, iterations, images=images(), **options)
    module.check_weights_finite()
    for weight, old in zip(matrices(module), before, strict=True):
        assert not torch.equal(weight, old)
    return module, module.meters.read()


@pytest.mark.parametrize(("loss", "terms"), PAIRS)
def test_each_pair_trains_and_logs_what_it_says(loss, terms):
    module, means = trained(f"loss={loss}", f"terms=[{terms}]", iterations=3)

    assert all(torch.isfinite(torch.tensor(value)) for value in means.values())
    expected = {
        *module.reference,
        *module.watched,
        *(f"loss/{name}" for name in module.terms.terms),
    }
    assert expected <= means.keys()
    assert all(means[f"loss/{name}"] > 0 for name in module.terms.terms)


@pytest.mark.parametrize("term", NEW)
def test_bfloat16_gives_what_float32_does(term):
    words = ("loss=wasserstein", f"terms=[{term}]")
    (_, exact), (_, half) = (
        trained(*words, iterations=1, precision=precision)
        for precision in ("32-true", "bf16-mixed")
    )

    assert half[f"loss/{term}"] == pytest.approx(exact[f"loss/{term}"], rel=0.05)


@pytest.mark.parametrize("term", NEW)
def test_packs_are_judged_as_one(term, monkeypatch):
    words = [*TINY, f"terms=[{term}]", "model.pack=2"]
    module = build_algorithm(compose("config", words), digits())
    kind, phases = type(module.terms.terms[term]), []
    value_of = kind.__call__
    monkeypatch.setattr(kind, "__call__", lambda *a: (phases.append(a[1]), value_of(*a))[1])

    fit(module, 1, images=images())

    (phase,) = phases
    for judged in (phase.real, phase.fake, phase.judge((phase.real.images, None))):
        assert len(judged.images) == 2 * len(judged.logits) == module.batch_size
        assert judged.features is None or len(judged.features) == len(judged.logits)
