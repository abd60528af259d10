"""What this process runs on: its settings and its keyring, read once.

Verbs and rules take what they need as arguments; only the outermost layer (pages, commands,
workers) and the Django settings ask here.
"""

import atexit
import gc
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


def settle() -> None:
    """Set aside what is loaded for good, once a server or a benchmark has started.

    Else hundreds of thousands of objects are looked at again and again for garbage, which doubles
    the time that a large table takes.
    """
    gc.collect()
    gc.freeze()
    # Libraries complain at the end of what is still there.
    atexit.register(gc.unfreeze)
    gc.set_threshold(10_000, 20, 20)


def forget() -> None:
    """Read settings and keys again at the next use; tests that change the environment call it."""
    settings.cache_clear()
    keyring.cache_clear()
