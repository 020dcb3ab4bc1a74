"""Several devices, one model: exchange the gradients of the player that learns.

Lightning's DDP strategies wrap the whole LightningModule and wait for a gradient of every weight.
A phase gives gradients to one player's networks, so they stop with an error, or search for unused
weights in each backward pass. Here nothing is wrapped: after each backward pass the fresh gradients
are averaged over the devices.
"""

from typing import Any, final

import torch
from lightning.pytorch.strategies import DDPStrategy
from torch import Tensor, distributed
from torch._utils import _flatten_dense_tensors, _unflatten_dense_tensors

from gan_lab.training.process_launcher import Processes


@final
class PerPlayerDDPStrategy(DDPStrategy):
    """Data-parallel training for modules whose phases train different weights."""

    def configure_ddp(self) -> None:
        """Start all processes from the weights and buffers of the first one."""
        for tensor in self.model.state_dict().values():
            distributed.broadcast(tensor, src=0)

    def pre_backward(self, closure_loss: Tensor) -> None:
        """Nothing to prepare: there is no wrapper."""

    def post_backward(self, closure_loss: Tensor) -> None:
        """Average the gradients of the player that learns, in one message."""
        module = self.lightning_module
        weights = module.weights_of(module.learning)
        # Those that a phase leaves without one, as a head whose term is not due, are the same
        # everywhere, and an optimizer passes over them.
        gradients = [weight.grad for weight in weights if weight.grad is not None]
        message = _flatten_dense_tensors(gradients)
        distributed.all_reduce(message)
        message /= self.world_size
        torch._foreach_copy_(gradients, _unflatten_dense_tensors(message, gradients))

    def teardown(self) -> None:
        """Leave the process group with the strategy, so that another run can start here."""
        super().teardown()
        if distributed.is_initialized():
            distributed.destroy_process_group()

    def _configure_launcher(self) -> None:
        self._launcher = Processes(self.cluster_environment, self.num_processes, self.num_nodes)

    def _setup_model(self, model: torch.nn.Module) -> Any:
        return model
