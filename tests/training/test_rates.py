"""Shares of an optimizer's settings, whether they are Python's numbers or tensors."""

import torch

from gan_lab.training.rates import keep_initial, set_share


def optimizer(lr):
    weight = torch.nn.Parameter(torch.zeros(1))
    made = torch.optim.SGD([{"params": [weight]}], lr=lr, momentum=0.5, fused=True)
    made.param_groups[0]["lr"] = lr
    return made


def test_shares_are_of_what_it_was_at_first_not_of_the_last_share():
    sgd = optimizer(0.25)
    keep_initial(sgd, "lr")
    keep_initial(sgd, "momentum")

    for factor in (0.5, 0.5):
        set_share(sgd, "lr", factor)
    set_share(sgd, "momentum", 1.5)

    assert sgd.param_groups[0]["lr"] == 0.125
    assert sgd.param_groups[0]["momentum"] == 0.75


def test_a_tensor_stays_the_same_one():
    sgd = optimizer(0.25)
    keep_initial(sgd, "lr")
    lr = sgd.param_groups[0]["lr"] = torch.tensor(0.25)

    set_share(sgd, "lr", 0.5)

    assert sgd.param_groups[0]["lr"] is lr
    assert lr.item() == 0.125
