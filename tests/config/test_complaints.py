"""Hydra's complaints in our words, through the real command line."""

import pytest


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["optimizer.lrr=1"], "There is no key optimizer.lrr. Did you mean 'optimizer.lr'?"),
        (["latant.dim=9"], "There is no key latant. Did you mean 'latent'?"),
        (["optimizer.genrator.lr=1"], "Did you mean 'optimizer.generator'?"),
        (["discriminator.lr=1"], "Did you mean optimizer.discriminator.lr?"),
        (["seed.first=1"], "There is no key seed.first, because seed is one value."),
        (["data=digits", "logger=null"], "logger=null is not known. Known here: csv, tensorbo"),
        (["loss=3"], "loss=3 is not known. Known here: lsgan, minimax"),
        (["itertions=9"], "There is no key itertions. Did you mean 'iterations'?"),
        (["los=lsgan"], "There is no key los. Did you mean 'loss'?"),
        (["loss=lsgna"], "loss=lsgna is not known. Did you mean 'lsgan'?"),
        (["model=transformer"], "model=transformer is not known. Known here: d"),
        (["lr=1"], "There is no key lr. Did you mean optimizer.lr or"),
        (["trainer.max_steps=3"], "trainer.max_steps is not used by gan_lab: iterations="),
        (["loss=lsgan", "loss.aa=1"], "There is no key loss.aa. Did you mean 'loss.a'?"),
        (["experiment.foo=1"], "There is no key experiment.foo before experiment=NAME chooses"),
        (["loss.a=1"], "There is no key loss.a. It belongs to loss=lsgan."),
        (["model=mlp", "model.width=9"], "There is no key model.width. It belongs to model=dcgan"),
        (
            ["+evaluation/metrics=parzen", "evaluation.metrics.parzen.sigma=3"],
            "Did you mean 'evaluation.metrics.parzen.sigmas'?",
        ),
        (["optimizer/schedule=linaer"], "optimizer/schedule=linaer is not known. Did you mean"),
        (["experiment=mnist_dcgann"], "Did you mean 'mnist_dcgan'?"),
        (["data.dir=/my", "pictures"], "'pictures' is not of the form key=value."),
        (["optimizer.betas=[0.5"], "optimizer.betas=[0.5 has quotes or brackets that do not"),
        (["data.dir='/my pictures"], "data.dir='/my pictures has quotes or brackets that do"),
        (["task=trian"], "task=trian is not known. Did you mean 'train'?"),
    ],
)
def test_a_command_line_that_hydra_refuses_gets_one_message(run, overrides, message):
    outcome = run(*overrides)

    assert outcome.status == 1
    assert message in outcome.err
    assert "Traceback" not in outcome.err
    assert outcome.err.count("\n") <= 2
    assert not outcome.directory.exists()
