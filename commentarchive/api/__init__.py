"""The public archive for programs: JSON of what pages show, and of nothing else."""
