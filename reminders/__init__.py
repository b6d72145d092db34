"""The clock of the service: what falls due is done here, and nowhere else."""
