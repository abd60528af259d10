"""Delimited text files that a system drops into a folder, or sends as a zip.

For departments whose HR system can only export: the most common way that workforce data travels.
Copy this folder to add a connector: ``connector.py`` speaks to the system, ``reader.py`` reads
its bytes as rows, ``fake.py`` stands in for it in tests.
"""
