/** Puts the card into the wallet of a phone: a button for each that the shop can make passes for. */
import { createContext } from "preact";
import { useContext, useState } from "preact/hooks";

import { call } from "../api";
import { Icon } from "../ui/icons";
import type { Wallet, WalletLink } from "../wire";
import { language, words } from "../words";

/** The card's own token. It is sent along when a link is asked for, and never stands in an address. */
export const Token = createContext("");

export function Wallets({ wallets }: { wallets: readonly Wallet[] }) {
  const token = useContext(Token);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  if (wallets.length === 0) return null;

  const open = async (wallet: Wallet): Promise<void> => {
    setBusy(true);
    const path = `/v1/card/wallet/${wallet}?${new URLSearchParams({ language: language() })}`;
    const answer = await call<WalletLink>("POST", path, { key: token });
    setBusy(false);
    setFailed(answer.kind !== "ok");
    if (answer.kind === "ok") location.assign(answer.value.url); // Safari takes a pass only where it is led to
  };

  return (
    <div class="wallets">
      {wallets.map((wallet) => (
        <button key={wallet} type="button" disabled={busy} onClick={() => void open(wallet)}>
          <Icon name="card" />
          {words(`screen.card.wallet.${wallet}`)}
        </button>
      ))}
      <p role="status">{failed && words("screen.card.wallet.failed")}</p>
    </div>
  );
}
