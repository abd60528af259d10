"""GRID: figures that leaders and analysts explore, each with its definition, its completeness
and the feeds behind it.

Every number on its pages comes out of the gate; the service adds choice, pictures and words.
"""
