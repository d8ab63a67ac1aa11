"""Asking Toast: one order with whoever it names, what changed since, and whether all is well."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from loyalty.errors import Unfit, Unknown
from pos_adapters.asking import Api, Expired, NotAllowed, document, no_json, part
from pos_adapters.base import Fetch, Later, Page, Settings
from pos_adapters.bills import EPOCH
from pos_adapters.pulling import pulled, text_of, time_in
from pos_adapters.tokens import Token, Tokens

PAGE_ORDERS = 100  # the most that Toast gives
PER_S = 11.0  # 20 a second, and 10,000 in a quarter of an hour
DAY_S = 86_400.0
TOKEN_S = 1_800.0  # where Toast does not say; it asks that none be asked for more often

_tokens = Tokens()
_currencies = Tokens()  # kept in the same way: asked for once a day


def fetch(wanted: Fetch, settings: Settings) -> bytes:
    api = _api(settings)
    order = api.get(f"/orders/v2/orders/{part('toast', wanted.id)}")
    return document({"currency": _currency(api, settings), "orders": [order]})


def pull(cursor: str, settings: Settings, now: datetime) -> Page:
    """Orders by the time of their last change."""
    api = _api(settings)

    def search(since: datetime, page: str) -> tuple[Sequence[Any], str | None]:
        """`page`: until when, and the number of the page. The last is empty.

        An order that changes meanwhile leaves the search, and all behind it move up by one: the page before is read
        once more, after this one, so that none slips past.
        """
        until, number = page.split() if page else (_stamp(now), "1")
        found = _bulk(api, since, until, int(number))
        again = _bulk(api, since, until, int(number) - 1) if int(number) > 1 else []
        return [*again, *found], f"{until} {int(number) + 1}" if found else None

    def whole(orders: Sequence[Any]) -> bytes:
        return document({"currency": _currency(api, settings) if orders else "", "orders": orders})

    return pulled(cursor, now, search, _changed, whole)


def _bulk(api: Api, since: datetime, until: str, page: int) -> list[Any]:
    found = api.get("/orders/v2/ordersBulk", startDate=_stamp(since), endDate=until, pageSize=PAGE_ORDERS, page=page)
    if not isinstance(found, list):  # to go on from this would be to lose what changed
        raise Later(no_json("toast"))
    return found


def _changed(order: Any) -> datetime | None:
    return time_in(order.get("modifiedDate")) if isinstance(order, dict) else None


def _stamp(at: datetime) -> str:
    return text_of(at).replace("Z", "+0000")


def _currency(api: Api, settings: Settings) -> str:
    """As it is set, else as Toast has it; empty where the credentials may not read that."""
    if settings["currency"]:
        return settings["currency"]
    key = (settings["api_base"], settings["restaurant_guid"])
    return _currencies.get(key, lambda: _restaurants_currency(api, settings))


def _restaurants_currency(api: Api, settings: Settings) -> Token:
    found = api.perhaps(f"/restaurants/v1/restaurants/{part('toast', settings['restaurant_guid'])}")
    general = found.get("general") if isinstance(found, dict) else None
    code = str(general.get("currencyCode") or "") if isinstance(general, dict) else ""
    return Token(code, DAY_S if code else 0.0)


# -- who asks ---------------------------------------------------------------------------------------------------------
def _api(settings: Settings) -> Api:
    for name in ("client_id", "client_secret", "restaurant_guid"):
        if not settings[name]:
            raise Later(f"toast: {name} is missing; it stands in Toast Web under Manage credentials")
    account = (settings["api_base"], settings["client_id"], settings["client_secret"])

    def headers() -> dict[str, str]:
        token = _tokens.get(account, lambda: _login(settings))
        return {"Authorization": f"Bearer {token}", "Toast-Restaurant-External-ID": settings["restaurant_guid"]}

    return Api(
        "toast", settings["api_base"], headers, lambda: _tokens.forget(account), PER_S, lambda said: said["message"]
    )


def _login(settings: Settings) -> Token:
    asked = {"clientId": settings["client_id"], "clientSecret": settings["client_secret"]}
    try:
        answer = Api("toast", settings["api_base"]).ask(
            "POST", "/authentication/v1/authentication/login", json={**asked, "userAccessType": "TOAST_MACHINE_CLIENT"}
        )
        return Token(answer["token"]["accessToken"], float(answer["token"].get("expiresIn") or TOKEN_S))
    except (Expired, NotAllowed, Unknown, Unfit) as error:
        raise Later(
            "toast: client_id or client_secret is refused: were they deleted, or the secret rotated?"
        ) from error
    except (LookupError, TypeError, ValueError) as error:
        raise Later("toast: the API gave no token; is api_base right?") from error


# -- is all well? -----------------------------------------------------------------------------------------------------
def check(settings: Settings) -> list[str]:
    """Toast has no way to ask whether a webhook's subscription still stands."""
    try:
        api = _api(settings)
        return _restaurant(api, settings) or _money(api, settings)
    except Later as trouble:
        return [trouble.message]


def _restaurant(api: Api, settings: Settings) -> list[str]:
    own, known = settings["restaurant_guid"], _known(api)
    if known and own not in known:
        return [f"toast: there is no restaurant_guid {own}; these credentials see {', '.join(known.values())}"]
    try:
        _bulk(api, EPOCH, _stamp(EPOCH + timedelta(seconds=1)), 1)
    except (NotAllowed, Unknown, Unfit):
        return [f"toast: these credentials may not read the orders of {own}: they need this location and orders:read"]
    return []


def _known(api: Api) -> dict[str, str]:
    """GUID → GUID and name; empty where the credentials may not read that."""
    found = api.perhaps("/partners/v1/restaurants")
    places = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    ids = [(str(one.get("restaurantGuid", "")), one.get("restaurantName")) for one in places]
    return {id: f"{id} ({name})" for id, name in ids}


def _money(api: Api, settings: Settings) -> list[str]:
    if _currency(api, settings):
        return []
    return ["toast: set currency, such as USD: these credentials may not ask for it (scope restaurants:read)"]
