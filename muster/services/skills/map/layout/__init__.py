"""Where skills lie: neighbours near each other, and what everybody asks for in the middle.

Both hold at once because both are in what is optimised (``objective``): moving skills outwards
afterwards would tear neighbours apart. ``quality`` measures both, and ``aligning`` keeps skills
where people found them in the last release.
"""

from muster.services.skills.map.layout.aligning import aligned, begun
from muster.services.skills.map.layout.laying import Layout, lay_out
from muster.services.skills.map.layout.quality import Quality, quality

__all__ = ["Layout", "Quality", "aligned", "begun", "lay_out", "quality"]
