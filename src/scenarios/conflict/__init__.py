"""When no plan exists: which targets, supplies, budgets and deadlines conflict, and the least that must give way."""

from scenarios.conflict.relaxing_limits import relaxed_case
from scenarios.conflict.terms import LimitRow, Relaxation
from scenarios.conflict.ways import Conflict, WayOut, explain, explained

__all__ = ["Conflict", "LimitRow", "Relaxation", "WayOut", "explain", "explained", "relaxed_case"]
