"""Pure rules of the domain: what they need to know is passed in, the day included.

No SQL, no network, no wall clock. The laptop and the server run the same rules over the same
rows, so that both reach the same due date without sending it.
"""
