"""Changing what flows between systems, safely: contracts in revisions, translations in trials.

For integrators who propose, and for owners and information-governance officers who accept. A
contract is drafted by one person and accepted by another; a translation or a new route first runs
in shadow, and goes live once a person accepted how it differs.
"""
