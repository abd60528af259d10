"""Adverts that employers send through the hub, kept for the skills map.

For recruitment teams, whose systems send what they advertise under an agreement, and for analysts,
who build the map from it. Whatever contacts somebody is taken out before an advert is kept. Whether
a sentence of it may be shown beside a skill is said with each advert, and not unless the agreement
has that field.
"""
