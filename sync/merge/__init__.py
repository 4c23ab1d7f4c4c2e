"""How an operation settles: pure functions that know no clock, SQL or network.

``operation`` says what an operation is, ``fold`` what it looks like on the laptop before the
server has spoken, ``settle`` what the server makes of it. Both ends run the same code.
"""
