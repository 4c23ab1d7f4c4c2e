"""The texts of the program in Chinese: the catalogue and the tool that keeps it."""
