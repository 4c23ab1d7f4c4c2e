"""What residents may ask for: to see what is held, a copy of it, and its end."""
