"""Data-sharing agreements as people make them: draft, sign, suspend, renew, and answer for them.

For the employers on both sides, who see their own agreements and sign for themselves alone; and for
information-governance officers, who see all of them, can stop any, and take from here the record of
processing, the chain of processors and what an impact assessment begins with.
"""
