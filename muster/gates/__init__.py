"""What may pass: who may see and do what, and which numbers may leave.

Small modules, each owned by policy people: ``access`` answers who may do what to whose record.
"""
