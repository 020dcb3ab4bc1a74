"""Slurm's warning before a job's time is up: the job asks to be run again."""

import os
import signal
import subprocess


def is_warned(number: int) -> bool:
    """Return whether the signal is the one that `#SBATCH --signal=SIGUSR1@90` asks for."""
    return number == signal.SIGUSR1 and "SLURM_JOB_ID" in os.environ


def requeue() -> str:
    """Put this job back into the queue and return what to tell about it."""
    job = os.environ["SLURM_JOB_ID"]
    if "SLURM_ARRAY_JOB_ID" in os.environ:
        # Of an array, one number stands for all jobs and for the last one.
        job = f"{os.environ['SLURM_ARRAY_JOB_ID']}_{os.environ['SLURM_ARRAY_TASK_ID']}"
    try:
        command = ["scontrol", "requeue", job]  # wherever this cluster has it
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError:
        return f"Slurm job {job} cannot be requeued from here: there is no scontrol."
    except subprocess.CalledProcessError as error:
        return f"Slurm job {job} is not requeued: {error.stderr.strip()}"
    return f"Slurm job {job} is requeued and will go on from here."
