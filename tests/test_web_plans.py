"""Runs as a process of the page makes them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from conftest import TOY
from scenarios.plan import Plan
from scenarios.web import plans
from scenarios.web.drafts import Copy


def test_a_scenario_whose_search_was_stopped_is_planned_again_by_the_next_run(
    toy_plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run that was stopped goes on from what there is; nobody else starts from a plan that is not proven."""
    searched = []

    def solve(case, **options):
        searched.append(case.scenario)
        return replace(toy_plan, found=replace(toy_plan.found, status="stopped", gap=0.3))

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(plans, "solve", solve)
    monkeypatch.setattr(plans.runs, "what_if", lambda base, case, **options: (base, True))
    copy = Copy("toy", TOY / "models", TOY / "inputs", tmp_path / "draft")
    change, run, bases = "targets.T3=84", tmp_path / "run", tmp_path / "bases"
    request = plans.RunRequest(copy, "least-cost", (change,), "kept", 60.0, run, bases)
    cache = plans.Cache()
    for _ in range(2):
        plans.make(request, cache, lambda moment: None, lambda step, minimised: None)
    assert searched == ["least-cost", "least-cost"]
