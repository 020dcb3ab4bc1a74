"""Masked convolutions: torch's own times a mask, what each output sees, and places one by one."""

import pytest
import torch
from torch.nn.functional import conv2d

from gan_lab.networks.masked_convolution import MaskedConvolution, Window, colour_of

HEIGHT, WIDTH, IMAGES = 4, 5, 2
KERNELS = pytest.mark.parametrize(
    ("up", "sideways"), [(0, 0), (1, 1), (2, 1), (0, 2), (1, 0)], ids=str
)
COLOURS = pytest.mark.parametrize(
    ("inputs", "outputs", "colours", "blocks"),
    [(1, 2, 1, 1), (3, 3, 3, 1), (5, 7, 3, 1), (4, 12, 2, 3)],
)
OWN = pytest.mark.parametrize("own", [True, False])


def convolution(inputs, outputs, colours, **options):
    torch.manual_seed(0)
    return MaskedConvolution(inputs, outputs, colours, **options).double()


def features(inputs):
    generator = torch.Generator().manual_seed(1)
    shape = (HEIGHT, WIDTH, IMAGES, inputs)
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def sees(network, colours, blocks, own):
    """Return, place by place of a square kernel, which outputs see which inputs."""
    outputs, _, inputs = network.weight.shape
    up, sideways = network.up, network.sideways
    found = torch.zeros(outputs, inputs, 2 * up + 1, 2 * sideways + 1, dtype=torch.bool)
    found[:, :, :up] = found[:, :, up, :sideways] = True
    for i in range(outputs):
        for j in range(inputs):
            of_output = (i % (outputs // blocks)) * colours // (outputs // blocks)
            of_input = j * colours // inputs
            found[i, j, up, sideways] = of_input < of_output or (own and of_input == of_output)
    return found


@KERNELS
@COLOURS
@OWN
def test_it_is_torchs_convolution_times_a_mask(up, sideways, inputs, outputs, colours, blocks, own):
    kernel = {"up": up, "sideways": sideways, "own": own, "blocks": blocks}
    network = convolution(inputs, outputs, colours, **kernel)
    mask = sees(network, colours, blocks, own)
    # Numbers where nothing may be seen, too, which the mask has to hide.
    whole = torch.full(mask.shape, 9.0, dtype=torch.float64)
    places = [(row, column) for row in range(up) for column in range(2 * sideways + 1)]
    places += [(up, column) for column in range(sideways + 1)]
    for place, (row, column) in enumerate(places):
        whole[:, :, row, column] = network.weight.detach()[:, place]

    given = features(inputs)
    made = network(given)

    as_images = given.permute(2, 3, 0, 1)
    expected = conv2d(as_images, whole * mask, network.bias, padding=(up, sideways))
    torch.testing.assert_close(made, expected.permute(2, 3, 0, 1))


@OWN
def test_an_output_sees_what_comes_before_it_within_the_kernel_and_nothing_else(own):
    colours, up, sideways, at = 3, 2, 1, (3, 2)
    network = convolution(3, 3, colours, up=up, sideways=sideways, own=own)
    given = features(3).requires_grad_()

    for colour in range(colours):
        (slope,) = torch.autograd.grad(network(given)[at][0, colour], given)
        seen = {tuple(place) for place in slope[:, :, 0].nonzero().tolist()}
        expected = {
            (row, column, of_input)
            for row in range(at[0] - up, at[0] + 1)
            for column in range(at[1] - sideways, at[1] + sideways + 1)
            for of_input in range(colours)
            if (row, column, of_input) < (*at, colour + own)
        }
        assert seen == expected
        assert not slope[:, :, 1].any()  # the other image


@KERNELS
@OWN
def test_a_window_gives_place_by_place_what_the_whole_map_gives(up, sideways, own):
    network = convolution(4, 6, 2, up=up, sideways=sideways, own=own)
    given, window = features(4), Window(network, HEIGHT, WIDTH, IMAGES)

    with torch.no_grad():
        expected = network(given)
        for row in range(HEIGHT):
            for column in range(WIDTH):
                window.put(row, column, given[row, column])
                torch.testing.assert_close(window.at(row, column), expected[row, column])


def test_a_window_needs_no_features_of_colours_that_are_not_known_yet():
    network = convolution(2, 2, 2, own=False, up=1, sideways=1)
    given, window = features(2), Window(network, HEIGHT, WIDTH, IMAGES)

    with torch.no_grad():
        expected = network(given)[0, 0]
        first = window.at(0, 0)[:, 0]
        window.put(0, 0, given[0, 0] * torch.tensor([1.0, 0.0]))
        second = window.at(0, 0)[:, 1]

    torch.testing.assert_close(torch.stack([first, second], 1), expected)


def test_a_kernel_of_one_place_takes_features_of_any_shape():
    network = convolution(3, 6, 3)
    given = features(3)

    torch.testing.assert_close(network(given[1, 2]), network(given)[1, 2])


def test_colours_have_equal_shares_of_the_features_in_their_order():
    assert colour_of(6, 3).tolist() == [0, 0, 1, 1, 2, 2]
    assert colour_of(7, 3).tolist() == [0, 0, 0, 1, 1, 2, 2]
    assert colour_of(4, 1).tolist() == [0, 0, 0, 0]
