"""Charts drawn on the server as SVG: they read, print and scale without scripts.

Bars and lines; flows between places as ribbons; the regions of the UK as tiles.

Three honesties shape the drawing. A value nobody returned is a gap with words in it, never a
zero. A banded value ("0 to 7") is a hatched stretch over the whole band, never a point inside it.
Axes begin at zero. Series differ by more than colour: bars stand in the order of the key, lines
carry different dashes and markers; the six colours stay apart for colour-blind readers and in
print. Every chart has a title and a description; the ``chart`` macro puts the same cells below it
as a table. Sizes are in the drawing's own units, about one pixel on a desktop.
"""

from muster.pagekit.charts.bars import bars
from muster.pagekit.charts.lines import line
from muster.pagekit.charts.marks import Mark
from muster.pagekit.charts.regions import regions

__all__ = ["Mark", "bars", "line", "regions"]
