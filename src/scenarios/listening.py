"""While HiGHS searches: hear how it goes, and stop it from within its own callbacks."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

Progress = Callable[["Moment"], bool | None]  #: hears how a search goes; True stops it, and the best so far is kept
HEARD = 0.1  #: how often a progress function is called at most [s]


@dataclass(frozen=True)
class Moment:
    """Where the search stands: seconds, incumbent and bound (None while there is none), gap."""

    seconds: float
    incumbent: float | None
    bound: float | None
    gap: float | None


@contextmanager
def ctrl_c_stops() -> Iterator[threading.Event]:
    """What Ctrl-C sets while this lasts, so that a search ends with the best so far; the second one ends the program.

    HiGHS' own way runs in another thread and can wait for ever when the signal comes between two solves.
    """
    asked, before = threading.Event(), signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is signal.SIG_IGN:
        yield asked
        return

    def stop(number: int, frame: object) -> None:
        asked.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, stop)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


def listen(solver: highspy.Highs, progress: Progress | None, money: float, asked: threading.Event) -> None:
    """Report how the search goes, in the money of the program and not on the solver's scale; stop it if asked."""
    last = [0.0]

    def report(event: Any) -> None:
        if asked.is_set():
            event.interrupt()
            return
        data, now = event.data_out, time.monotonic()
        if progress is None or now - last[0] < HEARD:
            return
        last[0] = now
        primal, bound = float(data.mip_primal_bound), float(data.mip_dual_bound)
        moment = Moment(
            float(data.running_time),
            primal * money if abs(primal) < 1e29 else None,
            bound * money if abs(bound) < 1e29 else None,
            float(data.mip_gap) if np.isfinite(data.mip_gap) and data.mip_gap < 1e20 else None,
        )
        if progress(moment):
            event.interrupt()

    def stop(event: Any) -> None:
        if asked.is_set():
            event.interrupt()

    solver.cbMipInterrupt += report
    solver.cbSimplexInterrupt += stop
