"""Processes that work for the server: started before they are needed, asked one thing at a time, ended when stuck."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from scenarios.web.bounds import IDLE, QUERY, RUNS

LINE = 2**26  #: longest line a process may answer with [bytes]
Message = dict[str, Any]
Listener = Callable[[Message], None]


class GoneError(RuntimeError):
    """The process ended, or was ended because it took too long."""


class WorkerProcess:
    """One worker process, as the server sees it."""

    def __init__(self) -> None:
        self.place: object = None  #: what it worked at last, and so has in mind
        self.runs = 0
        self.since = time.monotonic()
        self._process: asyncio.subprocess.Process | None = None
        self._answers: asyncio.Queue[Message] = asyncio.Queue()
        self._idle = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the process; it becomes idle when everything is imported."""
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-m", "scenarios.web.worker")
        spoken = {**os.environ, "PYTHONUTF8": "1"}
        self._process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, limit=LINE, env=spoken, start_new_session=True
        )
        self._reader = asyncio.create_task(self._read(self._process))

    @property
    def is_idle(self) -> bool:
        """Whether it waits for a question."""
        return self._idle.is_set() and self.is_alive

    @property
    def is_alive(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.returncode is None

    async def ask(self, question: Message, listener: Listener | None = None) -> Message:
        """The message that ends the answer; others are heard as they come. Raises GoneError."""
        await self.until_idle()
        self._idle.clear()
        self.runs += 1
        self.since = time.monotonic()
        self._send(question)
        while True:
            message = await self._answers.get()
            if message["event"] in ("done", "ended"):
                return message
            if message["event"] == "gone":
                raise GoneError
            if listener is not None:
                listener(message)

    async def until_idle(self) -> None:
        """Wait until it can be asked. Raises GoneError."""
        await self._idle.wait()
        if not self.is_alive:
            raise GoneError

    def stop(self) -> None:
        """Interrupt a search, which keeps the best so far."""
        with contextlib.suppress(GoneError):
            self._send({"stop": True})

    async def end(self) -> None:
        """End the process."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        if self._reader is not None:
            await self._reader

    def _send(self, message: Message) -> None:
        process = self._process
        if process is None or process.stdin is None or process.stdin.is_closing():
            raise GoneError
        process.stdin.write((json.dumps(message, ensure_ascii=False) + "\n").encode())

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        """Sort what the process says, to its end."""
        assert process.stdout is not None
        while line := await process.stdout.readline():
            message = json.loads(line)
            if message["event"] in ("ready", "idle"):
                self._idle.set()
            else:
                self._answers.put_nowait(message)
        await process.wait()
        self._answers.put_nowait({"event": "gone"})
        self._idle.set()


class WorkerPool:
    """One process for short queries, and workers for as many runs as may go on at once with one in reserve."""

    def __init__(self, at_once: int):
        self.at_once = at_once
        self._query_worker, self._query_lock = WorkerProcess(), asyncio.Lock()
        self._workers: list[WorkerProcess] = []
        self._places = asyncio.Semaphore(at_once)
        self._taken: set[WorkerProcess] = set()
        self._tidy, self._warming = asyncio.Lock(), asyncio.Lock()

    async def start(self) -> None:
        """Start the process for queries; workers are started when a city is opened."""
        await self._query_worker.start()

    async def ready(self) -> None:
        """See to it that a worker stands by, and that none is kept that nobody needs."""
        async with self._tidy:
            for worker in self._free():
                worn = worker.is_idle and (worker.runs >= RUNS or time.monotonic() - worker.since > IDLE)
                if not worker.is_alive or worn:
                    self._workers.remove(worker)
                    await worker.end()
            if len(self._workers) < self.at_once + 1:
                worker = WorkerProcess()
                self._workers.append(worker)
                await worker.start()

    async def ask(self, question: Mapping[str, Any], seconds: float = QUERY) -> Message:
        """The answer to a short query. Raises GoneError when it takes too long; the next one gets a new process."""
        async with self._query_lock:
            try:
                async with asyncio.timeout(seconds):
                    return await self._query_worker.ask(dict(question))
            except (TimeoutError, GoneError) as error:
                await self._query_worker.end()
                self._query_worker = WorkerProcess()
                await self._query_worker.start()
                raise GoneError from error

    @asynccontextmanager
    async def worker(self, place: object) -> AsyncIterator[WorkerProcess]:
        """A worker for a run, once there is room for one: preferably one that worked at the same place before.

        Raises GoneError when no process can be started.
        """
        async with self._places:
            await self.ready()
            free = [worker for worker in self._free() if worker.is_alive]
            if not free:
                raise GoneError
            worker = max(
                free,
                key=lambda worker: (worker.is_idle and worker.place == place, worker.place == place, worker.is_idle),
            )
            self._taken.add(worker)
            worker.place = place
            try:
                yield worker
            finally:
                self._taken.discard(worker)
                if not worker.is_alive:
                    self._workers.remove(worker)
                    await self.ready()

    async def warm(self, place: object, question: Message) -> None:
        """Let the worker in reserve read what a run at this place will need.

        One worker at a time, so that there is always one left for a run that has its turn.
        """
        async with self._warming:
            await self.ready()
            free = self._free()
            if any(worker.place == place for worker in free) or not free:
                return
            worker = free[-1]
            worker.place = place
            self._taken.add(worker)
            try:
                with contextlib.suppress(GoneError):
                    await worker.ask(question)
            finally:
                self._taken.discard(worker)

    async def end(self) -> None:
        """End every process."""
        for worker in (self._query_worker, *self._workers):
            await worker.end()

    def _free(self) -> list[WorkerProcess]:
        """The workers that nobody has taken."""
        return [worker for worker in self._workers if worker not in self._taken]
