"""The laptop app: screens, use cases and the command line."""
