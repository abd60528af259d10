"""How rows of cells become the bytes of a file: one module per way of writing, each with its reader
in mind but none shared with it.

`form` is what all have in common. `delimited` is text with a mark between cells, `fixed_width` text
in places with header and trailer records, `xml` repeated elements with or without header and
trailer, `workbook` a spreadsheet as people keep one. A layout says which it uses.
"""
