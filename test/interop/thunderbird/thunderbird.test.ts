import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makePeople, P256, RSA } from "../support/people.ts";
import { makeMessages, type Messages, SUBJECT, TEXT, type Who } from "./messages.ts";
import { type Line, page, type WrittenLine } from "./page.ts";
import { badRows, goodRows, type Row } from "./rows.ts";
import { show, type Shown } from "./show.ts";
import { startThunderbird, type Thunderbird } from "./start.ts";
import { textSeen } from "./text-seen.ts";
import { write } from "./write.ts";
import { inspectAs, writtenRows } from "./written-rows.ts";

const people = makePeople();
const others = makePeople();
const who: Who = { alice: people.make("alice", RSA), bob: people.make("bob", RSA), carol: people.make("carol", P256), stranger: others.make("stranger", RSA) };
const good: Line[] = [];
const bad: Line[] = [];
const written: WrittenLine[] = [];
let messages: Messages;
let stop: (() => Promise<void>) | undefined;
let thunderbird: Thunderbird;

beforeAll(async () => {
  messages = makeMessages(people, who);
  thunderbird = await startThunderbird(people, [who.bob, who.carol]);
  stop = thunderbird.stop;
  console.log(`Thunderbird ${thunderbird.version}`);
}, 120_000);

afterAll(async () => {
  await stop?.();
  people.remove();
  others.remove();
}, 30_000);

async function open(row: Row, lines: Line[]): Promise<Shown> {
  const shown = await show(thunderbird, await row.make(messages));
  lines.push({ row, shown });
  return shown;
}

const byTitle = <T extends { title: string }>(rows: T[]) => rows.map((row) => [row.title, row] as const);
const subject = (row: Row): string => (row.subject === "ours" ? SUBJECT : row.subject);

describe("Thunderbird opens what we write, and shows it as signed and encrypted (CO-01, CO-11, HP-05)", () => {
  it.each(byTitle(goodRows(who)))("%s", async (_title, row) => {
    const shown = await open(row, good);
    expect(shown).toMatchObject({ signature: { icon: row.signature }, encryption: { icon: row.encryption }, subject: subject(row) });
    expect(textSeen(shown)).toBe(row.text);
    if (row.signature === "ok") expect(shown.signature.explanation).toContain("This message includes a valid digital signature.");
    if (row.encryption === "ok") expect(shown.encryption.label).toBe("Message Is Encrypted");
  });
});

describe("Thunderbird does not show as good", () => {
  it.each(byTitle(badRows(who)))("%s", async (_title, row) => {
    const shown = await open(row, bad);
    expect(shown.signature.icon).not.toBe("ok");
    expect(shown.signature.label).not.toBe("Message Is Signed");
    expect(shown.encryption.icon === "ok").toBe(row.encryption === "ok");
    expect(textSeen(shown)).toBe(row.text);
  });
});

describe("we read what Thunderbird writes (CO-01)", () => {
  it.each(byTitle(writtenRows(who)))("%s", async (_title, row) => {
    const { to, sign, encrypt } = row;
    const path = await write(thunderbird, who.bob, to, { subject: SUBJECT, text: `${TEXT}\n`, sign, encrypt });
    const inspected = inspectAs(people, to, path);
    written.push({ row, inspected });
    expect(inspected).toMatchObject({
      summary: { signed: sign ? "verified" : "none", encrypted: encrypt ? "decrypted" : "none", author: sign ? "bob@example.test" : null },
      headers: { subject: SUBJECT }, body: { text: `${TEXT}\n` }, problems: sign ? [] : ["smime.no-integrity"],
    });
    expect(inspected.layers.find(({ type }) => type === "enveloped-data")?.keyTransport).toBe(row.keyTransport);
  });
});

it("what Thunderbird shows is what the documentation says", async () => {
  await expect(page(good, bad, written)).toMatchFileSnapshot("../../../docs/interop-thunderbird.md");
});

it("Thunderbird asked nobody on the network", () => {
  expect(thunderbird.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([]);
});
