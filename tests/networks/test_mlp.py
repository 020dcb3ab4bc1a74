"""The fully connected networks of Goodfellow et al., 2014."""

import math

import pytest
import torch
from torch import nn

from gan_lab.errors import ConfigError
from gan_lab.networks.blocks import Maxout, RestingDropout, ScaledSigmoid
from gan_lab.networks.mlp import MLPDiscriminator, MLPGenerator

SHAPES = [(channels, size, size) for channels in (1, 3) for size in (28, 32, 48, 64)]
MNIST = (1, 28, 28)


def generator(shape=MNIST, value_range=(-1.0, 1.0), **changes):
    torch.manual_seed(0)
    options = {"hidden": [30, 20], "activations": ["relu", "sigmoid"], "weight_range": 0.05}
    return MLPGenerator(10, shape, value_range, **options | changes)


def discriminator(shape=MNIST, **changes):
    torch.manual_seed(0)
    options = {
        "hidden": [12, 8],
        "pieces": 5,
        "input_dropout": 0.2,
        "dropout": 0.5,
        "weight_range": 0.005,
    }
    return MLPDiscriminator(shape, **options | changes)


def count(network):
    return sum(weight.numel() for weight in network.parameters())


@pytest.mark.parametrize("shape", SHAPES)
def test_generator_maps_latents_to_images_of_the_asked_shape(shape):
    assert generator(shape)(torch.randn(2, 10)).shape == (2, *shape)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("n", [1, 3])
def test_discriminator_maps_images_to_one_logit_each(shape, n):
    assert discriminator(shape)(torch.randn(n, *shape)).shape == (n,)


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (0.0, 1.0), (-0.5, 0.5)])
def test_images_fill_the_value_range_and_stay_in_it(low, high):
    images = generator(value_range=(low, high), weight_range=100.0)(torch.randn(8, 10))

    assert images.min() == low
    assert images.max() == high


def test_logits_are_not_squashed():
    logits = discriminator(weight_range=1.0).eval()(10 * torch.randn(64, *MNIST))

    assert logits.abs().max() > 10


def test_generator_layers_are_those_that_were_named():
    network = generator(hidden=[30, 20, 40], activations=["relu", "sigmoid", "relu"])

    kinds = [type(layer) for layer in network.layers]
    assert kinds == [
        *(nn.Linear, nn.ReLU),
        *(nn.Linear, nn.Sigmoid),
        *(nn.Linear, nn.ReLU),
        *(nn.Linear, ScaledSigmoid, nn.Unflatten),
    ]
    assert [layer.out_features for layer in network.layers[::2][:4]] == [30, 20, 40, 784]


def test_dropout_stands_before_every_layer_that_learns():
    layers = list(discriminator(input_dropout=0.25, dropout=0.75).layers)

    kinds = [type(layer) for layer in layers]
    assert kinds == [
        *(nn.Flatten, nn.Dropout, Maxout),
        *(nn.Dropout, Maxout),
        *(nn.Dropout, nn.Linear, nn.Flatten),
    ]
    assert [layer.p for layer in layers if isinstance(layer, nn.Dropout)] == [0.25, 0.75, 0.75]


def test_dropout_works_in_training_and_not_in_evaluation():
    network = discriminator(weight_range=0.5)
    images = torch.randn(4, *MNIST)

    in_training = [network.train()(images) for _ in range(2)]
    in_evaluation = [network.eval()(images) for _ in range(2)]

    assert not torch.equal(*in_training)
    assert torch.equal(*in_evaluation)


def test_the_2014_mnist_networks_have_the_weights_of_the_formula():
    pixels = 28 * 28
    of_generator = MLPGenerator(
        100, MNIST, (0.0, 1.0), hidden=[1200, 1200], activations=["relu", "relu"], weight_range=0.05
    )
    of_discriminator = discriminator(hidden=[240, 240])

    expected_generator = (100 + 1) * 1200 + (1200 + 1) * 1200 + (1200 + 1) * pixels
    expected_discriminator = (pixels + 1) * 240 * 5 + (240 + 1) * 240 * 5 + (240 + 1)
    assert count(of_generator) == expected_generator == 2_503_984
    assert count(of_discriminator) == expected_discriminator == 1_231_441


@pytest.mark.parametrize("width", [0.05, 0.005])
def test_weights_start_uniform_in_their_range_and_biases_at_0(width):
    networks = (
        generator(hidden=[200, 200], weight_range=width),
        discriminator(hidden=[100, 100], weight_range=width),
    )

    for network in networks:
        layers = [module for module in network.modules() if isinstance(module, nn.Linear)]
        weights = torch.cat([layer.weight.detach().flatten() for layer in layers])
        assert weights.abs().max() <= width
        assert weights.max() > 0.999 * width
        assert weights.min() < -0.999 * width
        assert weights.std().item() == pytest.approx(width / math.sqrt(3), rel=0.01)
        assert not any(layer.bias.any() for layer in layers)


def test_the_networks_compute_what_their_layers_say():
    network = generator(hidden=[3], activations=["sigmoid"], value_range=(0.0, 2.0))
    latents = torch.randn(2, 10)
    first, last = (layer for layer in network.layers if isinstance(layer, nn.Linear))

    images = network(latents)

    hidden = 1 / (1 + torch.exp(-(latents @ first.weight.T + first.bias)))
    expected = 2 / (1 + torch.exp(-(hidden @ last.weight.T + last.bias)))
    torch.testing.assert_close(images, expected.reshape(2, *MNIST))


