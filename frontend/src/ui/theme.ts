/** Light or dark: as somebody chose on this machine, else as the system says. */

type Theme = "light" | "dark";

const KEPT = "regulars.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

export function follow(): void {
  show();
  dark.addEventListener("change", show);
}

export function toggle(): void {
  localStorage.setItem(KEPT, current() === "dark" ? "light" : "dark");
  show();
}

function show(): void {
  document.documentElement.dataset["theme"] = current();
}

function current(): Theme {
  const chosen = localStorage.getItem(KEPT);
  if (chosen === "light" || chosen === "dark") return chosen;
  return dark.matches ? "dark" : "light";
}
