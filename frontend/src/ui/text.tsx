/** Text of people and menus: each script gets its own leading, whatever language stands around it. */

const RUNS = /([\p{Script=Myanmar}]+(?:\s+[\p{Script=Myanmar}]+)*)|([\p{Script=Arabic}]+(?:\s+[\p{Script=Arabic}]+)*)/u;

/** Nothing is parsed here: a run of one script is marked as such, and every character stays where it is. */
export function Text({ children }: { children: string }) {
  const parts = children.split(RUNS); // plain, Burmese, Arabic, plain, …
  return (
    <>
      {parts.map((part, i) => {
        if (part === undefined || part === "") return null;
        if (i % 3 === 0) return part;
        return <span lang={i % 3 === 1 ? "my" : "ar"}>{part}</span>;
      })}
    </>
  );
}

/** A name on its own: isolated, so that it cannot turn what stands beside it. */
export function Name({ children }: { children: string }) {
  return (
    <bdi>
      <Text>{children}</Text>
    </bdi>
  );
}
