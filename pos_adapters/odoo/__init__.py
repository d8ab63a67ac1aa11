"""Odoo's point of sale: webhooks that only point, and orders by JSON-RPC."""

from __future__ import annotations

from dataclasses import replace

from pos_adapters.base import Adapter, Setting
from pos_adapters.checklist import checklist
from pos_adapters.hooks import POLL_S, PUBLIC_URL, api_base
from pos_adapters.odoo import api, orders
from pos_adapters.tills import TILLS

ADAPTER = Adapter(
    vendor="odoo",
    title="Odoo: automation webhooks, and orders by JSON-RPC",
    settings=(
        replace(api_base(""), help="your Odoo's address, such as https://mycafe.odoo.com", required=True),
        Setting("database", "the database's name; at odoo.com the first part of the address", required=True),
        Setting("login", "the user to sign in as", required=True),
        Setting("api_key", "that user's API key", required=True, secret=True),
        Setting("config_id", "which points of sale belong to this shop, by their numbers, such as 2, 3; else all"),
        Setting("tip_product_id", "the product that is the tip; else what the point of sale says"),
        Setting(
            "size_names",
            "what the attribute is called that is a size; every other is a modifier",
            default="Size, Größe, Taille, Tamaño, Taglia, Tamanho, Maat, Storlek",
        ),
        TILLS,
        PUBLIC_URL,
        POLL_S,
    ),
    checklist=checklist(__name__),
    verify=lambda headers, raw, settings, now: "hint",  # nobody signs it: what it points to is asked for
    parse=orders.parse,
    fetch=api.fetch,
    pull=api.pull,
    check=api.check,
    sign=lambda raw, settings, now: {"content-type": "application/json"},
)
