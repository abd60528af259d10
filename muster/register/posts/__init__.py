"""Posts: what employers said about their structure at a date.

For leaders and analysts: senior rows are posts with a reference and a pay band, junior rows are
groups of posts with FTE. The grade as stated is kept, and read as a responsibility level where
a code list with a source allows it. A statement speaks for its own date only: nothing is carried
over to a date for which no return was made.
"""
