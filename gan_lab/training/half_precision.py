"""Training in float16, whose small range needs scaled losses."""

from collections.abc import Callable
from typing import Any, final

import torch
from lightning import LightningModule
from lightning.pytorch.plugins import MixedPrecision
from torch import Tensor
from torch.optim import Optimizer


@final
class HalfPrecision(MixedPrecision):
    """float16 with a loss scale for each optimizer.

    Lightning's own plugin has one scale for all optimizers and changes it at every step of any: an
    overflow in the discriminator's phase halves the generator's scale.

    Args:
        device: type of the device, such as `cuda`.
        optimizers: how many there are.
    """

    def __init__(self, device: str, optimizers: int) -> None:
        super().__init__("16-mixed", device, torch.amp.GradScaler(device, enabled=False))
        self.scalers = [torch.amp.GradScaler(device) for _ in range(optimizers)]

    def pre_backward(self, tensor: Tensor, module: LightningModule) -> Tensor:
        """Scale the loss of the player whose phase it is."""
        scaler = self.scalers[list(module.players).index(module.learning)]
        return super().pre_backward(scaler.scale(tensor), module)

    def unscale(self, optimizer: Optimizer, module: LightningModule) -> None:
        """Bring the gradients to their own size, which are then measured and clipped."""
        self._scaler(optimizer, module).unscale_(optimizer)

    def optimizer_step(
        self,
        optimizer: Optimizer,
        model: LightningModule,
        closure: Callable[[], Any],
        **kwargs: Any,
    ) -> Any:
        """Step, unless a gradient overflowed; then only lower this optimizer's scale."""
        closure()
        self._after_closure(model, optimizer)
        scaler = self._scaler(optimizer, model)
        output = scaler.step(optimizer, **kwargs)
        scaler.update()
        return output

    def state_dict(self) -> dict[str, Any]:
        """Return the scales and how long they have held."""
        return {"scalers": [scaler.state_dict() for scaler in self.scalers]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Continue with the scales of a checkpoint."""
        for scaler, state in zip(self.scalers, state_dict["scalers"], strict=True):
            scaler.load_state_dict(state)

    def _scaler(self, optimizer: Optimizer, module: LightningModule) -> torch.amp.GradScaler:
        return self.scalers[module.optimizers(use_pl_optimizer=False).index(optimizer)]
