"""Payroll calendars: when each employer pays, and until when its payroll takes changes.

For payroll leads, who load a year from a sheet and freeze a period at its cut-off, and for whatever
has to reach a payroll in time. Who plans by a calendar is told when one of its cut-offs moves.
"""
