/** Who works here, and whose card is their own. */
import { Icon } from "../ui/icons";
import { Name } from "../ui/text";
import type { MemberRow } from "../wire";
import { PIN_DIGITS_MAX, STAFF_NAME_CHARS_MAX } from "../wire";
import { rich, words } from "../words";
import { many } from "./answers";
import { Limits } from "./limits";
import { type Props, Section, Stale } from "./panel";
import { Picks } from "./picks";
import { Find } from "./regulars";

const PICKS_MAX = 5;

export function Crew({ state, happen }: Props) {
  const { value } = state.pieces.staff;
  const n = value?.staff.length ?? 0;
  const answer = n === 0 ? words("screen.owner.staff.none") : many("screen.owner.staff.answer", n);
  return (
    <Section id="staff" question={words("screen.owner.staff.question")} answer={value === null ? null : answer}>
      <Stale state={state} happen={happen} piece={state.pieces.staff} />
      <ul class="few crew">
        {value?.staff.map((one) => (
          <Member key={one.id} one={one} state={state} happen={happen} />
        ))}
      </ul>
      <Add state={state} happen={happen} />
      <Told state={state} />
      <Limits state={state} happen={happen} />
      <p class="note">{words("screen.owner.staff.note")}</p>
    </Section>
  );
}

/** What became of the last change, beside what was changed. */
function Told({ state: { crew } }: Pick<Props, "state">) {
  const { told } = crew;
  if (told === null) return <p class="problem" role="status" />;
  return (
    <p class={told === "done" ? "problem done" : "problem"} role="status">
      {words(told === "done" ? "screen.owner.staff.done" : `screen.owner.staff.problem.${told}`)}
    </p>
  );
}

interface OneProps extends Props {
  readonly one: MemberRow;
}

function Member({ one, state, happen }: OneProps) {
  const open = state.crew.editing === one.id;
  return (
    <li>
      <span class="said">
        <b title={one.name}>
          <Name>{one.name}</Name>
        </b>
        <small>{own(one)}</small>
        {state.shops.length > 1 && <small>{shopName(state.shops, one.shop)}</small>}
      </span>
      <button type="button" class="btn" aria-expanded={open} onClick={() => happen({ kind: "edit-member", member: open ? null : one.id })}>
        <Icon name="edit" />
        {words(open ? "screen.owner.staff.leave" : "screen.owner.staff.edit")}
        <span class="unseen">
          {" "}
          <Name>{one.name}</Name>
        </span>
      </button>
      {open && <Edit one={one} state={state} happen={happen} />}
    </li>
  );
}

function own({ customer }: MemberRow) {
  if (customer === null) return words("screen.owner.staff.no-card");
  return rich("screen.owner.staff.card", { name: <Name>{customer.name}</Name> });
}

function shopName(shops: Props["state"]["shops"], shop: string | null): string {
  if (shop === null) return words("screen.owner.staff.everywhere");
  return shops.find(({ id }) => id === shop)?.name ?? "";
}

function Edit({ one, state, happen }: OneProps) {
  return (
    <div class="pick">
      <form
        class="crewing"
        onSubmit={(event) => {
          event.preventDefault();
          const given = new FormData(event.currentTarget);
          const body = { name: String(given.get("name")), shop: chosen(given, one.shop), customer: one.customer?.id ?? null };
          happen({ kind: "change-member", member: one.id, body });
        }}
      >
        <NameField value={one.name} />
        <ShopField state={state} value={one.shop} />
        <button type="submit" class="btn yes" disabled={state.busy}>
          {words("screen.owner.staff.save")}
        </button>
      </form>
      <form
        class="crewing"
        onSubmit={(event) => {
          event.preventDefault();
          happen({ kind: "new-pin", member: one.id, pin: String(new FormData(event.currentTarget).get("pin")) });
        }}
      >
        <PinField label={words("screen.owner.staff.new-pin")} />
        <button type="submit" class="btn" disabled={state.busy}>
          {words("screen.owner.staff.set-pin")}
        </button>
      </form>
      <Card one={one} state={state} happen={happen} />
      <p class="bts">
        <button type="button" class="btn bad" disabled={state.busy} onClick={() => happen({ kind: "end-member", member: one.id })}>
          {words("screen.owner.staff.end")}
        </button>
      </p>
    </div>
  );
}

/** Whose card it is, is chosen from those who fit; nobody is chosen by half a name. */
function Card({ one, state, happen }: OneProps) {
  const people = state.crew.text.trim() === "" ? [] : (state.pieces.pick.value?.people.slice(0, PICKS_MAX) ?? []);
  const give = (customer: string | null): void =>
    happen({ kind: "change-member", member: one.id, body: { name: one.name, shop: one.shop, customer } });
  return (
    <>
      <Find text={state.crew.text} label={words("screen.owner.staff.whose-card")} seek={(text) => happen({ kind: "sought-card", text })} />
      <Picks people={people} label={words("screen.owner.staff.theirs")} busy={state.busy} take={give} />
      {one.customer !== null && (
        <button type="button" class="link" disabled={state.busy} onClick={() => give(null)}>
          {words("screen.owner.staff.not-card")}
        </button>
      )}
    </>
  );
}

function Add({ state, happen }: Props) {
  return (
    <form
      key={state.pieces.staff.value?.staff.length}
      class="crewing"
      onSubmit={(event) => {
        event.preventDefault();
        const given = new FormData(event.currentTarget);
        const body = { name: String(given.get("name")), pin: String(given.get("pin")), shop: chosen(given, null), customer: null };
        happen({ kind: "employ", body });
      }}
    >
      <NameField value="" />
      <PinField label={words("screen.owner.staff.pin")} />
      <ShopField state={state} value={null} />
      <button type="submit" class="btn" disabled={state.busy}>
        <Icon name="plus" />
        {words("screen.owner.staff.add")}
      </button>
    </form>
  );
}

function chosen(given: FormData, otherwise: string | null): string | null {
  const shop = given.get("shop");
  return shop === null ? otherwise : String(shop) || null;
}

function NameField({ value }: { value: string }) {
  return (
    <label>
      {words("screen.owner.staff.person")}
      <input name="name" defaultValue={value} maxLength={STAFF_NAME_CHARS_MAX} dir="auto" autocomplete="off" required />
    </label>
  );
}

/** Seen while it is typed: the owner tells it to whoever will use it. */
function PinField({ label }: { label: string }) {
  return (
    <label>
      {label}
      <input name="pin" inputMode="numeric" maxLength={PIN_DIGITS_MAX} dir="ltr" autocomplete="off" required />
    </label>
  );
}

function ShopField({ state, value }: { state: Props["state"]; value: string | null }) {
  if (state.shops.length < 2) return null;
  return (
    <label>
      {words("screen.owner.staff.shop")}
      <select name="shop" defaultValue={value ?? ""}>
        <option value="">{words("screen.owner.staff.everywhere")}</option>
        {state.shops.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
