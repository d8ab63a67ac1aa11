"""Of a customer's copy what they were given and used: rewards, points by hand, tiers by hand, gifts."""

from __future__ import annotations

from datetime import date

from loyalty.reports.copy_of import Part, Whose, ref, told

REWARDS_MAX = 10_000
ADJUSTMENTS_MAX = 10_000
TIERS_MAX = 10_000
GIFTS_MAX = 10_000


def read(whose: Whose) -> Part:
    return {
        "rewards": _rewards(whose),
        "adjustments": _adjustments(whose),
        "tiers_by_hand": _tiers(whose),
        "gifts": _gifts(whose),
    }


def _rewards(whose: Whose) -> list[Part]:
    """Every reward that was set aside for them, and what became of it; the newest first."""
    rows = whose.rows(
        "SELECT reward, name, points, shop, till, at, expires_at, state, ended_at, ended_by, taken, used_shop,"
        " used_source, used_ref, used_at FROM redemptions WHERE customer IN {ALL} ORDER BY at DESC, id DESC",
        REWARDS_MAX,
    )
    return [
        {
            "reward": reward,
            "name": name,
            "points": points,
            "shop": shop,
            "till": till,
            "at": told(at),
            "until": told(until),
            "state": state,
            "ended_at": told(ended_at),
            "ended_by": ended_by,
            "confirmed_at_counter": bool(taken),
            "sale": ref(*sale),
            "used_at": told(used_at),
        }
        for reward, name, points, shop, till, at, until, state, ended_at, ended_by, taken, *sale, used_at in rows
    ]


def _adjustments(whose: Whose) -> list[Part]:
    """Points given or taken by hand, or for somebody whom they brought along: whom, is not said."""
    rows = whose.rows(
        "SELECT points, why, at, until, note, standing, shop FROM adjustments WHERE customer IN {ALL}"
        " ORDER BY at DESC, id DESC",
        ADJUSTMENTS_MAX,
    )
    return [
        {
            "points": points,
            "why": why,
            "at": told(at),
            "until": told(until),
            "note": note or "",
            "standing": bool(standing),
            "shop": shop,
        }
        for points, why, at, until, note, standing, shop in rows
    ]


def _tiers(whose: Whose) -> list[Part]:
    """Every tier that somebody set for them, and why; who did is not theirs to know."""
    own = whose.opened()
    rows = whose.rows(
        "SELECT customer, tier, from_day, until_day, reason, set_at, ended_at FROM hand_tiers WHERE customer IN {ALL}"
        " ORDER BY set_at DESC, id DESC",
        TIERS_MAX,
    )
    return [
        {
            "tier": tier,
            "from": date.fromordinal(since).isoformat(),
            "until": date.fromordinal(until).isoformat(),
            "reason": own[id].open(reason),
            "set_at": told(set_at),
            "ended_at": told(ended_at),
        }
        for id, tier, since, until, reason, set_at, ended_at in rows
    ]


def _gifts(whose: Whose) -> list[Part]:
    """By whom, is not theirs to know; what it cost is the shop's own figure."""
    own = whose.opened()
    rows = whose.rows(
        "SELECT customer, kind, perk, name, reason, said, shop, till, at, undone_at FROM gifts WHERE customer IN {ALL}"
        " ORDER BY at DESC, id DESC",
        GIFTS_MAX,
    )
    return [
        {
            "at": told(at),
            "kind": kind,
            "perk": perk,
            "name": name,
            "reason": reason,
            "said": own[id].open(said) if said is not None else "",
            "taken_back": undone_at is not None,
            "taken_back_at": told(undone_at),
            "shop": shop,
            "till": till,
        }
        for id, kind, perk, name, reason, said, shop, till, at, undone_at in rows
    ]
