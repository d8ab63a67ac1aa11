"""Lightspeed Restaurant (K-Series): closed sales by its API; its webhooks tell only of orders at the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from loyalty.errors import Unfit
from loyalty.wire import Evidence, Line, RefundOf, Tender, Transaction
from pos_adapters import checking, money
from pos_adapters.asking import Api, Expired, document, part
from pos_adapters.base import Adapter, Event, Headers, Ignored, Later, Page, Setting, Settings, Verdict
from pos_adapters.bills import evidence, line, since_epoch
from pos_adapters.checklist import checklist
from pos_adapters.hooks import POLL_S, PUBLIC_URL, api_base
from pos_adapters.pulling import pulled, text_of, time_in
from pos_adapters.reading import fitting, read_each
from pos_adapters.said import Said
from pos_adapters.signing import basic, believed, header, key_of
from pos_adapters.tills import TILLS, till_of

HEADER = "authorization"
SOLD = {"SALE", "REFUND", "VOID", "CANCEL", "RECALL"}  # other kinds move a bill about; they count where they were paid
CARDS = {"ADYEN", "CARD", "CC", "LSP", "LSPAY", "VISA", "MC", "AMEX", "DEBIT"}
CONSUMER = {"pos_id": "id", "phone": "phoneNumber1", "email": "email", "reference": "customerId"}  # ours, and theirs
DEPTH_MAX = 5  # a modifier may have some of its own
PAGE_MAX = 100
# Sales are found by when they were closed and not by when they came: a till that was offline brings older ones.
BACK, FAR_BACK, FAR_EVERY = timedelta(hours=1), timedelta(days=2), timedelta(hours=1)


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """Lightspeed signs nothing: it sends the user name and the password that the webhook was made with."""
    for name in ("webhook_user", "webhook_password"):
        key_of("lightspeed_k", settings, name, "where the webhook was made, with withBasicAuth")
    given, why = header("lightspeed_k", headers, HEADER), "are webhook_user and webhook_password those of the webhook?"
    return believed("lightspeed_k", HEADER, given, sign(raw, settings, now)[HEADER], why=why)


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    pair = basic(settings["webhook_user"], settings["webhook_password"])
    return {HEADER: pair, "content-type": "application/json"}


# -- what it says -----------------------------------------------------------------------------------------------------
def parse(raw: bytes, settings: Settings) -> list[Event]:
    return read_each([("", raw)], lambda body: _read(Said.of(body), settings))


def _read(said: Said, settings: Settings) -> Iterator[Event]:
    if "sales" in said:
        yield from read_each(said.raws("sales"), lambda one: [_told(Said.of(one), settings)])
    else:
        kind = said.text("type", "something")
        yield Ignored(f"{kind} says nothing of a sale that was closed; those are asked for")


def _told(sale: Said, settings: Settings) -> Event:
    """`source` names other sales by their `accountFiscId`."""
    sale.time("timeOfOpening")  # every sale has one
    kind, lines, payments = sale.text("type"), list(sale.each("salesLines")), list(sale.each("payments"))
    linked = sale["source"].text("previousAccountId", "") or sale["source"].text("initialAccountId", "")
    parent = linked if linked != sale.text("accountFiscId") else ""
    currencies = {one.text("currency", "") for one in (*lines, *payments)} - {""}
    if kind not in SOLD and not payments:
        return Ignored(f"{kind}: nothing was sold")
    if len(currencies) != 1:
        return Ignored("nothing is on it" if not currencies else "a sale in several currencies")
    back = sum(one.decimal("totalNetAmountWithTax") for one in lines) < 0
    if back and not parent:
        return Ignored("given back without the sale that it was bought in")
    return fitting(_sale(sale, currencies.pop(), parent if back else "", settings))


def _sale(sale: Said, currency: str, parent: str, settings: Settings) -> Transaction:
    """Where something is given back, every amount is turned round."""
    items, sign = list(sale.each("salesLines")), -1 if parent else 1
    at = sale.time(sale.first("timeClosed", "timeOfOpening"))
    inside = all(_tax_inside(one) for one in items)
    undone = not parent and (sale.flag("cancelled") or sale.text("type") in ("VOID", "CANCEL"))
    lines, tax = tuple(_lines(items, inside, currency, sign)), sign * _minor(items, "taxAmount", currency)
    tenders = tuple(_tender(one, currency, sign) for one in sale.each("payments"))
    tip = sign * sum(one.nearest("tip", currency, 0) for one in sale.each("payments"))
    bill = sum(one.total for one in lines) + (0 if inside else tax)
    paid = sum(one.amount for one in tenders) - tip if tenders else bill
    return Transaction(
        id=sale.text("accountFiscId"), source="lightspeed_k", shop=settings["shop"],
        till=till_of(sale.text("deviceId", ""), settings), revision=2 * since_epoch(at) + undone,
        state="voided" if undone else "paid" if "timeClosed" in sale else "open",
        at=at, currency=currency, refund_of=RefundOf(id=parent) if parent else None, lines=lines,
        order_discount=max(0, bill - paid),  # of the whole bill, or what rounding leaves
        service_charge=max(0, paid - bill),  # what was paid beyond the lines, a surcharge as well
        tax=tax, tax_included=inside, tip=tip, total=paid + tip, tenders=tenders, customer=_customer(sale),
    )  # fmt: skip


def _minor(items: Sequence[Said], name: str, currency: str) -> int:
    """Of all of them together: each has up to six digits after the point."""
    return money.nearest(sum(one.decimal(name, 0) for one in items), currency)


def _tax_inside(item: Said) -> bool:
    return item.flag("taxIncluded", all(one.flag("taxIncluded", True) for one in item.each("taxLines")))


def _lines(items: Sequence[Said], inside: bool, currency: str, sign: int) -> Iterator[Line]:
    """One with a parent is a modifier of it: told with what it belongs to, and so is what it costs. Their `sku` is not
    documented, and was another for the same thing in each sale that was captured: a line is known by its name."""
    total = "totalNetAmountWithTax" if inside else "totalNetAmountWithoutTax"
    by_id = {one.text("id"): one for one in items}
    parts: dict[str, list[Said]] = {}
    for item in items:
        root = item
        for _ in range(DEPTH_MAX):
            root = by_id.get(root.text("parentLineId", ""), root)
        parts.setdefault(root.text("id"), []).append(item)
    for id, them in parts.items():
        main = by_id[id]
        if quantity := main.decimal("quantity"):
            price = sum(one.decimal("menuListPrice", 0) * abs(one.decimal("quantity")) for one in them) / abs(quantity)
            yield line(
                _name(main), sign * _minor(them, total, currency), quantity=quantity,
                modifiers=[_name(one) for one in them if one is not main],
                category=main.text("statisticGroup", ""), list_price=abs(money.nearest(price, currency)),
            )  # fmt: skip


def _name(item: Said) -> str:
    return item.text("nameOverride", "") or item.text("name")


def _tender(payment: Said, currency: str, sign: int) -> Tender:
    """Shops name their ways of payment themselves. The tip is on top (not documented; check it against a receipt)."""
    code, paid = payment.text("code"), payment.nearest("netAmountWithTax", currency)
    amount = sign * (paid + payment.nearest("tip", currency, 0))
    return Tender(kind="card" if code.upper() in CARDS else code.lower()[:64] or "other", amount=amount)


def _customer(sale: Said) -> Evidence | None:
    """Whom all payments that name somebody agree on: friends who split a bill are several."""
    who = [payment["consumer"] for payment in sale.each("payments")]
    named = {evidence(**{ours: one.text(name, "") for ours, name in CONSUMER.items()}) for one in who} - {None}
    return named.pop() if len(named) == 1 else None


# -- what it is asked -------------------------------------------------------------------------------------------------
def pull(cursor: str, settings: Settings, now: datetime) -> Page:
    """Each look goes back an hour, and once an hour two days. In the cursor: when it last did, and `pulled`'s own."""
    api, location = _api(settings), part("lightspeed_k", settings["business_location_id"])
    far, _, onward = cursor.partition(" ")

    def search(since: datetime, page: str) -> tuple[Sequence[Any], str | None]:
        nonlocal far
        start, _, token = page.partition(" ")
        if not page:
            before = time_in(far)
            due = before is None or not timedelta(0) <= now - before < FAR_EVERY
            far = text_of(now) if due else far
            start = text_of((since - (FAR_BACK if due else BACK)).astimezone(UTC))
        query = {"from": start, "include": "consumer,payments", "pageSize": str(PAGE_MAX)}
        query |= {"nextPageToken": token} if token else {}
        said = api.get(f"/f/v2/business-location/{location}/sales", **query) or {}
        following = said.get("nextPageToken")
        return said.get("sales") or [], f"{start} {following}" if following else None

    def whole(sales: Sequence[Any]) -> bytes:
        return document({"sales": sales})

    found = pulled(onward, now, search, lambda one: time_in(one.get("timeClosed")), whole)
    return Page(found.raw, f"{far} {found.cursor}", found.more)


