"""Named append-only logs with evidence: queue, audit trail and case journal in one.

For every room above that must be able to show, years later, what came in, who decided what and
who read whose record. Three logs exist (``exchange``, ``decisions``, ``access``). Positions are
gap-free and in commit order, so a reader that continues after its last position never misses an
entry. Each log is a Merkle tree (RFC 6962) whose root is signed with every append; bodies are
encrypted and can be erased without breaking the tree.

Read ``port`` for the vocabulary, ``logs`` for the verbs, ``merkle`` for the theory.
"""
