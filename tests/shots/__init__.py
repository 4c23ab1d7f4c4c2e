"""Pictures of every screen, on the demo's data, on the sample day of the design."""
