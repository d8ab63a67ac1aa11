"""What of a sale nothing is learned, and why: each is a note on the sale, made when it is first somebody's."""

from __future__ import annotations

from loyalty.core.apart import free
from loyalty.core.desk import Desk
from loyalty.core.facts import Sale
from loyalty.core.forgetting import forget
from loyalty.core.pausing import unlearn


def noted(desk: Desk, new: Sale, old: Sale | None) -> Sale:
    return forget(desk, unlearn(desk, free(desk, new, old), old), old)
