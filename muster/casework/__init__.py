"""Casework: processes drawn as BPMN 2.0 diagrams, and the tasks and deadlines they give people.

For every capability whose work outlives a request. A service brings a diagram and the actions its
service tasks name; casework keeps each case where it stands, gives people their tasks, watches
deadlines in working days, and tells people what waits for them.
"""
