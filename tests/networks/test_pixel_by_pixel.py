"""PixelRNN and PixelCNN: what depends on what, colour by colour, and samples without detours."""

import math

import pytest
import torch
from torch.autograd.functional import jacobian

from gan_lab.networks.pixelcnn import PixelCNN
from gan_lab.networks.pixelrnn import PixelRNN

NETWORKS = {
    "row": lambda shape, **sizes: PixelRNN(shape, cell="row", **sizes),
    "diagonal": lambda shape, **sizes: PixelRNN(shape, cell="diagonal", **sizes),
    "pixelcnn": PixelCNN,
}
every_network = pytest.mark.parametrize("name", NETWORKS)
SHAPES = pytest.mark.parametrize("shape", [(1, 5, 6), (3, 3, 4), (2, 4, 1), (1, 1, 5)])


def network(name, shape, outputs=1, layers=2, hidden=12, scale=0.5):
    torch.manual_seed(0)
    found = NETWORKS[name](shape, outputs=outputs, hidden=hidden, layers=layers, head=30).double()
    with torch.no_grad():
        for weight in found.parameters():
            weight.normal_(std=scale)
    return found


def images(n, shape):
    return torch.rand(n, *shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def in_order(numbers_NCHW):
    """Return numbers `(N, D)` as they are drawn: pixel by pixel, then colour by colour."""
    return numbers_NCHW.movedim(1, 3).flatten(1)


def slopes(found, shape):
    """Return the size of d said_i / d x_j `(D, D)`, in order, summed over a few images."""

    def said(numbers):
        images = numbers.view(-1, shape[1], shape[2], shape[0]).movedim(3, 1)
        return in_order(found(images)).sum(0)

    return jacobian(said, in_order(images(4, shape))).abs().sum(1)


@every_network
@SHAPES
def test_no_number_depends_on_itself_or_on_one_after_it(name, shape):
    assert not slopes(network(name, shape), shape).triu().any()


@every_network
@SHAPES
def test_each_depends_on_the_one_before_it_in_its_row(name, shape):
    found = slopes(network(name, shape), shape).diagonal(-1)

    in_a_row = torch.arange(1, len(found) + 1) % (shape[0] * shape[2]) != 0
    assert (found[in_a_row] != 0).all()


@pytest.mark.parametrize("layers", [1, 2])
@SHAPES
def test_diagonals_see_all_that_came_before_but_for_one(shape, layers):
    colours, height, width = shape
    found = slopes(network("diagonal", shape, layers=layers), shape) != 0

    expected = torch.ones_like(found).tril(-1).view(height, width, colours, height, width, colours)
    for row in range(1, height):
        # Beyond the 7x7 pixels, to the right: in its row no features hold the pixel itself.
        expected[row, : max(0, width - 4), :, row - 1, -1, -1] = False
    assert torch.equal(found, expected.view_as(found))


@every_network
@pytest.mark.parametrize("outputs", [1, 4])
@SHAPES
def test_samples_are_what_the_whole_network_says_of_them(name, shape, outputs):
    found = network(name, shape, outputs, scale=0.25)
    chances = images(7, shape)

    def draw(said, chance):
        if outputs == 1:
            return (chance < said.sigmoid()).double()
        return (said.softmax(-1).cumsum(-1) < chance[..., None]).sum(-1) / 3

    with torch.no_grad():
        made = found.sample(chances, draw)
        said = found(made)

    assert torch.equal(made, draw(said, chances))
    assert said.shape == (7, *shape, *([outputs] if outputs > 1 else []))
    assert len(made.unique()) > 1


@every_network
def test_what_is_drawn_of_is_said_to_rounding(name):
    shape = (3, 4, 4)
    found, chances, heard = network(name, shape, scale=0.25), images(2, shape), []

    def draw(said, chance):
        heard.append(said)
        return chance

    with torch.no_grad():
        made = found.sample(chances, draw)

    torch.testing.assert_close(torch.stack(heard, 1), in_order(found(made)))
    assert torch.equal(made, chances)


@every_network
def test_what_is_known_is_kept_and_the_rest_is_drawn_given_it(name):
    shape = (2, 3, 4)
    found, chances, known = (
        network(name, shape, scale=0.25),
        images(7, shape),
        images(7, shape).round(),
    )
    known.view(7, -1)[:, found.order[9:]] = math.nan

    def draw(said, chance):
        return (chance < said.sigmoid()).double()

    with torch.no_grad():
        made = found.sample(chances, draw, known)
        expected = draw(found(made), chances)

    kept = ~known.isnan()
    assert torch.equal(made[kept], known[kept])
    assert torch.equal(made[~kept], expected[~kept])
    assert torch.equal(images(1, shape).flatten()[found.order], in_order(images(1, shape))[0])
