"""The machine at hand: processor, memory, Slurm, and processes that are started and watched."""
