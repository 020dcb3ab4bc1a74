"""The mean over devices, with its first and second derivatives, in two processes."""

import torch
from torch import distributed

from gan_lab.training.device_mean import DeviceMean
from tests.end_to_end.campaign import free_port
from tests.processes import together

VALUES = torch.tensor([[1.0, -2.0], [4.0, 0.5]], dtype=torch.float64)  # a row for each device
WEIGHTS = (2.0, 5.0)  # of the devices' losses


def loss_of(mean, rank):
    return WEIGHTS[rank] * mean.pow(3).sum()


def derivatives(value, of):
    """Return first derivatives, and those of the sum of their squares."""
    (first,) = torch.autograd.grad(value, of, create_graph=True)
    (second,) = torch.autograd.grad(first.square().sum(), of)
    return first.detach(), second


def one_of_two(rank, folder, port):
    distributed.init_process_group(
        "gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=2
    )
    own = VALUES[rank].clone().requires_grad_()
    mean = DeviceMean.apply(own)
    found = (mean.detach(), *derivatives(loss_of(mean, rank), own))
    torch.save(found, folder / f"{rank}.pt")
    distributed.destroy_process_group()


def test_gradients_are_those_of_the_mean_of_both_losses(tmp_path):
    together(2, one_of_two, tmp_path, free_port())
    found = [torch.load(tmp_path / f"{rank}.pt") for rank in range(2)]

    values = VALUES.clone().requires_grad_()
    mean = values.mean(dim=0)
    (first,) = torch.autograd.grad(sum(loss_of(mean, rank) for rank in range(2)) / 2, values)

    for rank, (got, gradient, _) in enumerate(found):
        torch.testing.assert_close(got, VALUES.mean(dim=0))
        # Averaging over the devices, as after each backward pass, halves what one of them adds.
        torch.testing.assert_close(gradient / 2, first[rank])


def test_gradients_have_gradients(tmp_path):
    together(2, one_of_two, tmp_path, free_port())
    second = [torch.load(tmp_path / f"{rank}.pt")[2] for rank in range(2)]

    # Each device's gradient is w m^2 with w = (3 * 2 + 3 * 5) / 2, so the mean of both sums of
    # squares has the gradient 4 w^2 m^3 by the mean.
    w, mean = 3 * sum(WEIGHTS) / 2, VALUES.mean(dim=0)
    for found in second:
        torch.testing.assert_close(found, 4 * w**2 * mean**3)
