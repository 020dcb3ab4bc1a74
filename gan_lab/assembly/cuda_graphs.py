"""Whether the iterations of a run are replayed as CUDA graphs."""

from lightning import Trainer

from gan_lab.errors import ConfigError
from gan_lab.training.cuda_graph import Replay, can_be_replayed
from gan_lab.training.gan import GAN
from gan_lab.training.half_precision import HalfPrecision


def choose_replay(asked: bool | str, module: GAN, trainer: Trainer) -> str | None:
    """Let iterations be replayed if `asked` and possible; else return what a person should know.

    Args:
        asked: true, false, or `auto` for wherever it is possible.
        module: gets its `replay`.
        trainer: that will train it.

    Raises:
        ConfigError: true, and it is not possible.
    """
    if asked is False:
        return None
    obstacle = obstacle_to_replay(module, trainer)
    if obstacle is None:
        module.replay = Replay(module.play)
        return None
    if asked is True:
        raise ConfigError(
            f"performance.cuda_graph=true is not possible: {obstacle}. "
            f"Use performance.cuda_graph=auto."
        )
    return f"No CUDA graph: {obstacle}." if trainer.strategy.root_device.type == "cuda" else None


def obstacle_to_replay(module: GAN, trainer: Trainer) -> str | None:
    """Return why iterations cannot be replayed, or None."""
    device = trainer.strategy.root_device.type
    if device != "cuda":
        return f"the run is on {device}"
    if trainer.world_size > 1:
        return "there are several devices"
    if isinstance(trainer.precision_plugin, HalfPrecision):
        return "with trainer.precision=16-mixed each step waits to learn whether it overflowed"
    if module.momentum_schedule is not None:
        return "optimizer.momentum_schedule changes a number of Python's"
    if module.generator._compiled_call_impl is not None:
        return "with performance.compile=true it has not been tried"
    for optimizer in module.configure_optimizers():
        if not can_be_replayed(optimizer):
            return f"{type(optimizer).__name__} works only if optimizer.*.fused=true"
    return None
