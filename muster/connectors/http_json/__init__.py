"""Another system's web address: messages posted to it as CloudEvents in JSON, one or many at once.

For systems that offer an API or a webhook: learning platforms, identity services, newer HR suites.
Each message carries its idempotency key, each request a digest of its body and, where a key is
set, a signature (RFC 9421); what the receiver says of each message is read back. Nothing is taken
for success that does not say so.

``connector.py`` is the outlet, ``signatures.py`` signs and checks what others signed,
``answers.py`` says what each answer means, ``fake.py`` stands in for a receiver in tests.
"""
