"""A folder elsewhere: files fetched from it and left in it, encrypted by PGP where that is agreed.

For departments and providers that exchange files by SFTP or an object store: still the way most
payroll and pension data goes between organisations. A file is taken once it has stopped changing
and its done-marker, where the sender writes them, is there; it is left under another name and
renamed when whole. With keys set, files are decrypted and their signature checked on the way in,
encrypted and signed on the way out.

``connector.py`` fetches and leaves files, ``outlet.py`` leaves the messages of a route as one file
a shipment, ``sealing.py`` is PGP, ``fake.py`` stands in for a folder in tests.
"""
