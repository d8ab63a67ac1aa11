"""Every address of the service, in one list: the routes and `/openapi.json` are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from loyalty import (
    wire,
    wire_card,
    wire_joins,
    wire_ledger,
    wire_people,
    wire_program,
    wire_staff,
    wire_tiers,
    wire_tills,
)
from loyalty import wire_feedback as said
from loyalty import wire_gifts as given
from loyalty import wire_pages as pages
from loyalty import wire_wallet as kept
from loyalty.wallet import apple, google
from loyalty.web import (
    card,
    counter,
    feedback,
    gate,
    gifts,
    health,
    hooks,
    joins,
    live_card,
    openapi,
    owner,
    passes,
    people,
    pos,
    redemptions,
    righting,
    sign_in,
    staff,
    stream,
    tiers,
    wallets,
)
from loyalty.web import pages as owner_pages
from loyalty.web.screens import routes as pages_of

Signed = pages.SignedIn
CARD = "the card link's token"
SPEAKS = ("language",)
PASS = "the pass's token"
ONCE = "none: the link itself, once"
REGISTRATION = f"{apple.SERVICE}/v1/devices/{{device}}/registrations/{{kind}}"
BOTH = "screen or owner"
SETUP = "none: the token of the set-up link"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address and method: what it takes, what it answers, whose key it wants."""

    method: str
    path: str
    run: gate.Route
    keys: str
    answers: Any
    takes: Any = None
    status: int = 200
    asks: tuple[str, ...] = ()  # query parameters


