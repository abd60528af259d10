"""What payrolls and pension administrators are told of transfers, and what payrolls answered.

For payroll leads: one list a pay period of who starts, leaves and changes, frozen at the cut-off,
and each first pay compared with what it should be. Nothing flows without an agreement in force:
what may not go waits, with the reason, and goes once it may.
"""
