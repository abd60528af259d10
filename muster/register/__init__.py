"""What is true, with its source: employers, places, posts and people, each fact with its dates.

Sources state *claims*; the register derives *beliefs* from them and keeps both. Rooms above ask
``queries`` and change things through ``actions``; the hub delivers to each room's ``intake``.
"""
