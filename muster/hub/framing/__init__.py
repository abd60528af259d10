"""Finding tables in files: what a layout declares of their shape, and how that is found.

For integrators and HR officers whose files are never a clean list from the first row. In order:
``shapes`` (what a layout declares), ``headers`` (where a table begins), ``asides`` (which rows are
no records), ``records`` (files of header, detail and trailer), ``tables`` (what comes out),
``packed`` (large ones, while nobody reads them), and ``frame``, which puts them together.
``positions`` numbers rows so that people can find them.
"""
