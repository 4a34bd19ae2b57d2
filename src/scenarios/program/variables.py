"""What is decided. The usual size of a variable scales its column, so that the solver sees numbers near 1."""

from scenarios.program.register import VARIABLES, variable

__all__ = ["VARIABLES"]

variable(
    "activity",
    "cells periods",
    "x",
    "activity in a technology at the end of a quarter [activity unit]",
    size=lambda c, a, k, t: c.quantity[a, c.activity_of[k]],
)
variable(
    "conversion",
    "moves periods",
    "y",
    "activity converted by a measure in a quarter [activity unit]",
    size=lambda c, a, m, t: c.potential[a, m],
    upper=lambda c, a, m, t: c.quarter_pace[a, m, t],
)
variable(
    "lots",
    "lot_moves periods",
    "n",
    "whole projects of a measure in a quarter [project]",
    "integers",
    upper=lambda c, a, m, t: c.lots_at_most[a, m],
)
variable(
    "done",
    "tasks periods",
    "z",
    "a task is done by the end of a quarter [0 or 1]",
    "binary",
    upper=lambda c, j, t: float(c.position[t] >= c.earliest_finish[j]),
)
variable(
    "emission",
    "emitted periods",
    "E",
    "emission of an activity in a quarter [t]",
    size=lambda c, a, s, p, t: c.usual_emission[a, s, p],
)
variable(
    "concentration",
    "air_years",
    "C",
    "annual mean concentration at a receptor [ug/m3]",
    size=lambda c, r, p, y: c.background[r, p, y],
)
variable(
    "incoming",
    "received",
    "I",
    "part of an annual mean that the other cities of the region send [ug/m3]",
    upper=lambda c, r, p, y: c.arriving_at_most[r, p, y],
)
variable("outgoing", "sent", "O", "what the city adds to an annual mean in another city of the region [ug/m3]")
variable("fuel_use", "fuel_years", "F", "fuel used in a year [fuel unit]", size=lambda c, f, y: c.supply[f, y])
variable(
    "spending",
    "payer_years",
    "S",
    "money a payer lays out in a year [CNY]",
    "any sign",
    size=lambda c, f, y: c.budget[f, y],
)
