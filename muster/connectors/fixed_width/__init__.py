"""Fixed-width text: files whose columns are positions in a line, as older payrolls write them.

For departments whose system sends flat extracts with header, detail and trailer records. A line is
kept whole; which positions hold what is declared in a layout and cut by the hub. What goes out is
written by a declared form as well: see ``form``.
"""
