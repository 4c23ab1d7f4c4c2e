"""The only SQL on the laptop: one profile's encrypted data.

``vault`` keeps the key, ``database`` the encrypted file, ``tables`` what is in it. ``records``
saves what a person does, ``replica`` applies what the server says, and ``visible`` is the one
place that writes the rows people see. ``reading`` answers screens; ``store`` opens all of it.
"""
