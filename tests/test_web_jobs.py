"""Runs in their queue, with processes that are played by the test."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from scenarios.web import processes
from scenarios.web.bounds import WAITING
from scenarios.web.jobs import FullError, Jobs
from scenarios.web.pages import run_titles
from scenarios.web.processes import GoneError
from scenarios.web.store import Store, new_run

MOMENT = {"event": "moment", "seconds": 1.0, "incumbent": 5e6, "bound": 4e6, "gap": 0.2}
DONE = {"event": "done", "value": {"figures": {"totals": {"cost_cny": 1.0}}, "kept": True}}


class Played:
    """A process that hears what the test sends it, and answers when it is stopped."""

    def __init__(self, *messages):
        self.messages, self.stopped, self.ended = messages, asyncio.Event(), False

    async def ask(self, question, listener):
        for message in self.messages:
            if message["event"] in ("done", "ended"):
                return message
            listener(message)
        await self.stopped.wait()
        return DONE

    def stop(self):
        self.stopped.set()

    async def end(self):
        self.ended = True


class WorkerPool:
    """One place at a time."""

    def __init__(self, worker):
        self.played, self._place = worker, asyncio.Semaphore(1)

    @asynccontextmanager
    async def worker(self, place):
        async with self._place:
            yield self.played

    async def warm(self, place, question):
        pass


def queue(tmp_path, worker):
    store = Store(tmp_path)
    return Jobs(store, WorkerPool(worker), lambda visitor, city: {"city": city}), store


def run_for(visitor="v"):
    return new_run(visitor, "toy", "least-cost", (), "kept", False)


async def until(jobs, run, state):
    async with asyncio.timeout(5):
        async for now in jobs.watch(run, 1.0):
            if now is not None and now.state == state:
                return now
    raise AssertionError(jobs.find(run))


def played(scene):
    asyncio.run(scene())


def test_a_run_goes_from_the_queue_to_its_answer_and_is_written_down(tmp_path):
    async def scene():
        jobs, _ = queue(tmp_path, Played(DONE))
        run = jobs.submit(run_for())
        now = await until(jobs, run.run, "done")
        assert now.answer["kept"] is True

    played(scene)
    assert [run.state for run in Store(tmp_path).seen_by("v")] == ["done"]


def test_how_a_search_goes_is_seen_as_it_goes(tmp_path):
    async def scene():
        jobs, _ = queue(tmp_path, Played(MOMENT))
        run = jobs.submit(run_for())
        async for now in jobs.watch(run.run, 1.0):
            if now.moment:
                break
        assert (now.moment["incumbent"], now.moment["gap"]) == (5e6, 0.2)
        await jobs.end()

    played(scene)


async def searching(tmp_path):
    """A run whose search has found a plan, with its queue and the process that works at it."""
    worker = Played(MOMENT)
    jobs, _ = queue(tmp_path, worker)
    run = jobs.submit(run_for())
    while not jobs.find(run.run).moment:
        await asyncio.sleep(0)
    return jobs, run, worker


def test_a_stopped_run_keeps_the_best_plan_so_far(tmp_path):
    async def scene():
        jobs, run, worker = await searching(tmp_path)
        await jobs.stop(run.run)
        assert (await until(jobs, run.run, "done")).figures
        assert not worker.ended

    played(scene)


def test_a_cancelled_run_ends_at_once_whatever_it_found(tmp_path):
    async def scene():
        jobs, run, worker = await searching(tmp_path)
        await jobs.cancel(run.run)
        assert jobs.find(run.run).state == "cancelled"
        assert not jobs.find(run.run).figures
        assert worker.ended

    played(scene)


def test_a_run_that_has_no_plan_yet_ends_at_once_and_so_does_its_process(tmp_path):
    async def scene():
        worker = Played()
        jobs, _ = queue(tmp_path, worker)
        run = jobs.submit(run_for())
        await until(jobs, run.run, "running")
        await jobs.stop(run.run)
        assert jobs.find(run.run).state == "cancelled"
        assert worker.ended

    played(scene)


def test_a_run_that_waits_can_be_stopped_and_the_next_one_comes(tmp_path):
    async def scene():
        worker = Played()
        jobs, _ = queue(tmp_path, worker)
        first, second, third = (jobs.submit(run_for()).run for _ in range(3))
        await until(jobs, first, "running")
        assert (jobs.before(second), jobs.before(third)) == (0, 1)
        await jobs.cancel(second)
        assert jobs.find(second).state == "cancelled"
        worker.stop()
        await until(jobs, first, "done")
        await until(jobs, third, "done")

    played(scene)


def test_a_process_that_dies_takes_its_run_with_it_and_no_other(tmp_path):
    class Dying(Played):
        async def ask(self, question, listener):
            raise GoneError

    async def scene():
        jobs, _ = queue(tmp_path, Dying())
        run = jobs.submit(run_for())
        assert (await until(jobs, run.run, "failed")).seconds >= 0

    played(scene)


def test_a_run_that_takes_too_long_keeps_the_best_plan_so_far(tmp_path, monkeypatch):
    monkeypatch.setattr("scenarios.web.jobs.SEARCH", 0.05)

    async def scene():
        jobs, _ = queue(tmp_path, Played())
        run = jobs.submit(run_for())
        await until(jobs, run.run, "done")

    played(scene)


def test_a_process_that_does_not_stop_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr("scenarios.web.jobs.SEARCH", 0.05)
    monkeypatch.setattr("scenarios.web.jobs.FINISH", 0.05)

    class Deaf(Played):
        def stop(self):
            pass

    async def scene():
        worker = Deaf()
        jobs, _ = queue(tmp_path, worker)
        run = jobs.submit(run_for())
        await until(jobs, run.run, "failed")
        assert worker.ended

    played(scene)


def test_one_visitor_cannot_fill_the_queue_for_the_others(tmp_path):
    async def scene():
        jobs, _ = queue(tmp_path, Played())
        for _ in range(WAITING):
            jobs.submit(run_for("one"))
        with pytest.raises(FullError):
            jobs.submit(run_for("one"))
        jobs.submit(run_for("other"))
        await jobs.end()

    played(scene)


def test_visitors_see_their_own_runs_and_the_saved_ones(tmp_path):
    async def scene():
        jobs, _ = queue(tmp_path, Played(DONE))
        mine, theirs, shared = (jobs.submit(run_for(visitor)) for visitor in ("me", "you", "you"))
        for run in (mine, theirs, shared):
            await until(jobs, run.run, "done")
        await jobs.keep(shared.run, "ours")
        assert {run.run for run in jobs.seen_by("me")} == {mine.run, shared.run}
        assert jobs.find(shared.run).name == "ours"

    played(scene)


def test_a_dropped_run_leaves_nothing_behind(tmp_path):
    async def scene():
        jobs, _ = queue(tmp_path, Played(DONE))
        run = jobs.submit(run_for())
        await until(jobs, run.run, "done")
        (jobs.results / run.run).mkdir(parents=True)
        await jobs.drop(run.run)
        assert jobs.find(run.run) is None
        assert not (jobs.results / run.run).exists()

    played(scene)


def kept_on_disk(store, visitor, created, name="", state="done"):
    """A run with its results, as old as is said."""
    run = replace(run_for(visitor), created=created, name=name, saved=bool(name), state=state)
    store.keep(run)
    (store.folder / "results" / run.run).mkdir(parents=True)
    return run.run


def test_of_results_without_a_name_the_newest_are_kept(tmp_path, monkeypatch):
    """Two of a visitor and three in all; what has a name stays, and what goes on."""
    monkeypatch.setattr("scenarios.web.jobs.OWN", 2)
    monkeypatch.setattr("scenarios.web.jobs.RESULTS", 3)

    async def scene():
        jobs, store = queue(tmp_path, Played(DONE))
        named = kept_on_disk(store, "a", 1.0, name="for the mayor")
        old, *own = (kept_on_disk(store, "a", at) for at in (2.0, 5.0, 6.0))
        other, newest = kept_on_disk(store, "b", 3.0), kept_on_disk(store, "b", 7.0)
        await jobs.purge()
        assert {path.name for path in (tmp_path / "results").iterdir()} == {named, *own, newest}
        assert [jobs.find(run) is None for run in (named, *own, newest, old, other)] == [False] * 4 + [True] * 2

    played(scene)


def test_a_run_that_goes_on_is_not_purged_however_old(tmp_path, monkeypatch):
    monkeypatch.setattr("scenarios.web.jobs.RESULTS", 0)

    async def scene():
        worker = Played()
        jobs, store = queue(tmp_path, worker)
        run = jobs.submit(run_for())
        await until(jobs, run.run, "running")
        old = kept_on_disk(store, "b", 1.0)
        await jobs.purge()
        assert jobs.find(run.run).state == "running"
        assert jobs.find(old) is None
        await jobs.end()

    played(scene)


def test_of_plans_of_whole_scenarios_the_newest_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("scenarios.web.jobs.BASES", 2)
    for place, name in enumerate(("new", "old", "newest", ".being-written")):
        (tmp_path / "bases" / name).mkdir(parents=True)
        os.utime(tmp_path / "bases" / name, (place, 9.0 if name == "newest" else 5.0 - place))

    async def scene():
        jobs, _ = queue(tmp_path, Played(DONE))
        await jobs.purge()

    played(scene)
    assert {path.name for path in (tmp_path / "bases").iterdir()} == {"new", "newest", ".being-written"}


def test_results_that_are_called_the_same_are_told_apart_by_their_time():
    """One minute apart the minute differs, within a minute the second; what has a name of its own needs no time."""
    asked = ((0, "a"), (60, "a"), (0, "b"), (5, "b"), (0, "c"))
    runs = [replace(run_for(), created=at, name=name) for at, name in asked]

    def when(at, clock):
        return time.strftime(clock, time.localtime(at))

    minute, second = "%m-%d %H:%M", "%m-%d %H:%M:%S"
    assert [run_titles(runs)[run.run] for run in runs] == [
        f"a ({when(0, minute)})",
        f"a ({when(60, minute)})",
        f"b ({when(0, second)})",
        f"b ({when(5, second)})",
        "c",
    ]


def test_a_run_that_a_restart_interrupted_says_so(tmp_path):
    Store(tmp_path).keep(run_for())
    assert [run.state for run in Store(tmp_path).seen_by("v")] == ["lost"]


def test_a_result_of_another_version_says_so_and_is_shown_again_by_that_one(tmp_path, monkeypatch):
    Store(tmp_path).keep(replace(run_for(), state="done", answer={"figures": {"totals": 1}}))
    assert [(run.state, run.figures) for run in Store(tmp_path).seen_by("v")] == [("done", {"totals": 1})]
    with monkeypatch.context() as patch:
        patch.setattr("scenarios.version.VERSION", "0.0.1")
        assert [(run.state, run.figures) for run in Store(tmp_path).seen_by("v")] == [("outdated", {})]
    assert [run.state for run in Store(tmp_path).seen_by("v")] == ["done"]


class Quick(processes.WorkerProcess):
    """A process that is there at once and reads a city for a moment."""

    alive = True

    async def start(self):
        self._idle.set()

    @property
    def is_alive(self):
        return self.alive

    async def ask(self, question, listener=None):
        self._idle.clear()
        await asyncio.sleep(0.05)
        self._idle.set()
        return DONE

    async def end(self):
        self.alive = False


def test_a_run_has_a_process_while_others_read_cities_that_were_opened(monkeypatch):
    monkeypatch.setattr(processes, "WorkerProcess", Quick)

    async def scene():
        pool = processes.WorkerPool(1)
        opened = [asyncio.create_task(pool.warm(city, {})) for city in ("one", "other", "third")]
        await asyncio.sleep(0)
        async with pool.worker("other") as worker:
            assert await worker.ask({}) == DONE
        await asyncio.gather(*opened)

    played(scene)


def test_a_run_fails_when_no_process_can_be_started(monkeypatch):
    class Stillborn(Quick):
        alive = False

    monkeypatch.setattr(processes, "WorkerProcess", Stillborn)

    async def scene():
        with pytest.raises(GoneError):
            async with processes.WorkerPool(1).worker("city"):
                pass

    played(scene)
