"""The engine: runs diagrams with SpiffWorkflow, and is the only room that knows it.

For ``casework.actions``: it starts a case, completes a task, lets a timer fire or a message arrive,
and says what is open afterwards. It reads no clock, writes no database and calls no action by
itself but through the functions it is given.
"""
