"""Pyomo's algebra: variables, sums and relations, as equations write them and as the compiler reads them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def passed_over(*modules: str) -> Iterator[None]:
    """Imports within find these modules empty. Pyomo asks for all of scipy at once, which takes longer than Pyomo."""
    absent = {name: ModuleType(name) for name in modules if name not in sys.modules}
    sys.modules.update(absent)
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


with passed_over("scipy.stats", "scipy.integrate", "scipy.spatial"):
    import pyomo.core as pyo
    from pyomo.common.numeric_types import native_numeric_types
    from pyomo.core import quicksum
    from pyomo.core.expr.numeric_expr import (
        DivisionExpression,
        LinearExpression,
        MonomialTermExpression,
        NegationExpression,
        ProductExpression,
        SumExpression,
    )
    from pyomo.core.expr.relational_expr import EqualityExpression

__all__ = [
    "DivisionExpression",
    "EqualityExpression",
    "LinearExpression",
    "MonomialTermExpression",
    "NegationExpression",
    "ProductExpression",
    "SumExpression",
    "native_numeric_types",
    "pyo",
    "quicksum",
]
