"""The term of labelled images, and that it sees nothing else."""

import pytest
import torch
from torch.nn.functional import log_softmax

from gan_lab.losses.adversarial import NonSaturating
from gan_lab.losses.supervised import Supervised
from gan_lab.losses.terms import Judged, PhaseOutputs

HEAD = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
LABELS = torch.tensor([2, 0, 1, 1])


def phase(head):
    labelled = Judged(torch.zeros(4, 1), LABELS, torch.zeros(4), None, head)
    return PhaseOutputs(None, None, None, labelled=labelled)


def test_it_is_the_cross_entropy_of_the_labelled_images():
    expected = -log_softmax(HEAD.double(), 1)[torch.arange(4), LABELS].mean().item()

    assert Supervised(weight=1.0)(phase(HEAD)).item() == pytest.approx(expected, rel=1e-6)


def test_with_a_weight_of_2_the_loss_is_twice_that_of_the_authors_code():
    # loss_lab - lse / 2 + softplus(lse) / 2 + softplus(lse of generated) / 2, of their own words.
    random = torch.Generator().manual_seed(1)
    unlabelled, generated = (torch.randn(5, 3, generator=random).double() for _ in range(2))
    lse, lse_fake = unlabelled.logsumexp(1), generated.logsumexp(1)
    softplus = torch.nn.functional.softplus
    supervised = Supervised(weight=2.0)(phase(HEAD.double()))

    ours = 2.0 * supervised + sum(NonSaturating().discriminator(lse, lse_fake))

    theirs = supervised - lse.mean() / 2 + (softplus(lse).mean() + softplus(lse_fake).mean()) / 2
    torch.testing.assert_close(ours, 2 * theirs)
