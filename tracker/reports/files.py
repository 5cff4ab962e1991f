"""How many files this process may hold open at once."""

from __future__ import annotations

import sys
from typing import Final

#: More than any ledger has units; some systems name no bound and then take none above their own.
_MANY: Final = 65_536


def allow_many() -> None:
    """Raise the bound as far as the system lets everybody: often from 1024 to several thousands."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MANY if hard == resource.RLIM_INFINITY else min(hard, _MANY)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (ValueError, OSError):
            return  # the bound stays; who meets it is told so
