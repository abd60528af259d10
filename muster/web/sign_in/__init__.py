"""Sign-in: a seam from somebody's claims to an ``Actor``.

``session`` keeps the few claims Muster needs and nothing else; ``muster.gates.personas`` offers
pretend people in development; ``openid_connect`` takes claims from a department's identity
provider. Both end in ``session.begin``.
"""
