"""Long work: one small file per kind of job, and the runner that claims and carries out."""
