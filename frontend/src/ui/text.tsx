/** Text of people and menus: each script gets its own leading, whatever language stands around it. */

const BURMESE = /\p{Script=Myanmar}/u;
const ARABIC = /([\p{Script=Arabic}]+(?:\s+[\p{Script=Arabic}]+)*)/u;
/** Where the catalogue says that Burmese may be broken: a space or U+200B, and nothing else. */
const BREAK = /([ \u200b]+)/;

/** Nothing is parsed here: what is of one script is marked as such, and every character stays where it is. */
export function Text({ children }: { children: string }) {
  if (!BURMESE.test(children)) return <Arabic>{children}</Arabic>;
  return (
    <>
      {children.split(BREAK).map((part) =>
        BURMESE.test(part) ? (
          <span lang="my" class="phrase">
            {part}
          </span>
        ) : (
          <Arabic>{part}</Arabic>
        ),
      )}
    </>
  );
}

function Arabic({ children }: { children: string }) {
  return <>{children.split(ARABIC).map((part, i) => (i % 2 === 0 ? part : <span lang="ar">{part}</span>))}</>;
}

/** A name on its own: isolated, so that it cannot turn what stands beside it. */
export function Name({ children }: { children: string }) {
  return (
    <bdi>
      <Text>{children}</Text>
    </bdi>
  );
}