def renew(settings: Settings) -> Mapping[str, str]:
    """Another access token, and the refresh token that takes the place of the one it was got with."""
    pair = basic(settings["client_id"], settings["client_secret"])
    url, old = settings["token_url"] or f"{settings['api_base'].rstrip('/')}/oauth/token", settings["refresh_token"]
    api = Api("lightspeed_k", url, lambda: {"authorization": pair}, said=_words)
    try:
        said = Said.of(document(api.ask("POST", "", data={"grant_type": "refresh_token", "refresh_token": old})))
        return {"access_token": said.text("access_token"), "refresh_token": said.text("refresh_token", old)}
    except (Unfit, Expired) as error:
        raise Later(f"lightspeed_k: the refresh token is refused, sign in anew: {error.message}") from error


@checking.told
def check(settings: Settings) -> list[str]:
    if missing := [name for name in ("client_id", "client_secret", "refresh_token") if not settings[name]]:
        return [f"lightspeed_k: {name} is missing" for name in missing]
    try:
        said = Said.of(document(_api(settings).perhaps("/f/data/businesses") or {}))
    except Expired:
        return []  # the next look gets another
    places = [one for all in said["_embedded"].each("businessList") for one in all.each("businessLocations")]
    known = {one.text("blID"): one.text("blName", "") for one in places}
    return checking.place("lightspeed_k", "business_location_id", settings["business_location_id"], known)


