"""Whether the iterations of a run are replayed as CUDA graphs."""

from lightning import Trainer

from gan_lab.errors import ConfigError
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.cuda_graph import Replay, can_be_replayed
from gan_lab.training.half_precision import HalfPrecision


def choose_replay(asked: bool | str, module: Algorithm, trainer: Trainer) -> str | None:
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
        module.replay = Replay(module.work)
        return None
    if asked is True:
        raise ConfigError(
            f"performance.cuda_graph=true is not possible: {obstacle}. "
            f"Use performance.cuda_graph=auto."
        )
    return f"No CUDA graph: {obstacle}." if trainer.strategy.root_device.type == "cuda" else None


def obstacle_to_replay(module: Algorithm, trainer: Trainer) -> str | None:
    """Return why iterations cannot be replayed, or None."""
    device = trainer.strategy.root_device.type
    if device != "cuda":
        return f"the run is on {device}"
    if trainer.world_size > 1:
        return "there are several devices"
    if isinstance(trainer.precision_plugin, HalfPrecision):
        return "with trainer.precision=16-mixed each step waits to learn whether it overflowed"
    for name, player in module.recipe.players.items():
        if others := set(player.courses) - {"lr"}:
            return f"optimizer.{name}.{others.pop()} changes, which is a number of Python's"
    if any(getattr(module, name)._compiled_call_impl is not None for name in module.parts):
        return "with performance.compile=true it has not been tried"
    if module.obstacle_to_replay:
        return module.obstacle_to_replay
    for optimizer in module.configure_optimizers():
        if not can_be_replayed(optimizer):
            return f"{type(optimizer).__name__} works only if optimizer.*.fused=true"
    return None
