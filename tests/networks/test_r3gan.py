"""R3GAN: sizes and counts of Huang et al., 2024, how it starts, and what it refuses."""

import pytest
import torch
from torch import nn
from torch.optim import Adam

from gan_lab.errors import ConfigError
from gan_lab.networks.inverted_bottleneck import InvertedBottleneck
from gan_lab.networks.r3gan import R3GANDiscriminator, R3GANGenerator

Z = 6


def generator(shape=(3, 16, 16), width=16, n_classes=0, blocks=1):
    torch.manual_seed(0)
    return R3GANGenerator(Z, shape, (-1.0, 1.0), width, blocks, 16, n_classes)


def discriminator(shape=(3, 16, 16), width=16, n_classes=0, blocks=1):
    torch.manual_seed(0)
    return R3GANDiscriminator(shape, width, blocks, 16, n_classes)


def weights_in(network):
    return sum(weight.numel() for weight in network.parameters())


@pytest.mark.parametrize(("n_classes", "millions"), [(0, (20.73, 20.68)), (10, (20.78, 21.28))])
def test_the_networks_for_cifar10_have_the_weights_of_the_papers(n_classes, millions):
    made = R3GANGenerator(64, (3, 32, 32), (-1.0, 1.0), 768, 2, 16, n_classes)
    judge = R3GANDiscriminator((3, 32, 32), 768, 2, 16, n_classes)

    found = tuple(round(weights_in(network) / 1e6, 2) for network in (made, judge))
    assert found == millions
    assert made.smallest[1].layers[2].groups == 96


@pytest.mark.parametrize("shape", [(1, 32, 32), (3, 8, 8), (3, 16, 24), (2, 4, 4)])
def test_images_of_the_asked_shape_are_made_and_judged(shape):
    images = generator(shape)(torch.randn(2, Z))

    assert images.shape == (2, *shape)
    assert discriminator(shape)(images).shape == (2,)


def test_each_size_may_have_a_width_of_its_own():
    networks = [build(shape=(3, 16, 16), width=[32, 16, 8]) for build in (generator, discriminator)]

    for network in networks:
        blocks = [block for block in network.modules() if isinstance(block, InvertedBottleneck)]
        assert sorted(block.layers[0].in_features for block in blocks) == [8, 16, 32]
    assert networks[1](networks[0](torch.randn(2, Z))).shape == (2,)


def test_nothing_is_normalised_and_nothing_squashes_the_images():
    network = generator()
    images = network(1000 * torch.randn(4, Z))

    assert not network.bounded
    assert images.abs().max() > 10
    kinds = {type(module).__name__ for module in [*network.modules(), *discriminator().modules()]}
    assert not any("Norm" in kind or "Tanh" in kind for kind in kinds)


def test_both_networks_start_as_their_resampling_alone():
    for network in (generator(blocks=2), discriminator(blocks=2)):
        bare = [
            part
            for module in network.modules()
            if isinstance(module, nn.Sequential)
            for part in module
        ]
        blocks = [part for part in bare if isinstance(part, InvertedBottleneck)]
        features = torch.randn(1, 16, 4, 4)
        assert len(blocks) == 6
        assert all(torch.equal(block(features), features) for block in blocks)


def test_images_and_logits_start_neither_huge_nor_tiny():
    images = generator(width=64)(torch.randn(64, Z))
    logits = discriminator(width=64)(images / images.std())

    assert 0.1 < images.std() < 2
    assert 0.05 < logits.std() < 5


def test_every_weight_gets_a_gradient_after_one_step():
    networks = generator(n_classes=3), discriminator(n_classes=3)
    latents, labels = torch.randn(8, Z), torch.arange(8) % 3
    for step in range(2):
        networks[1](networks[0](latents, labels), labels).square().sum().backward()
        for network in networks:
            if step == 0:
                Adam(network.parameters(), 0.01).step()
                network.zero_grad()

    for network in networks:
        for name, weight in network.named_parameters():
            assert weight.grad is not None and weight.grad.any(), name


def test_the_gradient_of_an_r1_penalty_agrees_with_finite_differences():
    network = discriminator((1, 8, 8), width=8).double()
    for weight in network.parameters():
        nn.init.normal_(weight, 0.0, 0.3)
    images = torch.randn(2, 1, 8, 8, dtype=torch.float64, requires_grad=True)

    def penalty():
        (gradient,) = torch.autograd.grad(network(images).sum(), images, create_graph=True)
        return gradient.square().sum()

    penalty().backward()

    for weight in network.parameters():
        if weight.dim() == 1:  # between the kinks of LeakyReLU biases change no slope
            continue
        direction = torch.randn_like(weight)
        values = []
        for step in (1e-8, -1e-8):
            with torch.no_grad():
                weight.add_(direction, alpha=step)
            values.append(penalty().item())
            with torch.no_grad():
                weight.sub_(direction, alpha=step)
        slope = (values[0] - values[1]) / 2e-8
        assert slope == pytest.approx((weight.grad * direction).sum().item(), rel=1e-4)


def test_labels_change_images_and_logits_and_may_be_missing():
    made, judge = generator(n_classes=3), discriminator(n_classes=3)
    latents, labels = torch.randn(4, Z), torch.tensor([0, 1, 2, -1])

    images = made(latents[:1].expand(4, -1), labels)
    logits = judge(images[:1].expand(4, -1, -1, -1), labels)

    assert len(logits.unique()) == len(images.flatten(1).unique(dim=0)) == 4


def test_the_answer_for_a_label_is_the_product_of_its_vector_with_the_features():
    judge, images = discriminator(n_classes=3), torch.randn(2, 3, 16, 16)

    features = judge.last(judge.smallest(judge.larger(images)))

    expected = (features * judge.labels.weight[[2, 0]]).sum(1)
    torch.testing.assert_close(judge(images, torch.tensor([2, 0])), expected)


def test_between_two_classes_images_and_logits_depend_on_both():
    made, judge = generator(n_classes=3), discriminator(n_classes=3)
    latents, images = torch.randn(2, Z), torch.randn(2, 3, 16, 16)
    shares = torch.tensor([[0.0, 1.0, 0.0], [0.5, 0.0, 0.5]])

    assert torch.equal(made(latents, shares)[0], made(latents, torch.tensor([1, 1]))[0])
    whole = [judge(images, torch.tensor([label] * 2))[1] for label in (0, 2)]
    torch.testing.assert_close(judge(images, shares)[1], sum(whole) / 2)


def test_only_the_smallest_images_stay_in_float32_under_autocast():
    made, judge = generator(), discriminator()
    seen = {}
    for name, part in {
        "made": made.smallest,
        "larger": made.larger,
        "judged": judge.larger,
    }.items():
        part.register_forward_hook(lambda _, __, out, name=name: seen.update({name: out.dtype}))

    with torch.autocast("cpu", torch.bfloat16):
        logits = judge(made(torch.randn(2, Z)))

    assert seen == {"made": torch.float32, "larger": torch.bfloat16, "judged": torch.bfloat16}
    assert logits.dtype == torch.float32


def test_widths_that_groups_do_not_divide_are_refused_with_the_nearest():
    with pytest.raises(ConfigError, match=r"width=50 makes 100 .*group_width=16 .* they do is 48"):
        generator(width=50)
    with pytest.raises(ConfigError, match=r"width=1 makes 2 .* they do is 8"):
        discriminator(width=[1, 16, 16])
