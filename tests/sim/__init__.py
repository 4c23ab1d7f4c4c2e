"""A small world in one thread: real laptops, the real server, and everything that goes wrong.

Each world follows from a seed and a number alone, so whatever fails can be run again. The laws
that hold at every step are in ``laws``, the faults in ``faults``, what people do in ``steps``.
"""
