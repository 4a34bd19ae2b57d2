"""Verification: a plan's tables are checked against the case by plain arithmetic that shares no code with the program.

Nothing here imports the program, the accounting, the inventory or the air model: stocks, emissions, concentrations,
costs, order and limits are worked out again from the tables as written. The largest relative violation counts.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from scenarios.case import Case
from scenarios.verification.cost import money
from scenarios.verification.effects import air, balances, emissions_written, limits
from scenarios.verification.given import Given, Violation, stocks
from scenarios.verification.goals import Outcome, commitments, minimised, targets
from scenarios.verification.paying import funding
from scenarios.verification.promises import budgets, order, supplies

TOLERANCE = 1e-6  #: largest relative violation that is accepted [1]


class VerificationError(RuntimeError):
    """The plan breaks something it claims to keep."""


@np.errstate(invalid="ignore")  # what is no number is found out by the comparisons
def verify(
    case: Case, tables: Mapping[str, pd.DataFrame], objective: float, value: float | None = None
) -> list[Violation]:
    """Every statement checked, the most violated first. A missing or infinite number is an infinite violation.

    ``objective`` is the cost [CNY], ``value`` what was minimised, where it is not the cost.
    """
    given = Given(case)
    stock = stocks(given, tables["activity"])
    outcome = Outcome(given, stock, tables)
    found = [
        *balances(given, stock, tables["conversions"]),
        *limits(given, tables["conversions"]),
        *emissions_written(given, stock, tables["emissions"]),
        *air(given, tables),
        *targets(given, outcome),
        *commitments(given, outcome),
        *minimised(given, tables, objective, objective if value is None else value),
        *order(given, stock, tables),
        *money(given, stock, tables, objective),
        *funding(given, stock, tables),
        *supplies(given, stock, tables),
        *budgets(given, tables),
    ]
    return sorted(found, key=lambda violation: -violation.size)
