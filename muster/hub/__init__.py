"""What may flow between systems, and making it flow. The hub never decides what is true.

For integrators, feed owners and information-governance officers. A file or message is *landed*
(exact bytes, encrypted, with its fingerprint), *mapped* from its sender's layout to a contract,
checked, and *delivered* to the sink the register offers; rows that cannot go on are
*quarantined* with the reason. Nothing flows without a data-sharing agreement.

In the order data takes: ``landing``, ``layouts`` and ``mapping`` (with ``parsers``),
``contracts``, ``agreements``, ``delivery``, ``quarantine``. ``intakes`` is the port by which
rooms above say what they receive.
"""
