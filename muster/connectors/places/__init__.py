"""A folder somewhere: on an SFTP server, in an object store, or on this machine.

What every connector needs that leaves files for somebody or fetches them stands here once: finding
the folder by its address, proving that the server is the one meant, listing within bounds, and
writing so that nobody ever sees half a file. ``folder.py`` reaches it through fsspec,
``setting.py`` is what it must be told, ``fake.py`` stands in for it in tests.
"""
