"""From declared facts to exact figures, step by step: a snapshot, one query, cells for the gate.

``snapshots`` keeps what a room offers to count as a Parquet file, named by the position of the
exchange log it stands for. ``compiling`` makes of a metric, its dimensions and a date one
expression, the same for every engine that Ibis knows. ``reading`` runs it with DuckDB. ``series``
answers for many month ends at once, and ``heads`` counts the people behind figures as far as bands
need. What comes out is exact and goes to the gate alone.
"""
