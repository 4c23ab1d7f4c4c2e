"""The demo: a real server with the invented community, a worker's and a desk's profile.

``cast`` sets it up, ``story`` tells the main job on the terminal with real processes, and
``pictures`` takes a picture of each screen.
"""
