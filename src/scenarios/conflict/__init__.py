"""When no plan exists: which targets, supplies, budgets and deadlines conflict, and the least that must give way."""

from scenarios.conflict.concessions import conceded
from scenarios.conflict.terms import Asked, Relaxation
from scenarios.conflict.ways import Conflict, WayOut, explain, explained

__all__ = ["Asked", "Conflict", "Relaxation", "WayOut", "conceded", "explain", "explained"]
