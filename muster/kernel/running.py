"""What this process runs on: its settings and its keyring, read once.

Verbs and rules take what they need as arguments; only the outermost layer (pages, commands,
workers) and the Django settings ask here.
"""

from functools import cache

from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.keys import Keyring
from muster.kernel.settings import Settings, read_settings


@cache
def settings() -> Settings:
    """Return the settings of this process."""
    return read_settings()


@cache
def keyring() -> Keyring:
    """Return the keyring of this process's ``MUSTER_HOME``."""
    in_force = settings()
    return Keyring(in_force.home / "keys", clock=SYSTEM_CLOCK, in_production=in_force.in_production)


def forget() -> None:
    """Read settings and keys again at the next use; tests that change the environment call it."""
    settings.cache_clear()
    keyring.cache_clear()
