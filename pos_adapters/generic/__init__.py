"""Generic: sales that somebody's own script or till pushes as JSON, signed by Standard Webhooks."""

from __future__ import annotations

from pos_adapters.base import Adapter, Setting
from pos_adapters.checklist import checklist
from pos_adapters.generic.pushed import parse
from pos_adapters.generic.signing import secret, sign, verify
from pos_adapters.hooks import PUBLIC_URL
from pos_adapters.plain import SHOP_NAME

# Neither `fetch` nor `pull`: there is nobody to ask. Whoever pushes keeps what was not answered with 200, and sends it
# again.
ADAPTER = Adapter(
    vendor="generic",
    title="Generic: JSON pushed by a script or till of your own",
    settings=(
        Setting(
            "signing_secret", "whsec_… in base64, as your script signs with it", required=True, secret=True, fits=secret
        ),
        Setting("source", "tills that count their receipts apart need a source each", default="generic"),
        SHOP_NAME,
        PUBLIC_URL,
    ),
    checklist=checklist(__name__),
    verify=verify,
    parse=parse,
    sign=sign,
)
