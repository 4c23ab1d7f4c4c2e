"""Channels through which residents report: an API, a watched folder, lists of the hotline.

A report becomes a matter of its grid with its source and its limits, once for each id that the
channel gave it; the answer goes out the same way, as text. Shapes stand in ``reports.py``.
"""
