"""Diagrams: what a BPMN 2.0 file says, whether it can be run, and what its expressions mean.

For process owners, who draw with any modeller and are told at once, with the element named, what
Muster will not run: code inside a diagram, an action nobody offers, a case that could never end.
"""
