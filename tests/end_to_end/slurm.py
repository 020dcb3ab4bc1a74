"""A real Slurm of two nodes on the loopback interface, for as long as a test needs it.

Debian's packages slurm-wlm and munge are enough; nothing outside a temporary folder is touched.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "scontrol", "sinfo")
NODES = ("first", "second")
SECONDS_TO_START = 30

CONFIGURATION = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobRequeue=1
ReturnToService=2
MailProg=/bin/true
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.%n.log
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
{nodes}
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""
NODE = "NodeName={name} NodeAddr=127.0.0.1 Port={port} CPUs={cores} RealMemory=4000"


class NoSlurmError(Exception):
    """Why there can be none here."""


@contextmanager
def two_node_slurm() -> Iterator[dict[str, str]]:
    """Start the daemons, and yield the environment in which sbatch finds them.

    Raises:
        NoSlurmError: a program is missing, or a daemon does not start.
    """
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    if missing:
        raise NoSlurmError(f"{', '.join(missing)} not installed (Debian: slurm-wlm, munge)")
    if os.geteuid() != 0:
        raise NoSlurmError("its daemons need root")
    with ExitStack() as stack:
        # A short name, for the sake of the socket in it.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="slurm-")))
        environment = os.environ | {
            "SLURM_CONF": str(folder / "slurm.conf"),
            # In the README's scripts `python` is that of an activated environment.
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            # The nodes' names are known to this Slurm only.
            "MASTER_ADDR": "127.0.0.1",
        }
        _configure(folder)
        daemons = (
            ["munged", "--foreground", "--force", *_munge_files(folder)],
            ["slurmctld", "-D", "-c"],
            *(["slurmd", "-D", "-N", node] for node in NODES),
        )
        for command in daemons:
            stack.enter_context(_running(command, environment))
            if command[0] == "munged":
                _wait_until((folder / "munge.socket").exists, "munged")
        _wait_until(lambda: _are_idle(environment), "a node")
        try:
            yield environment
        finally:
            _end_all_jobs(environment)


def _configure(folder: Path) -> None:
    (folder / "state").mkdir()
    key = folder / "munge.key"
    key.touch(mode=0o600)
    key.write_bytes(os.urandom(128))
    controller_port, *node_ports = _free_ports(1 + len(NODES))
    nodes = [
        NODE.format(name=name, port=port, cores=os.cpu_count())
        for name, port in zip(NODES, node_ports, strict=True)
    ]
    (folder / "slurm.conf").write_text(
        CONFIGURATION.format(
            host=socket.gethostname().split(".")[0],
            folder=folder,
            controller_port=controller_port,
            nodes="\n".join(nodes),
        )
    )


def _munge_files(folder: Path) -> list[str]:
    files = {
        "key-file": "munge.key", "socket": "munge.socket", "pid-file": "munged.pid",
        "log-file": "munged.log", "seed-file": "munged.seed",
    }  # fmt: skip
    return [f"--{option}={folder / name}" for option, name in files.items()]


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, **quiet) as process:
        try:
            yield
        finally:
            process.terminate()


def _are_idle(environment: dict[str, str]) -> bool:
    command = ["sinfo", "--noheader", "--format=%D %t"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.stdout.strip() == f"{len(NODES)} idle"


def _end_all_jobs(environment: dict[str, str]) -> None:
    """Leave nothing running that a test which failed has started."""
    command = ["scancel", "--signal=KILL", "--full", "--user=root"]
    subprocess.run(command, env=environment, check=False)
    with suppress(NoSlurmError):
        _wait_until(lambda: _are_idle(environment), "a node")


def _wait_until(condition, what: str) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while not condition():
        if time.monotonic() > end:
            raise NoSlurmError(f"{what} does not come up within {SECONDS_TO_START} s")
        time.sleep(0.1)
