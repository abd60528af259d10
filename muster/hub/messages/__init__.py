"""Messages: CloudEvents that one system sends and others subscribe to, kept with evidence.

For integrators. ``envelope`` reads what was sent, ``records`` checks what it holds against its
contract, ``acceptance`` keeps it in the exchange log, once. What happens next is in
``delivering``.
"""
