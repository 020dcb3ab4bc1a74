"""What `--help` shows, read off the YAML files as text: nothing is composed or imported for it."""

import re
import textwrap
from pathlib import Path

from gan_lab.config.options import added_folders, file_of, find_conf, options_of
from gan_lab.config.schema import Root, tasks

# In the order in which a newcomer meets them.
GROUPS = (
    "experiment", "data", "algorithm", "model", "loss", "likelihood", "terms", "augment",
    "optimizer", "optimizer/schedule", "latent", "trainer", "evaluation", "logger", "debug",
    "sweep",
)  # fmt: skip
WIDTH = 100
EXAMPLES = """\
  python -m gan_lab                                            DCGAN on MNIST, a few minutes
  python -m gan_lab model=dcgan loss=lsgan trainer.devices=2   two GPUs, or two CPU processes
  python -m gan_lab -m loss=minimax,lsgan seed=0,1,2           a sweep: six runs
  python -m gan_lab ckpt=RUN/checkpoints/last.ckpt             continue a run
  python -m gan_lab task=evaluate ckpt=RUN/checkpoints/best.ckpt
  python -m gan_lab task=serve                                 watch runs in the browser"""


def help_page() -> str:
    """Return the tasks, the options of each group (the default first), the keys, and examples."""
    conf = find_conf()
    composed = (conf / "config.yaml").read_text("utf-8")
    verbs = {f"task={name}": _task(name) for name in _verbs()}
    groups = {f"{group}=": ", ".join(_default_first(group, composed)) for group in GROUPS}
    keys = {f"{key}={value}": says for key, value, says in _keys(composed) if key not in GROUPS}
    return "\n\n".join(
        [
            "Train generative adversarial networks and measure their mode collapse.\n\n"
            "  python -m gan_lab GROUP=OPTION KEY=VALUE ...",
            f"Tasks\n{_table(verbs)}",
            f"Groups and their options, the default first\n{_table(groups)}",
            *([f"Added from outside\n{_table(added)}"] if (added := _added()) else []),
            f"Keys of every run, with their defaults\n{_table(keys)}",
            "An option has keys of its own, such as model.width=64, optimizer.lr=1e-3 or\n"
            "evaluation.every=500. --cfg job prints all keys of a command with their values, and "
            "does not run it.\nOf data=unpaired each set is chosen by itself: data@data.a=NAME "
            "data@data.b=NAME.",
            f"Examples\n{EXAMPLES}",
            "-m runs every combination of values with commas. debug=trace shows the traceback of a "
            "mistake.\n--hydra-help lists Hydra's flags.",
        ]
    )


def _verbs() -> list[str]:
    return sorted(options_of("task"), key=lambda name: name != "train")


def _task(name: str) -> str:
    """Return what a task does, and the keys that it adds."""
    says = _first_comment(file_of("task", name))
    schema = tasks()[name]
    keys = [key for key in schema.__annotations__ if key[0] != "_"] if schema is not Root else []
    return f"{says} Keys: {', '.join(keys)}." if keys else says


def _first_comment(path: Path) -> str:
    lines = path.read_text("utf-8").splitlines()
    says = (line[2:] for line in lines if line[:2] == "# " and "@package" not in line)
    return next(says, "")


def _added() -> dict[str, str]:
    """Return what the folders that the command adds have, each with what its file says of it."""
    return {
        f"{path.parent.relative_to(folder).as_posix()}={path.stem}": _first_comment(path)
        for folder in added_folders()
        for path in sorted(folder.rglob("*.yaml"))
    }


def _default_first(group: str, composed: str) -> list[str]:
    found = re.search(rf"^  - {group}: \[?(\w+)\]?$", composed, re.MULTILINE)
    default = found and found[1]
    return sorted(options_of(group), key=lambda option: option != default)


def _keys(composed: str) -> list[tuple[str, str, str]]:
    return re.findall(r"^(\w+): (\S+) +# (.+)$", composed, re.MULTILINE)


def _table(rows: dict[str, str]) -> str:
    indent = 2 + max(map(len, rows)) + 2
    return "\n".join(
        textwrap.fill(
            f"  {name:<{indent - 2}}{says}",
            WIDTH,
            subsequent_indent=" " * indent,
            break_on_hyphens=False,
        )
        for name, says in rows.items()
    )
