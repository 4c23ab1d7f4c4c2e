"""Use cases in plain Python: what a person does, called by screens and by the command line alike.

No Qt here. ``workplace`` joins the services of one opened profile; each module is one use case.
"""
