"""What the screens show and hold, in QtCore only: list models and form state."""
