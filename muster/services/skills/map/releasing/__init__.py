"""Writing a release: ``composing`` makes its tables of what was learned, ``writing`` its files."""

from muster.services.skills.map.releasing.composing import Learned, evidence, tables
from muster.services.skills.map.releasing.writing import write

__all__ = ["Learned", "evidence", "tables", "write"]
