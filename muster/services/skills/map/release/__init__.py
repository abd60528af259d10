"""A release of the map: a folder of files, and the only thing that pages read.

``shapes`` says which files there are and what stands in them, ``opening`` reads a folder and checks
every digest, ``searching`` finds skills by what people type, ``asking`` answers who asks for what
more than others do.
"""

from muster.services.skills.map.release.opening import Release
from muster.services.skills.map.release.shapes import KINDS, SIDE, WIDE

__all__ = ["KINDS", "SIDE", "WIDE", "Release"]
