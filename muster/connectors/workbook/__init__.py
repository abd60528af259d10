"""Workbooks: XLSX, XLSM, XLS and ODS files, dropped into a folder or sent as a zip.

For departments whose HR officers keep, or whose systems export, spreadsheets. Every sheet comes
back as the text that stands in it; which rows are titles, headers, totals or notes is for the hub
to find. Macros are never run, formulas never worked out, and links never followed. What goes out is
written by a declared form, as HR systems import it: see ``form``.
"""
