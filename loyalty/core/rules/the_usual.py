"""The usual is offered aloud only where it is sure enough; below that the sentence asks, or claims nothing. Whoever
said "not my usual today" is offered nothing: one order is free."""

from loyalty.core.facts import Msg
from loyalty.core.rules.base import Fired, Near, Visit

NEAR = 0.5


def judge(visit: Visit) -> Fired | Near | None:
    if visit.free:
        return Near(Msg("why.not-today"))
    if visit.say_usual:
        return Fired(visit.because)
    if visit.p >= NEAR:
        return Near(visit.because)
    return None
