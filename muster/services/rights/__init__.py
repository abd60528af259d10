"""What people may ask about the data held of them, and how long it is kept.

For every civil servant, who asks here for a copy or for erasure and sees what becomes of it; and
for information-governance officers, who answer, and who let retention run.
"""
