"""Heavy computing gives way: a thread that only computes leaves the cores to those that somebody waits for.

Promise: the thread that calls it runs at lower priority until it ends, and so do the threads that it starts.
Never: a thread that holds a lock of the database, for then everybody would wait at its priority.
"""

from __future__ import annotations

import os
import sys
import threading

#: Linux's niceness; a tenth of the time that a normal thread gets when both want the same core.
NICENESS = 10


def give_way() -> None:
    """Lower the priority of the calling thread alone; where threads have none of their own (not Linux), do nothing."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
