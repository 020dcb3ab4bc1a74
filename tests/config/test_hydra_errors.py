"""What Hydra would refuse, in our words, through the real command line."""

import pytest


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["optimizer.lrr=1"], "there is no key optimizer.lrr. Did you mean 'optimizer.lr=1'?"),
        (["latant.dim=9"], "there is no key latant.dim. Did you mean 'latent.dim=9'?"),
        (["optimizer.genrator.lr=1"], "Did you mean 'optimizer.generator.lr=1'?"),
        (["discriminator.lr=1"], "Did you mean optimizer.discriminator.lr=1?"),
        (["seed.first=1"], "there is no key seed.first, because seed is one value."),
        (["data=digits", "logger=null"], "logger=null is not known. logger=[] leaves metrics"),
        (["loss=3"], "loss=3 is not known. Known here: hinge, lsgan, minimax"),
        (["itertions=9"], "itertions=9: there is no key itertions. Did you mean 'iterations=9'?"),
        (["los=lsgan"], "there is no key los. Did you mean 'loss=lsgan'?"),
        (["loss=lsgna"], "loss=lsgna is not known. Did you mean 'lsgan'?"),
        (["model=trnsformer"], "model=trnsformer is not known. Known here: a"),
        (["lr=1"], "there is no key lr. Did you mean optimizer.lr=1 or"),
        (["trainer.max_steps=3"], "trainer.max_steps=3: there is no key trainer.max_steps. Type i"),
        (["loss=lsgan", "loss.aa=1"], "there is no key loss.aa. Did you mean 'loss.a=1'?"),
        (
            ["logger=wandb", "logger.wandb.mode=off"],
            "there is no key logger.wandb.mode. Known here: ",
        ),
        (["experiment.foo=1"], "there is no key experiment.foo before experiment=NAME chooses"),
        (["loss.a=1"], "loss.a=1: there is no key loss.a. It belongs to loss=lsgan."),
        (
            ["model=mlp", "model.width=9"],
            "there is no key model.width. It belongs to model=autoencoder_conv",
        ),
        (
            ["+evaluation/metrics=parzen", "evaluation.metrics.parzen.sigma=3"],
            "Did you mean 'evaluation.metrics.parzen.sigmas=3'?",
        ),
        (["optimizer/schedule=linaer"], "optimizer/schedule=linaer is not known. Did you mean"),
        (["experiment=mnist_dcgann"], "Did you mean 'mnist_dcgan'?"),
        (["task=trian"], "task=trian is not known. Did you mean 'train'?"),
        (["data.seed=3"], "there is no key data.seed. Type seed=3."),
        (["+seed=1"], "+seed=1 adds what is already there: leave out the +, as in seed=1."),
        (["+loss=lsgan"], "+loss=lsgan adds what is already there: leave out the +, as in loss="),
        (["+foo=1"], "foo=1: there is no key foo."),
        (["++foo=1"], "foo=1: there is no key foo."),
    ],
)
def test_a_command_line_that_hydra_refuses_gets_one_message(run, overrides, message):
    outcome = run(*overrides)

    assert outcome.status == 1
    assert message in outcome.err
    assert "Traceback" not in outcome.err
    assert outcome.err.count("\n") <= 2
    assert not outcome.directory.exists()


def test_an_option_of_ones_own_that_hydra_refuses_gets_one_message(run, tmp_path):
    own = tmp_path / "options" / "experiment" / "mine.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("defaults: [override hydra/launcher: nowhere]\n")

    outcome = run(f"--config-dir={tmp_path / 'options'}", "experiment=mine")

    assert outcome.status == 1
    assert outcome.err.startswith("gan_lab: ")
    assert "Traceback" not in outcome.err
