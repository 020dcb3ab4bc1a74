"""Reads back what W&B wrote of a run: its record file, a log of blocks like LevelDB's."""

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import wandb
from wandb.proto import wandb_internal_pb2

BLOCK = 32768
HEADER = struct.Struct("<IHB")  # checksum, length, and whether it is a whole record or a part
WHOLE, LAST = 1, 4


@dataclass(frozen=True)
class Recorded:
    """One session of a run.

    Attributes:
        about: names, tags and the like, as W&B's RunRecord has them.
        config: its configuration.
        rows: all that was logged, in order.
        summary: the values at its end.
        x_axis: the metric that all others are drawn over.
        alerts: title and text of each.
        artifacts: type, metadata and names of files of each.
        exit_code: how it ended; None if it did not.
    """

    about: Any
    config: dict[str, Any]
    rows: list[dict[str, Any]]
    summary: dict[str, Any]
    x_axis: str | None
    alerts: list[tuple[str, str]]
    artifacts: list[tuple[str, dict[str, Any], set[str]]]
    exit_code: int | None


def read(run_directory: Path, session: int = -1) -> Recorded:
    """Return one of the sessions below a run directory, by default the last."""
    wandb.teardown()  # its process may still be writing
    files = (run_directory / "wandb").glob("*run-*/*.wandb")
    # As in offline-run-20261121_080000-0a1b2c3d.
    files = sorted(files, key=lambda file: file.parent.name.removeprefix("offline-"))
    records = list(_records(files[session].read_bytes()))
    run = next(record.run for record in records if record.HasField("run"))
    found: dict[str, Any] = {"alerts": [], "artifacts": [], "rows": [], "summary": {}}
    x_axis = exit_code = None
    for record in records:
        kind = record.WhichOneof("record_type")
        if kind == "history":
            found["rows"].append(_values(record.history.item))
        elif kind == "summary":
            found["summary"] |= _values(record.summary.update)
        elif kind == "metric" and record.metric.glob_name == "*":
            x_axis = record.metric.step_metric
        elif kind == "alert":
            found["alerts"].append((record.alert.title, record.alert.text))
        elif kind == "artifact":
            names = {entry.path for entry in record.artifact.manifest.contents}
            metadata = json.loads(record.artifact.metadata)
            found["artifacts"].append((record.artifact.type, metadata, names))
        elif kind == "exit":
            exit_code = record.exit.exit_code
    return Recorded(
        about=run, config=_values(run.config.update), x_axis=x_axis, exit_code=exit_code, **found
    )


def _records(data: bytes) -> Iterator[Any]:
    assert data[:4] == b":W&B"
    position, parts = 7, b""
    while position + HEADER.size <= len(data):
        left = BLOCK - position % BLOCK
        _, length, kind = HEADER.unpack_from(data, position)
        if left < HEADER.size or kind == 0:
            position += left
            continue
        position += HEADER.size + length
        parts += data[position - length : position]
        if kind in (WHOLE, LAST):
            yield wandb_internal_pb2.Record.FromString(parts)
            parts = b""


def _values(items: Any) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for item in items:
        *outer, name = item.nested_key or [item.key]
        place = values
        for key in outer:
            place = place.setdefault(key, {})
        place[name] = json.loads(item.value_json)
    return values
