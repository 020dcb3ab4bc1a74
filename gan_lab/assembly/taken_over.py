"""init=: a new run's networks begin with the weights of another run's, as in fine-tuning.

Nothing else is taken over: clock, optimizers, averages and record are the new run's own.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from omegaconf import DictConfig
from torch import Tensor

from gan_lab.errors import CheckpointError
from gan_lab.plurals import counted
from gan_lab.runs.checkpoints import read_checkpoint
from gan_lab.training.algorithm import Algorithm

SHOWN = 6  # layers


def take_over(module: Algorithm, config: DictConfig) -> str:
    """Give networks the weights of those of the same names in the checkpoint `config.init`.

    They are the networks themselves, not their averages: what was learned against one another goes
    on together. Moving averages of the new run begin at them with its first update.

    Args:
        module: of a new run, changed in place.
        config: the whole configuration.

    Returns:
        What to say of it.

    Raises:
        CheckpointError: it cannot be read, has no such weights, or has layers of other shapes or
            none in the place of some, and `init_mismatch` does not say to skip these.
    """
    ckpt = config.init
    try:
        state = read_checkpoint(Path(ckpt).expanduser())["state_dict"]
    except CheckpointError as error:
        raise CheckpointError(str(error).replace("ckpt=", "init=", 1)) from error
    networks = tuple(f"{name}." for names in module.players.values() for name in names)
    own = {key: value for key, value in module.state_dict().items() if key.startswith(networks)}
    theirs = {key: value for key, value in state.items() if key.startswith(networks)}
    fitting = {
        key: value for key, value in theirs.items() if key in own and own[key].shape == value.shape
    }
    unlike = list(differences(own, theirs))
    if not any(value.numel() > 1 for value in fitting.values()):
        raise CheckpointError(
            f"init={ckpt} has no weights for the networks {', '.join(n[:-1] for n in networks)} of "
            f"this run, whose layers have other names or shapes. Choose the same model=."
        )
    if unlike and config.init_mismatch == "refuse":
        lines = "".join(f"  {line}\n" for line in unlike[:SHOWN])
        more = f"  and {counted(len(unlike) - SHOWN, 'other')}\n" if len(unlike) > SHOWN else ""
        raise CheckpointError(
            f"init={ckpt} has other layers than this run:\n{lines}{more}"
            f"Choose the same model=, data.size= and condition, or begin with the others alone by "
            f"init_mismatch=skip."
        )
    module.load_state_dict(fitting, strict=False)
    skipped = f", except {counted(len(unlike), 'layer')}: {'; '.join(unlike[:SHOWN])}"
    return f"The weights begin as those of {ckpt}{skipped if unlike else ''}."


def differences(own: Mapping[str, Tensor], theirs: Mapping[str, Tensor]) -> Iterator[str]:
    """Yield each layer's weight that is of another shape in the checkpoint, or on one side only."""
    for key in [*own, *(key for key in theirs if key not in own)]:
        here, there = (_shown(side.get(key)) for side in (own, theirs))
        if here != there:
            yield f"{key}: {there} -> {here}"


def _shown(weight: Tensor | None) -> str:
    return "none" if weight is None else str(list(weight.shape))
