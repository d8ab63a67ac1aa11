/** What is given away unasked: the week's number, what it cost, and whether chance alone may have spread it so. */
import { useState } from "preact/hooks";

import { digitsOf, money } from "../money";
import { Text } from "../ui/text";
import type { BudgetView, Surprises as Told } from "../wire";
import { words } from "../words";
import { surprisesAnswer } from "./answers";
import { type Props, Section, Stale } from "./panel";

export function Surprises({ state, happen }: Props) {
  const { value } = state.pieces.surprises;
  return (
    <Section
      id="surprises"
      question={words("screen.owner.surprises.question")}
      answer={value === null ? null : surprisesAnswer(value)}
    >
      <Stale state={state} happen={happen} piece={state.pieces.surprises} />
      {value !== null && <Figures told={value} />}
      {value !== null && <Budget key={stamp(state.shop, value.budget)} state={state} happen={happen} told={value} />}
      <p class="note">{words("screen.owner.surprises.note")}</p>
    </Section>
  );
}

/** Another shop, or another budget: the fields begin anew. */
function stamp(shop: string, budget: BudgetView | null): string {
  return [shop, budget?.a_week, budget?.cost, budget?.beyond].join(" ");
}

function Figures({ told }: { told: Told }) {
  const { currency, people, top, fair } = told;
  const cost = (minor: number): string => money(minor, currency);
  if (told.given_weeks + told.perks_weeks === 0) return null;
  return (
    <>
      <dl class="sums figures">
        <Sum name={words("screen.owner.surprises.week")} value={cost(told.cost_week)} />
        <Sum name={words("screen.owner.surprises.weeks")} value={cost(told.cost_weeks)} />
        <Sum name={words("screen.owner.surprises.perks")} value={`${told.perks_weeks} · ${cost(told.perks_cost)}`} />
      </dl>
      {told.given_weeks > 0 && (
        <>
          <p>{words("screen.owner.surprises.top", { people, given: told.given_weeks, top, fair })}</p>
          <h3>{words("screen.owner.surprises.staff")}</h3>
          <dl class="sums figures">
            {told.staff.map(({ staff, given }) => (
              <Sum key={staff} name={staff ?? words("screen.owner.surprises.nobody")} value={String(given)} />
            ))}
          </dl>
          <h3>{words("screen.owner.surprises.when")}</h3>
          <dl class="sums figures">
            {told.parts.map(({ part, given, visits }) => (
              <Sum
                key={part}
                name={words(`screen.owner.surprises.part.${part}`)}
                value={words("screen.owner.surprises.share", { given, visits })}
              />
            ))}
          </dl>
        </>
      )}
    </>
  );
}

function Sum({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>
        <Text>{name}</Text>
      </dt>
      <dd>{value}</dd>
    </div>
  );
}

const A_WEEK_MAX = 1_000;

/** Money is written as the shop writes it, and sent in its minor unit. */
function Budget({ state, happen, told }: Props & { told: Told }) {
  const { budget, currency } = told;
  const unit = 10 ** digitsOf(currency);
  const [aWeek, setAWeek] = useState(String(budget?.a_week ?? 0));
  const [cost, setCost] = useState(String((budget?.cost ?? 0) / unit));
  const [beyond, setBeyond] = useState(budget?.beyond ?? false);
  const save = (event: SubmitEvent): void => {
    event.preventDefault();
    happen({ kind: "budget", a_week: Math.round(Number(aWeek)), cost: Math.round(Number(cost) * unit), beyond });
  };
  return (
    <form class="budget" onSubmit={save}>
      <label>
        {words("screen.owner.surprises.a-week")}
        <input type="number" min={0} max={A_WEEK_MAX} required value={aWeek} onInput={(e) => setAWeek(e.currentTarget.value)} />
      </label>
      <label>
        {words("screen.owner.surprises.cost")} ({currency})
        <input type="number" min={0} step={1 / unit} required value={cost} onInput={(e) => setCost(e.currentTarget.value)} />
      </label>
      <label class="allow">
        <input type="checkbox" checked={beyond} onChange={(e) => setBeyond(e.currentTarget.checked)} />
        {words("screen.owner.surprises.beyond")}
      </label>
      <button type="submit" class="btn" disabled={state.busy}>
        {words("screen.owner.surprises.save")}
      </button>
    </form>
  );
}