def _api(settings: Settings) -> Api:
    """Raises Expired where there is no token yet."""
    if not settings["access_token"]:
        raise Expired("lightspeed_k: there is no access token yet")
    headers = {"authorization": f"Bearer {settings['access_token']}"}
    return Api("lightspeed_k", settings["api_base"], lambda: headers, per_s=2.0, said=_words)


def _words(body: Any) -> str:
    return str(body.get("error_description") or body.get("message") or body["error"])


ADAPTER = Adapter(
    vendor="lightspeed_k",
    title="Lightspeed Restaurant K-Series: closed sales by its API",
    settings=(
        Setting("business_location_id", "which location this shop is", required=True),
        Setting("client_id", "the application's client id", required=True),
        Setting("client_secret", "the application's client secret", required=True, secret=True),
        Setting("refresh_token", "as the sign-in gave it; replaced by itself", required=True, secret=True),
        Setting("access_token", "made from the refresh token, by itself", secret=True),
        Setting("token_url", "where tokens are made, if not at {api_base}/oauth/token"),
        Setting("webhook_user", "the user name that the webhook was made with"),
        Setting("webhook_password", "and its password", secret=True),
        *(TILLS, PUBLIC_URL, POLL_S, api_base("https://api.lsk.lightspeed.app")),
    ),
    checklist=checklist(__name__), verify=verify, parse=parse, pull=pull, renew=renew, check=check, sign=sign,
    tells_all=False,  # deliveries tell of order-and-pay only
)  # fmt: skip
