"""Runs in their queue: submitted, watched as they go, stopped, and kept."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

from scenarios.web.bounds import BASES, FINISH, OWN, RESULTS, SEARCH, WAITING, WAITING_IN_ALL
from scenarios.web.processes import GoneError, Message, WorkerPool, WorkerProcess
from scenarios.web.store import Run, State, Store

CityContext = Callable[[str, str], Message]  #: (visitor, city) -> what every question about a city says


class FullError(RuntimeError):
    """Too many runs wait."""


class Jobs:
    """All runs of the server."""

    def __init__(self, store: Store, pool: WorkerPool, city_context: CityContext):
        self._store, self._pool, self._context = store, pool, city_context
        self._open: dict[str, Run] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._workers: dict[str, WorkerProcess] = {}
        self._news: dict[str, asyncio.Condition] = {}

    @property
    def results(self) -> Path:
        """The folder of all results."""
        return self._store.folder / "results"

    def submit(self, run: Run) -> Run:
        """Put a run into the queue. Raises FullError."""
        own = [other for other in self._open.values() if other.visitor == run.visitor]
        if len(own) >= WAITING or len(self._open) >= WAITING_IN_ALL:
            raise FullError
        self._store.keep(run)
        self._open[run.run] = run
        self._news[run.run] = asyncio.Condition()
        self._tasks[run.run] = asyncio.create_task(self._work(run.run))
        return run

    def find(self, run: str) -> Run | None:
        """A run as it stands."""
        return self._open.get(run) or self._store.find(run)

    def seen_by(self, visitor: str, city: str = "") -> list[Run]:
        """A visitor's runs and those saved, the newest first, as they stand."""
        return [self._open.get(run.run, run) for run in self._store.seen_by(visitor, city)]

    def before(self, run: str) -> int:
        """How many runs wait before this one."""
        waiting = [name for name, other in self._open.items() if other.state == "waiting"]
        return waiting.index(run) if run in waiting else 0

    async def watch(self, run: str, patience: float) -> AsyncIterator[Run | None]:
        """The run as it stands, then again whenever it moved, to its end; None when nothing moved for a while."""
        last: Run | None = None
        while True:
            now = self.find(run)
            if now is None:
                return
            if now is not last:
                yield now
                last = now
            if not now.is_open or run not in self._news:
                return
            async with self._news[run]:
                try:
                    async with asyncio.timeout(patience):
                        while self.find(run) is last:
                            await self._news[run].wait()
                except TimeoutError:
                    yield None

    async def stop(self, run: str) -> None:
        """Stop a run: one that found a plan keeps the best so far, any other ends at once."""
        now, worker = self._open.get(run), self._workers.get(run)
        if now is None or worker is None or now.state != "running" or now.moment.get("incumbent") is None:
            await self.cancel(run)
            return
        await self._move(run, state="stopping")
        worker.stop()

    async def cancel(self, run: str) -> None:
        """End a run at once, with its process; nothing of it is kept."""
        if run in self._open:
            self._tasks[run].cancel()
            await asyncio.wait([self._tasks[run]])

    async def drop(self, run: str) -> None:
        """Forget a run and its results."""
        await self.cancel(run)
        if run in self._tasks:
            self._tasks[run].cancel()
            await asyncio.wait([self._tasks[run]])
        self._store.drop(run)
        await asyncio.to_thread(shutil.rmtree, self.results / run, ignore_errors=True)

    async def purge(self) -> None:
        """Forget the oldest results that nobody named, and the oldest plans of whole scenarios, beyond the bounds."""
        left = [run for run in self._store.surplus(OWN, RESULTS) if run not in self._open]
        for run in left:
            self._store.drop(run)
        bases = sorted((self._store.folder / "bases").glob("[!.]*"), key=_made, reverse=True)
        for folder in [*(self.results / run for run in left), *bases[BASES:]]:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def keep(self, run: str, name: str) -> None:
        """Give a run a name, and show it to everybody."""
        found = self.find(run)
        if found is not None:
            named = replace(found, name=name, saved=bool(name))
            if run in self._open:
                self._open[run] = named
            self._store.keep(named)

    async def end(self) -> None:
        """Stop everything."""
        for task in list(self._tasks.values()):
            task.cancel()
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    async def _move(self, run: str, **changes: Any) -> None:
        """A run moved; whoever watches it gets the news."""
        if run in self._open:
            self._open[run] = replace(self._open[run], **changes)
            async with self._news[run]:
                self._news[run].notify_all()

    async def _work(self, run: str) -> None:
        """One run from the queue to its end."""
        asked = self._open[run]
        begin = time.monotonic()
        ended: dict[str, Any] = {"state": "failed"}
        try:
            async with self._pool.worker(place_of(asked)) as worker:
                self._workers[run] = worker
                begin = time.monotonic()
                await self._move(run, state="running", step="read")
                try:
                    ended = await self._answered(run, worker)
                finally:
                    self._workers.pop(run, None)
                    if ended["state"] == "failed":
                        await asyncio.shield(worker.end())
        except asyncio.CancelledError:
            ended = {"state": "cancelled"}
        except GoneError:
            ended = {"state": "failed"}
        finally:
            await self._finish(run, ended, time.monotonic() - begin)
        await self.purge()
        if ended["state"] == "done":
            await self.warm(asked)

    async def warm(self, run: Run) -> None:
        """Let a process in reserve read what such a run needs."""
        await self._pool.warm(place_of(run), {**self._about(run), "task": "warm"})

    def question(self, run: Run) -> Message:
        """Everything that is to be known about a run."""
        about = {"changes": list(run.changes), "how": run.how, "time_limit": SEARCH}
        return {**self._about(run), **about, "results": str(self.results / run.run)}

    def _about(self, run: Run) -> Message:
        """What every question about a run says."""
        context = self._context(run.visitor if run.drafted else "", run.city)
        return {**context, "scenario": run.scenario, "bases": str(self._store.folder / "bases")}

    async def _answered(self, run: str, worker: WorkerProcess) -> dict[str, Any]:
        """How a run ended; one that takes too long is stopped, then ended. Raises GoneError."""
        asked = self._open[run]
        question = {**self.question(asked), "task": "plan"}
        loop, moves = asyncio.get_running_loop(), set[asyncio.Task[None]]()

        def listener(message: Message) -> None:
            moved = {name: message[name] for name in ("step", "minimised")} if "step" in message else _moment(message)
            moves.add(loop.create_task(self._move(run, **moved)))

        answer = asyncio.create_task(worker.ask(question, listener))
        try:
            done, _ = await asyncio.wait([answer], timeout=SEARCH)
            if not done:
                await self._move(run, state="stopping")
                worker.stop()
                done, _ = await asyncio.wait([answer], timeout=FINISH)
            if not done:
                raise GoneError
            message = answer.result()
        finally:
            answer.cancel()
        if message["event"] == "done":
            return {"state": "done", "answer": message["value"]}
        return {"state": message["state"], "answer": {k: v for k, v in message.items() if k in ("text", "problems")}}

    async def _finish(self, run: str, ended: dict[str, Any], seconds: float) -> None:
        """Write down how a run ended."""
        state: State = ended["state"]
        with contextlib.suppress(asyncio.CancelledError):
            await self._move(run, seconds=seconds, **{"answer": {}, **ended, "state": state})
        self._store.keep(self._open.pop(run))
        self._tasks.pop(run, None)
        self._news.pop(run, None)


def place_of(run: Run) -> tuple[str, str, str]:
    """What a process that made such a run has in mind."""
    return (run.visitor if run.drafted else "", run.city, run.scenario)


def _made(folder: Path) -> float:
    """When a folder was made; one that another takes the place of just now is new."""
    try:
        return folder.stat().st_mtime
    except OSError:
        return inf


def _moment(message: Message) -> dict[str, Any]:
    return {"moment": {name: message.get(name) for name in ("seconds", "incumbent", "bound", "gap")}}
