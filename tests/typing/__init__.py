"""Chinese typed into the real window: a virtual X server, real key events, a real input method."""
