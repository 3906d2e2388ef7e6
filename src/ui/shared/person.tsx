import type { JSX } from "preact";
import { formatList } from "./format.ts";

/** A name and its address, each isolated so that neither can turn the other's direction; the address is never shortened. */
export function Person({ name, address }: { name: string | null; address: string }): JSX.Element {
  if (!name || name === address) return <bdi class="address">{address}</bdi>;
  return (
    <span class="person">
      <bdi>{name}</bdi> <bdi class="address">&lt;{address}&gt;</bdi>
    </span>
  );
}

/** People in a row, each one isolated. */
export function People({ people }: { people: { name: string | null; address: string }[] }): JSX.Element {
  return (
    <>
      {people.map((person, index) => (
        <span key={`${index} ${person.address}`} class="people-item">
          <Person {...person} />
          {index < people.length - 1 && <span class="people-comma">,</span>}{" "}
        </span>
      ))}
    </>
  );
}

/** Names as a sentence part, for messages that name several people. */
export function names(people: { name: string | null; address: string }[]): string {
  return formatList(people.map(({ name, address }) => name ?? address));
}
