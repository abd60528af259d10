"""XML files of repeated records, as HR and payroll suites send them.

For departments whose system exports XML: an Oracle HCM extract, a Workday report. Each repeated
element is a record; elements and attributes within it are its columns.
"""
