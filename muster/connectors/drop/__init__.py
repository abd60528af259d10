"""Files in a folder, a zip or a single file: how most workforce data still travels.

What every kind of file has in common stands here once: how an offer is named, which files are not
taken and why, what is still being written, what waits for its done-marker, and what a hostile zip
must not do. A kind of file (``csv_drop``, ``xml``, ``fixed_width``, ``workbook``) adds its endings
and its reader.
"""
