"""How long what is known of people is kept, and why; and what people may ask about it.

For information-governance officers, who answer for it, and for every civil servant.
"""
