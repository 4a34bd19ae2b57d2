"""A process that does the work of the page: questions come in a line each, answers go out a line each (JSON).

It is started before it is needed, so that everything is imported and the city read when a question comes. A line
``{"stop": true}`` stops a search, which keeps the best plan so far. It ends when nobody listens any more.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import traceback
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any

from scenarios.words import LANGUAGES, speaking

if TYPE_CHECKING:
    from scenarios.listening import Moment
    from scenarios.problems import Problem
    from scenarios.web.plans import Cache

Answer = dict[str, Any]


class Worker:
    """Answers one query after the other; remembers cases and plans."""

    def __init__(self, out: IO[str]):
        from scenarios.web.plans import Cache

        self._out, self._stopped = out, threading.Event()
        self._questions: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._cache: Cache = Cache()

    def listen(self, lines: IO[str]) -> None:
        """Put questions in a row, and note a stop at once; the process ends with the last line."""
        for line in lines:
            query = json.loads(line)
            if query.get("stop"):
                self._stopped.set()
            else:
                self._questions.put(query)
        os._exit(0)

    def serve(self) -> None:
        """Answer for ever."""
        self.say({"event": "ready"})
        while True:
            self._answer(self._questions.get())

    def say(self, answer: Answer) -> None:
        """One line to the server."""
        self._out.write(json.dumps(answer, ensure_ascii=False) + "\n")
        self._out.flush()

    def _answer(self, query: Answer) -> None:
        """Do what is asked, and say how it ended."""
        later: Callable[[], None] | None = None
        self._stopped.clear()
        try:
            with speaking(query.get("language", LANGUAGES[0])):
                value, later = self._do(query["task"], query)
            ended: Answer = {"event": "done", "value": value}
        except Exception as error:
            ended = {"event": "ended", **failure(error)}
        self.say(ended)
        try:
            if later is not None:
                later()
        except Exception:
            traceback.print_exc()
        self.say({"event": "idle"})

    def _do(self, task: str, query: Answer) -> tuple[Any, Callable[[], None] | None]:
        """What a question is answered with, and what is left to do once that is said."""
        if task == "plan":
            return self._plan(query)
        from scenarios.web.queries import answer

        return answer(task, query, self._cache), None

    def _plan(self, query: Answer) -> tuple[Any, Callable[[], None]]:
        from scenarios.web import plans
        from scenarios.web.queries import run_request

        question = run_request(query)
        result = plans.make(question, self._cache, self._progress, self._step)
        shown = plans.write(question, result)
        value = {"figures": shown, "kept": result.kept, "digest": result.digest}
        return value, lambda: plans.finish(question, result)

    def _step(self, step: str, minimised: str) -> None:
        """Report what a run is at."""
        self.say({"event": "step", "step": step, "minimised": minimised})

    def _progress(self, moment: Moment) -> bool:
        """Report how a search goes; whether it is to stop."""
        self.say({"event": "moment", **vars(moment)})
        return self._stopped.is_set()


def failure(error: Exception) -> Answer:
    """How a question ended that has no answer: a state, and what there is to say in every language."""
    from scenarios.highs import SolverError
    from scenarios.problems import InputError
    from scenarios.reports.conflict_text import conflict_text
    from scenarios.solving import InfeasibleError, NothingFoundError
    from scenarios.verification import VerificationError
    from scenarios.writing import ReadBackError

    if isinstance(error, InputError):
        return {"state": "bad", "problems": [problem(one) for one in error.problems]}
    if isinstance(error, InfeasibleError):
        return {"state": "infeasible", "text": in_all(lambda: conflict_text(error.case, error.conflict))}
    if isinstance(error, NothingFoundError):
        return {"state": "nothing"}
    traceback.print_exception(error)
    if isinstance(error, VerificationError | SolverError | ReadBackError):
        return {"state": "refused", "text": in_all(lambda: str(error))}
    return {"state": "failed"}


def in_all(text: Callable[[], str]) -> dict[str, str]:
    """A text in every language."""
    said = {}
    for spoken in LANGUAGES:
        with speaking(spoken):
            said[spoken] = text()
    return said


def problem(one: Problem) -> Answer:
    """A problem as the page shows it: at its cell, in every language."""
    return {
        "file": one.where.file,
        "row": one.where.row,
        "column": one.where.column,
        "found": in_all(lambda: str(one.found)),
        "allowed": in_all(lambda: str(one.allowed)),
        "remedy": in_all(lambda: str(one.remedy)),
        "text": in_all(lambda: str(one)),
    }


def main() -> None:
    """The process: what is printed by anyone goes to the errors, only answers go out."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    worker = Worker(out)
    lines = os.fdopen(os.dup(sys.stdin.fileno()), encoding="utf-8")
    threading.Thread(target=worker.listen, args=(lines,), daemon=True).start()
    worker.serve()


if __name__ == "__main__":
    main()