def test_a_linear_output_has_no_bounds():
    network = generator(hidden=[3], activations=["relu"], output="linear", weight_range=10.0)
    latents = torch.randn(4, 10)
    first, last = (layer for layer in network.layers if isinstance(layer, nn.Linear))

    images = network(latents)

    expected = (latents @ first.weight.T + first.bias).relu() @ last.weight.T + last.bias
    torch.testing.assert_close(images, expected.reshape(4, *MNIST))
    assert images.abs().max() > 10


def test_biases_of_sigmoid_hidden_layers_start_where_they_are_told_and_no_others():
    network = generator(activations=["relu", "sigmoid"], sigmoid_bias=-2.0)

    starts = [layer.bias.unique().tolist() for layer in network.layers[:5:2]]
    assert starts == [[0.0], [-2.0], [0.0]]


def test_the_output_layer_may_start_in_a_range_of_its_own():
    *hidden, last = generator(weight_range=0.05, output_weight_range=0.5).layers[:5:2]

    assert 0.49 < last.weight.abs().max() <= 0.5
    assert all(0.04 < layer.weight.abs().max() <= 0.05 for layer in hidden)


def test_a_sparse_output_layer_listens_to_so_many_random_inputs_per_pixel():
    last = generator(hidden=[30, 200], output_nonzero=15).layers[4]

    listened = last.weight != 0
    assert listened.sum(1).tolist() == [15] * 784
    # 784 x 15 draws among 200 inputs: each is expected 58.8 times, within five deviations.
    assert (listened.sum(0) - 58.8).abs().max() < 5 * math.sqrt(58.8)
    values = last.weight[listened]
    assert values.mean().item() == pytest.approx(0, abs=5 / math.sqrt(784 * 15))
    assert values.std().item() == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("nonzero", [0, 21])
def test_more_inputs_than_there_are_and_none_at_all_are_refused(nonzero):
    message = rf"output_nonzero={nonzero} must lie between 1 and the 20 units"

    with pytest.raises(ConfigError, match=message):
        generator(hidden=[30, 20], output_nonzero=nonzero)


def test_started_at_the_marginals_the_output_layer_alone_makes_the_mean_image():
    marginals = torch.rand(MNIST, dtype=torch.float64)
    network = generator(value_range=(-1.0, 1.0))

    network.start_at_marginals(marginals)

    with torch.no_grad():
        network.layers[4].weight.zero_()
        image = network(torch.randn(1, 10))[0]
    torch.testing.assert_close(image, (2 * marginals - 1).float())


def test_pixels_that_are_always_black_or_white_get_a_finite_bias():
    network = generator()

    network.start_at_marginals(torch.tensor([0.0, 1.0]).repeat(392).reshape(MNIST).double())

    # The logit of the authors' library's smallest probability, 1e-7.
    expected = math.log(1e-7 / (1 - 1e-7))
    assert network.layers[4].bias[:2].tolist() == pytest.approx([expected, -expected], rel=1e-6)


def test_marginals_of_a_linear_output_are_refused():
    with pytest.raises(ConfigError, match=r"model\.marginal_bias=true needs .*output=sigmoid"):
        generator(output="linear").start_at_marginals(torch.zeros(MNIST))


def test_new_layers_stand_in_front_of_a_whole_trained_generator():
    trained = MLPGenerator(7, MNIST, (0.0, 1.0), [30, 20], ["relu", "sigmoid"], 0.05)
    network = MLPGenerator(
        10, MNIST, (0.0, 1.0), [40, 7, 30, 20], ["relu", "sigmoid", "relu", "sigmoid"], 0.05
    )
    front = [layer.weight.clone() for layer in network.layers[:4:2]]
    latents = torch.randn(3, 10)

    network.end_with(trained.state_dict())

    assert all(map(torch.equal, front, (layer.weight for layer in network.layers[:4:2])))
    assert torch.equal(network(latents), trained(network.layers[:4](latents)))
    assert network.layers[-3].weight.data_ptr() != trained.layers[-3].weight.data_ptr()


@pytest.mark.parametrize("hidden", [[30], [8, 30, 20, 8], [30, 21]])
def test_a_trained_generator_that_is_not_the_end_of_this_one_does_not_fit(hidden):
    trained = generator(hidden=hidden, activations=["relu"] * len(hidden))

    with pytest.raises(RuntimeError, match="state_dict"):
        generator(hidden=[12, 30, 20], activations=["relu"] * 3).end_with(trained.state_dict())


@pytest.mark.parametrize(("flag", "kind"), [(True, nn.Dropout), (False, RestingDropout)])
def test_the_kind_of_dropout_says_whether_it_rests_in_the_generators_phase(flag, kind):
    network = discriminator(dropout_in_generator_phase=flag)

    kinds = {type(layer) for layer in network.layers if isinstance(layer, nn.Dropout)}
    assert kinds == {kind}


def test_activations_of_another_number_than_the_layers_are_refused():
    message = (
        r"model\.generator\.activations=\['relu'\] must name one activation for "
        r"each of the 2 layers of model\.generator\.hidden=\[30, 20\]"
    )

    with pytest.raises(ConfigError, match=message):
        generator(activations=["relu"])


@pytest.mark.parametrize("name", ["input_dropout", "dropout"])
def test_a_dropout_of_0_is_accepted(name):
    discriminator(**{name: 0.0})
