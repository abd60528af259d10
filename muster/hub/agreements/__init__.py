"""Data-sharing agreements: what may flow, from whom to whom, why, and until when.

For owners of systems and information-governance officers, who make and answer for them. In order:
``rules`` (whether something may flow, and who may sign, suspend and lift), ``terms`` (what is
agreed, as it is signed), ``processors`` (the chain of those who work for a side), ``stored`` (terms
in the database), ``actions`` (draft, amend, sign, suspend, lift, end), ``queries``, ``warnings``
(agreements that are about to end) and ``article30`` (the record of processing, the chain of
processors and what an impact assessment needs, all made from agreements and routes).
"""

from muster.hub.agreements.rules import AgreementTerms, Permission, permit

__all__ = ["AgreementTerms", "Permission", "permit"]
