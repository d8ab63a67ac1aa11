/** Signing in by name and password, and the set-up link that sets them. */
import { Band } from "../ui/band";
import { words } from "../words";
import { Brand } from "./brand";
import { type OwnerEvent, type OwnerState, PASSWORD_MIN } from "./state";

interface Props<K extends OwnerState["kind"]> {
  readonly state: Extract<OwnerState, { readonly kind: K }>;
  readonly happen: (event: OwnerEvent) => void;
}

export function SetUp({ state, happen }: Props<"set-up">) {
  const problem = state.problem === null ? "" : words(`screen.owner.setup.${state.problem}`);
  return (
    <Alone title={words("screen.owner.setup.title")} sub={words("screen.owner.setup.sub")}>
      <Form kind="set-up" busy={state.busy} problem={problem} happen={happen} />
    </Alone>
  );
}

export function SignIn({ state, happen }: Props<"locked">) {
  const said = state.why === "sign-in" ? "" : words(`screen.owner.locked.${state.why}`);
  const typed = state.why === "wrong" || state.why === "slow"; // what was typed is told beside it; how one came here, first
  return (
    <Alone title={words("screen.owner.sign-in.title")} reason={typed ? "" : said} sub={words("screen.owner.sign-in.sub")}>
      <Form kind="sign-in" busy={state.busy} problem={typed ? said : ""} happen={happen} />
    </Alone>
  );
}

interface AloneProps {
  readonly title: string;
  readonly reason?: string;
  readonly sub: string;
  readonly children?: preact.ComponentChildren;
}

export function Alone({ title, reason = "", sub, children }: AloneProps) {
  return (
    <div class="alone greet">
      <Band cloth="greet" />
      <main>
        <Brand />
        <h1>{title}</h1>
        {reason !== "" && (
          <p class="lede reason" role="status">
            {reason}
          </p>
        )}
        <p class="lede">{sub}</p>
        {children}
      </main>
    </div>
  );
}

interface FormProps {
  readonly kind: "sign-in" | "set-up";
  readonly busy: boolean;
  readonly problem: string;
  readonly happen: (event: OwnerEvent) => void;
}

function Form({ kind, busy, problem, happen }: FormProps) {
  const fresh = kind === "set-up";
  return (
    <form
      class="sign"
      onSubmit={(event) => {
        event.preventDefault();
        const given = new FormData(event.currentTarget);
        happen({ kind, login: String(given.get("login") ?? ""), password: String(given.get("password") ?? "") });
      }}
    >
      <label>
        {words("screen.owner.sign-in.login")}
        <input name="login" autocomplete="username" required maxLength={254} spellcheck={false} autocapitalize="none" />
      </label>
      <label>
        {words(fresh ? "screen.owner.setup.password" : "screen.owner.sign-in.password")}
        <input
          name="password"
          type="password"
          autocomplete={fresh ? "new-password" : "current-password"}
          required
          minLength={fresh ? PASSWORD_MIN : undefined}
          maxLength={200}
          aria-describedby="sign-problem"
        />
      </label>
      <p id="sign-problem" class="problem" role="alert">
        {problem}
      </p>
      <button type="submit" class="btn yes" disabled={busy}>
        {words(fresh ? "screen.owner.setup.go" : "screen.owner.sign-in.go")}
      </button>
    </form>
  );
}
