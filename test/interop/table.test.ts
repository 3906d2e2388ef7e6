import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bouncyCastle } from "./table/bouncy-castle.ts";
import { type Filled, fillRow } from "./table/fill.ts";
import { gpgsm } from "./table/gpgsm.ts";
import { markdown } from "./table/markdown.ts";
import { nss } from "./table/nss.ts";
import { openssl } from "./table/openssl.ts";
import type { Program } from "./table/program.ts";
import { makeIdentities, makeRows } from "./table/rows.ts";
import { makePeople } from "./support/people.ts";

const people = makePeople();
const who = makeIdentities(people);
const rows = makeRows(who);
/** No program here knows these; see test/unit/cms/open.test.ts and test/interop/cms-openssl-enveloped.test.ts. */
const nobodyElse = ["chacha20-poly1305", "X25519, HKDF with SHA-256"];
const filled: Filled[] = [];
let programs: Program[] = [];

beforeAll(() => {
  const { alice, bob, p256, p384, p521 } = who;
  programs = [openssl(people), gpgsm(people, Object.values(who)), nss(people, [alice, bob, p256, p384, p521]), bouncyCastle(people)];
}, 120_000);

afterAll(() => {
  for (const program of programs) program.stop();
  people.remove();
});

describe("the interoperability table", () => {
  it.each(rows.map((row) => [`${row.section}: ${row.title}`, row] as const))("%s", async (_name, row) => {
    const one = await fillRow(row, programs, people, who);
    filled.push(one);
    const cells = [...one.readThere, ...one.readHere];
    expect(cells.filter(([, { state }]) => state === "failed")).toEqual([]);
    // A row that nobody else reads or writes would prove nothing: two such are tested against Node's primitives instead.
    expect(cells.some(([, { state }]) => state === "passed")).toBe(!nobodyElse.includes(row.title));
  });

  it("is the one of the documentation", async () => {
    await expect(markdown(filled, programs.map(({ name }) => name))).toMatchFileSnapshot("../../docs/interop.md");
  });
});
