"""The only threads of the app: one for the store, a few for the network.

A page starts a :class:`~desktop.jobs.job.Job` on a lane and connects its signals; it never
touches a thread, and no slot of a page runs anywhere but on the Qt thread.
"""
