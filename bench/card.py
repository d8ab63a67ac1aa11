"""`python -m bench.card`: when the customer's card shows its code, on a slow phone and network, beside its floor.

The floor is what any page costs there: one small file asked for and painted (the card's own icon), in the same
browser with the same brakes, in turns. A first visit has nothing on the phone; a return finds what the page keeps.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page
from rich.console import Console

from bench import servers
from bench.chromium import chromium
from bench.machine import Machine, describe
from bench.target import enrolment

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 3}
SLOWER = 4  # of the processor
SLOW_4G = {"offline": False, "latency": 562.5, "downloadThroughput": 180_000, "uploadThroughput": 84_375}
SETTLE_MS = 4_000  # until everything is kept
TURNS = 5
# From the moment at which the page was asked for until the code is in a frame that was painted.
PAINTED = """
window.painted = new Promise((done) => {
  const look = () =>
    document.querySelector("svg.qr, svg > *") === null
      ? requestAnimationFrame(look)
      : requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0));
  look();
});
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.card")
    parser.add_argument("--turns", type=int, default=TURNS)
    turns = parser.parse_args().turns
    with tempfile.TemporaryDirectory(prefix="bench-card-") as directory:
        with servers.product(Path(directory), 1) as target, chromium() as browser:
            url = f"http://127.0.0.1:{target.port}"
            answer = httpx.post(
                f"{url}/v1/customers", content=enrolment(0), headers={"Authorization": f"Bearer {target.owner_key}"}
            )
            card = answer.raise_for_status().json()["card_url"]
            address = f"{url}/card.html#{card.partition('#')[2]}"
            found = [_turn(browser, address, f"{url}/card-icon.svg") for _ in range(turns)]
        text = _table(found, describe(Path(directory)))
    path = Path(__file__).parent / "results" / "card.md"
    path.write_text(text, encoding="utf-8")
    Console().print(text)


def _turn(browser: Browser, card: str, icon: str) -> dict[str, float]:
    context = browser.new_context(**PHONE)
    try:
        page = context.new_page()
        page.add_init_script(PAINTED)
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        session.send("Network.emulateNetworkConditions", SLOW_4G)
        sizes: list[int] = []
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda it: sizes.append(int(it["encodedDataLength"])))
        floor = _open(page, icon)
        sizes.clear()
        first = _open(page, card)
        page.wait_for_timeout(SETTLE_MS)
        size = sum(sizes)
        back = _open(page, card)
        return {"floor, ms": floor, "first, ms": first, "return, ms": back, "first, bytes": size}
    finally:
        context.close()


def _open(page: Page, url: str) -> float:
    page.goto("about:blank")
    page.goto(url, wait_until="commit")
    return float(page.evaluate("window.painted"))


def _table(found: list[dict[str, float]], machine: Machine) -> str:
    floor = statistics.median(one["floor, ms"] for one in found)
    rows = ["| what | median | worst | × floor |", "|---|---:|---:|---:|"]
    for name in found[0]:
        values = [one[name] for one in found]
        middle = statistics.median(values)
        ratio = f"{middle / floor:.2f}" if name.endswith("ms") else ""
        rows.append(f"| {name} | {middle:,.0f} | {max(values):,.0f} | {ratio} |")
    brakes = f"processor ÷ {SLOWER}, {SLOW_4G['latency']} ms a request, {SLOW_4G['downloadThroughput']:,} bytes/s"
    on = f"{machine.cores} cores ({machine.cpu}), load {machine.load_before} before"
    said = (__doc__ or "").partition("\n")[2].strip()
    head = f"# The card on a slow phone\n\n{said}\n\nBrakes: {brakes}. {len(found)} turns; {on}.\n\n"
    return head + "\n".join(rows) + "\n"


if __name__ == "__main__":
    main()
