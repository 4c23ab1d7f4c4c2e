"""Tables that leave the computer: masked, marked with who and when, counted, and sealed."""
