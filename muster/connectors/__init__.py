"""How each kind of system is spoken to: one folder per kind, all with the same files.

``contract`` says what every connector offers. ``csv_drop`` is the template: to add a connector,
copy it. A connector moves exact bytes and reads them as sheets of text; it decides nothing about
what they mean. What several kinds share stands once: ``drop`` (files in a folder or zip), ``text``
(encodings), ``cells`` (how large a sheet may be).
"""