ENDPOINTS = (
    Endpoint("POST", "/v1/transactions", pos.post_transactions, "adapter", wire.Accepted, wire.Transaction),
    Endpoint(
        "POST",
        "/v1/checkins",
        pos.post_checkin,
        "adapter or screen",
        wire.CheckinAnswer,
        wire.Presence,
        asks=SPEAKS,
    ),
    Endpoint("POST", "/v1/customers", people.post_customer, "owner or screen", wire.Enrolled, wire.Enrolment, 201),
    Endpoint("POST", "/v1/people", people.look_people_up, "owner or screen", wire.FoundPeople, wire.LookUp),
    Endpoint("POST", "/v1/joins", joins.post_join_code, "owner or screen", wire_joins.Join, wire_joins.NewJoin, 201),
    Endpoint("GET", "/v1/join", joins.get_join, "the code's token", wire_joins.JoinView),
    Endpoint("POST", "/v1/join", joins.post_join, "the code's token", wire.Enrolled, wire_joins.JoinForm, 201),
    Endpoint(
        "GET", "/v1/customers", people.list_customers, "owner", pages.Regulars, asks=("query", "stage", "shop", "next")
    ),
    Endpoint(
        "GET", "/v1/customers/{customer}/page", owner_pages.get_person_page, "owner", pages.PersonPage, asks=("next",)
    ),
    Endpoint("GET", "/v1/customers/{customer}/copy", owner_pages.get_person_copy, "owner", dict),
    Endpoint("GET", "/v1/today", owner_pages.get_today, "owner", pages.Today, asks=("shop",)),
    Endpoint("GET", "/v1/sales", owner_pages.get_sales, "owner", pages.Traces, asks=("shop", "query")),
    Endpoint("POST", "/v1/sales/assign", owner_pages.post_assign, "owner", pages.Traces, pages.Assign),
    Endpoint("GET", "/v1/tills", owner_pages.get_tills, "owner", pages.Tills, asks=("shop",)),
    Endpoint("POST", "/v1/aside/{aside}/replay", owner_pages.post_replay, "owner", None, status=204),
    Endpoint("POST", "/v1/keys", owner_pages.post_key, "owner", pages.KeyMade, pages.NewKey, 201),
    Endpoint("GET", "/v1/customers/{customer}", people.get_customer, "owner", wire.Person, asks=("next",)),
    Endpoint(
        *("POST", "/v1/redemptions", redemptions.post_redemption, "screen or owner"),
        *(wire.Redemption, wire.NewRedemption, 201),
    ),
    Endpoint(
        "POST", "/v1/redemptions/{redemption}/confirm", redemptions.post_confirm, "screen or owner", wire.Redemption
    ),
    Endpoint(
        "POST", "/v1/redemptions/{redemption}/release", redemptions.post_release, "screen or owner", wire.Redemption
    ),
    Endpoint(
        *("POST", "/v1/customers/{customer}/adjustments", redemptions.post_adjustment, "owner"),
        *(wire_ledger.Adjusted, wire_ledger.NewAdjustment, 201),
    ),
    Endpoint("GET", "/v1/perks", gifts.get_choices, BOTH, given.Choices, asks=("customer", "cue", "shop")),
    Endpoint("POST", "/v1/perks", gifts.post_perk, BOTH, given.GiftMade, given.NewPerk, 201),
    Endpoint("POST", "/v1/perks/{gift}/undo", gifts.post_undo, BOTH, given.GiftMade),
    Endpoint("POST", "/v1/surprises", gifts.post_surprise, BOTH, given.GiftMade, given.NewSurprise, 201),
    Endpoint("GET", "/v1/surprises", gifts.get_surprises, "owner", given.Surprises, asks=("shop",)),
    Endpoint("PUT", "/v1/surprises/budget", gifts.put_budget, "owner", given.BudgetView, given.SetBudget),
    Endpoint("DELETE", "/v1/customers/{customer}", people.delete_customer, "owner", None, status=204),
    Endpoint("GET", "/v1/merges", righting.list_merges, "owner", wire_people.Merges),
    Endpoint(
        *("POST", "/v1/merges/preview", righting.post_preview, BOTH, wire_people.MergePreview, wire_people.MergePair),
        asks=SPEAKS,
    ),
    Endpoint("POST", "/v1/merges", righting.post_merge, BOTH, wire_people.Merge, wire_people.NewMerge, 201),
    Endpoint("POST", "/v1/merges/{merge}/undo", righting.post_undo, BOTH, wire_people.Merge),
    Endpoint("POST", "/v1/visits/move", righting.post_move, BOTH, wire_people.Moved, wire_people.MoveVisit),
    Endpoint("GET", "/v1/customers/{customer}/marks", righting.get_marks, BOTH, wire_people.PersonMarks),
    Endpoint("DELETE", "/v1/customers/{customer}/marks/{mark}", righting.delete_mark, BOTH, wire_people.PersonMarks),
    Endpoint("POST", "/v1/customers/{customer}/card", righting.post_card, BOTH, wire.Enrolled, status=201),
    Endpoint(
        *("POST", "/v1/customers/{customer}/sharers", righting.post_sharer, BOTH),
        *(wire_people.PersonMarks, wire_people.NewSharer),
    ),
    Endpoint(
        "DELETE", "/v1/customers/{customer}/sharers/{other}", righting.delete_sharer, BOTH, wire_people.PersonMarks
    ),
    Endpoint("PUT", "/v1/customers/{customer}/tier", tiers.put_tier, "owner", wire_tiers.HandTier, wire_tiers.SetTier),
    Endpoint("DELETE", "/v1/customers/{customer}/tier", tiers.delete_tier, "owner", None, status=204),
    Endpoint("GET", "/v1/program", owner.get_program, "owner", wire_program.Program),
    Endpoint("PUT", "/v1/program", owner.put_program_, "owner", wire_program.Program, wire_program.Program),
    Endpoint("GET", "/v1/settings", owner.get_settings, "owner", wire_program.HouseSettings),
    Endpoint(
        "PUT", "/v1/settings", owner.put_settings_, "owner", wire_program.HouseSettings, wire_program.HouseSettings
    ),
    Endpoint("GET", "/v1/shops", owner.list_shops, "owner", wire.Shops),
    Endpoint("POST", "/v1/shops", owner.post_shop, "owner", wire.ShopMade, wire.NewShop, 201),
    Endpoint("GET", "/v1/staff/here", staff.list_here, "screen", wire_staff.StaffHere),
    Endpoint("POST", "/v1/staff/session", staff.post_session, "screen", wire_staff.Shift, wire_staff.SignOn, 201),
    Endpoint("DELETE", "/v1/staff/session", staff.delete_session, "screen", None, status=204),
    Endpoint("GET", "/v1/staff", staff.list_staff, "owner", wire_staff.Staff),
    Endpoint("POST", "/v1/staff", staff.post_staff, "owner", wire_staff.MemberRow, wire_staff.NewMember, 201),
    Endpoint("PUT", "/v1/staff/{member}", staff.put_staff, "owner", wire_staff.MemberRow, wire_staff.MemberChange),
    Endpoint("PUT", "/v1/staff/{member}/pin", staff.put_pin, "owner", None, wire_staff.NewPin, 204),
    Endpoint("DELETE", "/v1/staff/{member}", staff.delete_staff, "owner", None, status=204),
    Endpoint("GET", "/v1/limits", staff.get_limits, "owner", wire_staff.Limits),
    Endpoint("PUT", "/v1/limits", staff.put_limits, "owner", wire_staff.Limits, wire_staff.Limits),
    Endpoint("GET", "/v1/integrity", staff.get_integrity, "owner", wire_staff.Integrity, asks=("shop",)),
    Endpoint("GET", "/v1/connections", hooks.list_connections, "owner", wire_tills.Connections),
    Endpoint("POST", "/hooks/{vendor}/{connection}", hooks.post_hook, "none: signed by the vendor", str),
    Endpoint("OPTIONS", "/hooks/{vendor}/{connection}", hooks.allow_hook, "none", None, status=204),
    Endpoint("POST", "/v1/setup", sign_in.post_setup, SETUP, Signed, pages.Setup, 201),
    Endpoint("POST", "/v1/setup/check", sign_in.post_setup_check, SETUP, None, pages.SetupLink, 204),
    Endpoint("POST", "/v1/sign-in", sign_in.post_sign_in, "none: name and password", Signed, pages.SignIn),
    Endpoint("POST", "/v1/sign-out", sign_in.post_sign_out, "owner", None, status=204),
    Endpoint("GET", "/v1/card", card.get_card, CARD, wire_card.CardView, asks=SPEAKS),
    Endpoint("PUT", "/v1/card", card.put_card, CARD, wire_card.CardView, wire_card.CardChange, asks=SPEAKS),
    Endpoint("PUT", "/v1/card/wishes", card.put_wishes, CARD, wire_card.CardView, wire_card.CardWishes, asks=SPEAKS),
    Endpoint("DELETE", "/v1/card/usual", card.delete_usual, CARD, wire_card.CardView, asks=SPEAKS),
    Endpoint("PUT", "/v1/card/coming", card.put_coming, CARD, wire_card.CardView, wire_card.CardComing, 200, SPEAKS),
    Endpoint("DELETE", "/v1/card/coming", card.delete_coming, CARD, wire_card.CardView, asks=SPEAKS),
    Endpoint("POST", "/v1/card/claims", card.post_claim, CARD, wire_card.CardView, wire_card.CardClaim, asks=SPEAKS),
    Endpoint("GET", "/v1/card/menu", card.get_menu, CARD, wire_card.CardMenu, asks=SPEAKS),
    Endpoint("DELETE", "/v1/card", card.delete_card, CARD, None, wire_card.CardErase, 204),
    Endpoint("GET", "/v1/card/knows", card.get_knows, CARD, wire_card.CardKnows, asks=SPEAKS),
    Endpoint("GET", "/v1/card/copy", card.get_copy, CARD, dict, asks=("form", "language")),
    Endpoint("POST", "/v1/card/code", card.post_code, CARD, wire_card.CardView),
    Endpoint("DELETE", "/v1/card/marks/{mark}", card.delete_mark, CARD, None, status=204),
    Endpoint("POST", "/v1/card/answers", feedback.post_answer, CARD, None, said.CardAnswer, 204),
    Endpoint("GET", "/v1/card/thread", feedback.get_card_thread, CARD, said.CardThread),
    Endpoint("POST", "/v1/card/thread", feedback.post_card_sentence, CARD, said.CardThread, said.NewSentence),
    Endpoint("GET", "/v1/threads", feedback.list_threads, "owner", said.Threads),
    Endpoint("GET", "/v1/threads/{customer}", feedback.get_thread, "owner", said.Thread),
    Endpoint("POST", "/v1/threads/{customer}", feedback.post_thread, "owner", said.Thread, said.ShopSentence),
    Endpoint("POST", "/v1/card/wallet/apple", wallets.post_apple, CARD, kept.WalletLink, asks=SPEAKS),
    Endpoint("POST", "/v1/card/wallet/google", wallets.post_google, CARD, kept.WalletLink, asks=SPEAKS),
    Endpoint("GET", f"{wallets.TICKETS}/{{ticket}}", wallets.get_ticket, ONCE, bytes),
    Endpoint("GET", google.LOGO, wallets.get_logo, "none", bytes),
    Endpoint(
        *("POST", f"{REGISTRATION}/{{serial}}", passes.post_registration, PASS, None),
        *(kept.PassRegistration, 201),
    ),
    Endpoint("DELETE", f"{REGISTRATION}/{{serial}}", passes.delete_registration, PASS, None),
    Endpoint(
        *("GET", REGISTRATION, passes.list_changed, "none: the telephone's own name", kept.ChangedPasses),
        asks=("passesUpdatedSince",),
    ),
    Endpoint("GET", f"{apple.SERVICE}/v1/passes/{{kind}}/{{serial}}", passes.get_pass, PASS, bytes),
    Endpoint("POST", f"{apple.SERVICE}/v1/log", passes.post_log, "none", None, kept.PassLog),
    Endpoint("DELETE", "/v1/card/sharers/{other}", card.delete_sharer, CARD, None, status=204),
    Endpoint("GET", "/healthz", health.healthz, "none", wire.Health),
    Endpoint("GET", "/readyz", health.readyz, "none", wire.Health),
    Endpoint("GET", "/metrics", health.metrics, "none", str),
)


def routes(screens: Path) -> list[BaseRoute]:
    """The service's routes; `screens` is where the built pages lie."""
    found: list[BaseRoute] = [
        Route(one.path, gate.Asked(one.run), methods=[one.method], name=f"{one.method} {one.path}") for one in ENDPOINTS
    ]
    found.append(Route("/openapi.json", _document, methods=["GET"]))
    found.append(WebSocketRoute("/v1/stream", stream.stream))
    found.append(WebSocketRoute("/v1/counter", counter.counter))
    found.append(WebSocketRoute("/v1/card/live", live_card.live))
    return found + pages_of(screens)


async def _document(_: Request) -> Response:
    return gate.answer(openapi.document(ENDPOINTS))
