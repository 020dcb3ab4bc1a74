"""A network in files of other programs, and whether what they make of it is the same.

Every file takes any number of inputs at once.
"""

import io
import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import torch
from torch import Tensor, nn

from gan_lab.assembly.leaving import Leaving
from gan_lab.durable import replacing
from gan_lab.errors import ConfigError
from gan_lab.extras import require

FILES = {"onnx": "model.onnx", "torch": "model.pt2", "page": "playground.html"}
OUTPUT = "images"
EXAMPLES = (
    2  # inputs that a network is followed with; one would pass for a number that never changes
)
Run = Callable[[Sequence[Tensor]], Tensor]


def write(format: str, part: Leaving, path: Path) -> Run:
    """Write a network, and return what runs the file.

    Args:
        format: onnx or torch.
        part: the network.
        path: of the file.

    Raises:
        ConfigError: it has a layer that cannot be written so, or packages are missing.
    """
    writers = {"onnx": _write_onnx, "torch": _write_torch}
    try:
        return writers[format](part, path)
    except ConfigError:
        raise
    except Exception as error:  # the exporters have many words for what they do not know
        layer = _first_that_fails(part)
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise ConfigError(
            f"format={format} cannot hold {layer} ({reason}). format=safetensors holds every model."
        ) from error


def largest_difference(part: Leaving, run: Run) -> float:
    """Return by how much a file's images differ at most from the network's, of 64 and of one.

    Both in the value range.
    """
    inputs, expected = list(part.inputs.values()), part.images()
    alone = [value[:1] for value in inputs]
    differences = [run(inputs) - expected, run(alone) - expected[:1]]
    return max(float(difference.abs().max()) for difference in differences)


def _write_onnx(part: Leaving, path: Path) -> Run:
    # The exporter needs the second one.
    onnxruntime = require("onnx", "format=onnx", "onnxruntime", "onnxscript")
    names = list(part.inputs)
    with _silent():
        program = torch.onnx.export(
            part.network,
            _examples(part),
            input_names=names,
            output_names=[OUTPUT],
            dynamic_shapes=_any_number(part),
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    with replacing(path) as file:
        file.write(program.model_proto.SerializeToString())
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])

    def run(inputs: Sequence[Tensor]) -> Tensor:
        given = {name: value.numpy() for name, value in zip(names, inputs, strict=True)}
        return torch.from_numpy(session.run([OUTPUT], given)[0])

    return run


def _write_torch(part: Leaving, path: Path) -> Run:
    content = io.BytesIO()
    with _silent(), torch.no_grad():
        program = torch.export.export(
            part.network, _examples(part), dynamic_shapes=_any_number(part)
        )
        torch.export.save(program, content)
    with replacing(path) as file:
        file.write(content.getvalue())
    network = torch.export.load(path).module()

    @torch.no_grad()
    def run(inputs: Sequence[Tensor]) -> Tensor:
        return network(*inputs)

    return run


def _examples(part: Leaving) -> tuple[Tensor, ...]:
    return tuple(value[:EXAMPLES] for value in part.inputs.values())


def _any_number(part: Leaving) -> tuple:
    n = torch.export.Dim("n", min=1)
    return tuple({0: n} for _ in part.inputs)


def _first_that_fails(part: Leaving) -> str:
    """Return the innermost layer that cannot be followed by itself, as `name (class)`."""
    seen: dict[str, tuple] = {}
    hooks = [
        layer.register_forward_pre_hook(lambda _, given, name=name: seen.setdefault(name, given))
        for name, layer in part.network.named_modules()
    ]
    try:
        with torch.no_grad():
            part.network(*_examples(part))
    finally:
        for hook in hooks:
            hook.remove()
    layers = sorted(part.network.named_modules(), key=lambda item: -item[0].count("."))
    for name, layer in layers:
        if name in seen and not _can_be_followed(layer, seen[name]):
            return f"the layer {name.removeprefix('network.')} ({type(layer).__name__})"
    return f"the network {type(part.network.network).__name__}"


def _can_be_followed(layer: nn.Module, given: tuple) -> bool:
    try:
        with _silent(), torch.no_grad():
            torch.export.export(layer, given)
    except Exception:  # as above
        return False
    return True


@contextmanager
def _silent() -> Iterator[None]:
    """Keep the exporters' own words, which are about their insides, from the person who waits."""
    logging.disable(logging.WARNING)
    try:
        with _unwarned():
            yield
    finally:
        logging.disable(logging.NOTSET)


@contextmanager
def _unwarned() -> Iterator[None]:
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        yield
