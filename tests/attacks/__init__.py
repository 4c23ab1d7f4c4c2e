"""What attacks and faults do, row by row, and planted defects that prove the tests can fail."""
