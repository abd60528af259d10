"""The process of a transfer: two diagrams, and what their tasks and service tasks do.

For process owners, who draw ``transfer.bpmn`` and ``transfer_before.bpmn`` with any modeller, and
for whoever reads what an element means here: ``steps`` are the service tasks, ``tasks`` keep the
answers to user tasks, ``lanes`` say who stands where, ``told`` what payrolls are told of it.
"""
