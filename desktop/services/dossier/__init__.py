"""The papers of a mediation case (调解一本清), made from its record and from nothing else."""
