"""The VAE: its bound against closed forms and exact likelihoods, and its gradient."""

import pytest
import torch
from torch import distributions, nn

from gan_lab.data.base import Batch
from gan_lab.errors import ConfigError
from gan_lab.latents.inputs import InputSource
from gan_lab.latents.priors import Gaussian as GaussianPrior
from gan_lab.latents.priors import Uniform
from gan_lab.losses.likelihoods import Bernoulli, Gaussian
from gan_lab.training.player import Player, Recipe
from gan_lab.training.vae import VAE, kl_to_prior

PIXELS, Z, STD = 4, 2, 0.5
SHAPE = (1, 2, 2)
RANDOM = torch.Generator().manual_seed(0)
# Columns at right angles: so the latents of an image's posterior are independent, as a VAE has it.
LOADINGS, _ = torch.linalg.qr(torch.randn(PIXELS, Z, generator=RANDOM, dtype=torch.float64))
LOADINGS *= torch.tensor([2.0, 0.7])
PRECISION = torch.eye(Z).double() + LOADINGS.T @ LOADINGS / STD**2
OFFSET = torch.randn(PIXELS, generator=RANDOM, dtype=torch.float64)
IMAGES = torch.rand(5, *SHAPE, generator=RANDOM, dtype=torch.float64)


class Decoder(nn.Module):
    """A linear one: with Gaussian pixels, p(x) is Gaussian, and so is the posterior."""

    def __init__(self):
        super().__init__()
        self.loadings = nn.Parameter(LOADINGS.contiguous().clone())

    def forward(self, latents):
        return (latents.double() @ self.loadings.T + OFFSET).view(-1, *SHAPE)


class Encoder(nn.Module):
    """The posterior of that decoder, shifted by so much."""

    def __init__(self, shift=0.0):
        super().__init__()
        self.log_variance = nn.Parameter(-PRECISION.diagonal().log())
        self.shift = shift

    def forward(self, images):
        deviations = images.double().flatten(1) - OFFSET
        mean = deviations @ LOADINGS / STD**2 @ torch.linalg.inv(PRECISION) + self.shift
        return torch.cat([mean, self.log_variance.expand(len(images), Z)], dim=1)


def vae(encoder=None, beta=1.0, prior=None, likelihood=None, binary=False):
    player = Player(lambda weights: torch.optim.SGD(weights, lr=0.05))
    return VAE(
        encoder=encoder or Encoder(),
        decoder=Decoder(),
        likelihood=likelihood or Gaussian(value_range=(0.0, 1.0), std=STD),
        inputs=InputSource(prior or GaussianPrior(dim=Z)),
        binary=binary,
        recipe=Recipe({"autoencoder": player}, batch_size=len(IMAGES), seed=0),
        beta=beta,
    )


def exact(images):
    covariance = LOADINGS @ LOADINGS.T + STD**2 * torch.eye(PIXELS).double()
    return distributions.MultivariateNormal(OFFSET, covariance).log_prob(images.flatten(1))


@pytest.mark.parametrize("samples", [1, 3, 20_000])
def test_the_bound_is_exact_where_the_encoder_says_the_posterior(samples):
    found = vae().log_prob(IMAGES, samples, "test")

    torch.testing.assert_close(found, exact(IMAGES), rtol=1e-4, atol=1e-4)


def test_with_another_encoder_it_lies_below_and_rises_with_the_samples():
    module = vae(Encoder(shift=0.3))

    values = [module.log_prob(IMAGES, k, "test", k).mean() for k in (1, 20, 20_000)]

    assert values[0] < values[1] < values[2]
    assert values[0] < exact(IMAGES).mean() - 0.5
    assert values[2].item() == pytest.approx(exact(IMAGES).mean().item(), abs=0.05)


def test_the_bound_of_one_sample_is_the_elbo_on_average():
    module = vae(Encoder(shift=0.3))
    mean, log_variance = module.encoder(IMAGES).chunk(2, dim=1)
    noise = torch.randn(4000, len(IMAGES), Z, generator=torch.Generator().manual_seed(1)).double()
    latents = mean + (log_variance / 2).exp() * noise
    said = module.decoder(latents.flatten(0, 1))
    likelihood = module.likelihood.log_prob(said, IMAGES.repeat(4000, 1, 1, 1)).mean()
    elbo = likelihood - kl_to_prior(mean, log_variance).mean()

    found = [module.log_prob(IMAGES, 1, "test", n).mean() for n in range(400)]

    assert torch.stack(found).mean().item() == pytest.approx(elbo.item(), abs=0.1)


def test_the_divergence_is_torchs_own():
    mean, log_variance = torch.randn(2, 6, 3, generator=RANDOM, dtype=torch.float64)
    posterior = distributions.Normal(mean, (log_variance / 2).exp())
    prior = distributions.Normal(torch.zeros_like(mean), 1.0)
    expected = distributions.kl_divergence(posterior, prior).sum(dim=1)

    torch.testing.assert_close(kl_to_prior(mean, log_variance), expected)


def learned(module, monkeypatch):
    """Return the losses of a minibatch; the gradients stay with the weights."""
    losses = {}
    monkeypatch.setattr(module, "manual_backward", lambda loss: loss.backward())
    monkeypatch.setattr(module, "update", lambda player: None)
    add = module.meters.add
    monkeypatch.setattr(module.meters, "add", lambda found: (losses.update(found), add(found)))
    noise = torch.randn(len(IMAGES), Z, generator=torch.Generator().manual_seed(2)).double()
    module.iterate({"data": [Batch(IMAGES)]}, {"noise": noise})
    return {name: value.item() for name, value in losses.items()}


@pytest.mark.parametrize("beta", [1.0, 4.0])
def test_its_gradient_agrees_with_finite_differences_through_the_noise(beta, monkeypatch):
    module = vae(Encoder(shift=0.3), beta)

    def objective():
        module.zero_grad()
        found = learned(module, monkeypatch)
        return found["loss/reconstruction"] + found["loss/kl"]

    objective()
    gradients = [weight.grad.clone() for weight in module.weights_of("autoencoder")]

    step = 1e-5
    for weight, gradient in zip(module.weights_of("autoencoder"), gradients, strict=True):
        values = []
        for sign in (1, -1):
            with torch.no_grad():
                weight.flatten()[0] += sign * step
            values.append(objective())
            with torch.no_grad():
                weight.flatten()[0] -= sign * step
        assert gradient.flatten()[0].item() == pytest.approx(
            (values[0] - values[1]) / (2 * step), rel=1e-5
        )


def test_beta_weighs_the_divergence_and_not_the_bound(monkeypatch):
    one, four = (learned(vae(beta=beta), monkeypatch) for beta in (1.0, 4.0))

    assert four["loss/kl"] == pytest.approx(4 * one["loss/kl"])
    assert four["loss/reconstruction"] == one["loss/reconstruction"]
    assert four["elbo"] == one["elbo"]
    assert one["elbo"] == pytest.approx(-one["loss/reconstruction"] - one["loss/kl"])


def test_other_priors_are_refused():
    with pytest.raises(ConfigError, match="latent= is Uniform: choose latent=gaussian"):
        vae(prior=Uniform(dim=Z, low=-1.0, high=1.0))


def test_binary_pixels_need_binary_images():
    bernoulli = Bernoulli(value_range=(0.0, 1.0))
    with pytest.raises(ConfigError, match=r"add data.binarise=dynamic, or choose likelihood=gauss"):
        vae(likelihood=bernoulli)

    vae(likelihood=bernoulli, binary=True)
