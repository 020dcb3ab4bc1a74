"""What is put around networks that know nothing of classes: who is told of which label, and how."""

import pytest
import torch
from torch import nn

from gan_lab.networks.dcgan import DCGANDiscriminator, DCGANGenerator
from gan_lab.networks.labels import LabelledLatents, LabelMaps, Projection, one_hot
from gan_lab.networks.pack import Packed
from gan_lab.networks.spectral import is_normalised_spectrally, normalise_spectrally

K = 3
IMAGES = torch.randn(4, 1, 16, 16, generator=torch.Generator().manual_seed(0))
LABELS = torch.tensor([2, 0, -1, 1])


class Recorder(nn.Module):
    """Keeps what it is shown."""

    def forward(self, shown, **options):
        self.shown = shown
        return shown.flatten(1).mean(1)


def discriminator(channels=1, seed=0, **options):
    torch.manual_seed(seed)
    return DCGANDiscriminator((channels, 16, 16), width=4, slope=0.2, **options).eval()


def test_a_label_is_a_share_of_one_class_and_none_a_share_of_none():
    assert one_hot(LABELS, K).tolist() == [[0, 0, 1], [1, 0, 0], [0, 0, 0], [0, 1, 0]]


def test_shares_stay_as_they_are():
    shares = torch.tensor([[0.25, 0.75, 0.0]])

    assert one_hot(shares, K) is shares


def test_a_generator_sees_its_label_behind_its_latents():
    recorder = Recorder()

    LabelledLatents(recorder, K)(torch.full((4, 2), 7.0), LABELS)

    assert recorder.shown[0].tolist() == [7, 7, 0, 0, 1]
    assert torch.equal(recorder.shown[:, 2:], one_hot(LABELS, K))


def test_whether_images_have_bounds_is_the_generators_business():
    free = Recorder()
    free.bounded = False

    assert not LabelledLatents(free, K).bounded
    assert LabelledLatents(Recorder(), K).bounded


def test_a_discriminator_sees_its_label_in_every_pixel():
    recorder = Recorder()

    LabelMaps(recorder, K)(IMAGES, LABELS)

    assert torch.equal(recorder.shown[:, :1], IMAGES)
    for row, label in enumerate(LABELS.tolist()):
        expected = [float(label == n) for n in range(K)]
        assert recorder.shown[row, 1:].amin((1, 2)).tolist() == expected
        assert recorder.shown[row, 1:].amax((1, 2)).tolist() == expected


def test_images_of_a_pack_keep_their_own_labels():
    recorder = Recorder()

    LabelMaps(Packed(recorder, 2), K)(IMAGES, LABELS)

    assert recorder.shown.shape == (2, 2 * (1 + K), 16, 16)
    assert recorder.shown[0, [1, 2, 3, 5, 6, 7], 0, 0].tolist() == [0, 0, 1, 1, 0, 0]


def test_a_projection_adds_the_agreement_of_features_and_the_labels_vector():
    network = Projection(discriminator(), K)
    plain = network.discriminator(IMAGES, with_features=True)

    logits, features, _ = network(IMAGES, LABELS, with_features=True)

    vectors = network.vectors.weight.T  # (K, F)
    for row, label in enumerate(LABELS.tolist()):
        more = 0.0 if label < 0 else (plain.features[row] @ vectors[label]).item()
        assert logits[row].item() == pytest.approx(plain.logits[row].item() + more, abs=1e-5)
    assert torch.equal(features, plain.features)
    assert torch.equal(network(IMAGES, LABELS), logits)


def test_vectors_of_a_projection_are_normalised_with_the_others():
    spectral = discriminator(norm="spectral")

    assert is_normalised_spectrally(Projection(spectral, K).vectors)
    assert not is_normalised_spectrally(Projection(discriminator(), K))


def test_between_two_classes_a_projection_lies_between():
    network = Projection(discriminator(), K)
    ends = [network(IMAGES, torch.full((4,), label)) for label in (0, 2)]

    middle = network(IMAGES, torch.tensor([[0.5, 0.0, 0.5]]).expand(4, -1))

    torch.testing.assert_close(middle, (ends[0] + ends[1]) / 2)


def test_a_network_of_images_with_maps_is_normalised_as_a_whole():
    network = LabelMaps(discriminator(1 + K), K)
    normalise_spectrally(network)

    assert network(IMAGES, LABELS).shape == (4,)


def test_half_precision_stays_half_precision():
    recorder = Recorder()

    LabelMaps(recorder, K)(IMAGES.bfloat16(), LABELS)

    assert recorder.shown.dtype == torch.bfloat16


def test_a_labelled_generator_makes_other_images_of_other_labels():
    torch.manual_seed(0)
    made = DCGANGenerator(2 + K, (1, 16, 16), (-1.0, 1.0), width=4).eval()
    network = LabelledLatents(made, K)
    latents = torch.zeros(2, 2)

    one, other = network(latents, torch.tensor([0, 1]))

    assert not torch.equal(one, other)
