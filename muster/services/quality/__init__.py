"""Data quality: how complete, timely, right and free of conflict the feeds of each supplier are.

A supplier is a system as it sends one kind of data. Employers see what their own feeds are like,
what changed and what to do next; leaders, analysts and information-governance officers see all
suppliers in one league. Four measures are told side by side and never melted into one score.
"""
