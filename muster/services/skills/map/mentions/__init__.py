"""Skills found where an advert names them, each with the probability that it is asked for.

``find(sentences, lexicon)`` finds what the lexicon lists (``lexical``). ``phrases(sentences)``
finds what reads like something asked for, listed or not (``spans``); ``unlisted(corpus, mentions)``
counts those phrases that no skill is called, for people to name (``unlisted``).
"""

from muster.services.skills.map.mentions.lexical import find

__all__ = ["find"]
