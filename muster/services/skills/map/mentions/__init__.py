"""Skills found where an advert names them, each with the probability that it is asked for.

``find(sentences, lexicon)`` finds what the lexicon lists (``lexical``); ``phrases(sentences)``
finds what reads like a skill and is listed nowhere (``spans``), for the linker to read.
"""

from muster.services.skills.map.mentions.lexical import find

__all__ = ["find"]
