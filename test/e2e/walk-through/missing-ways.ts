import { setTimeout as sleep } from "node:timers/promises";
import { poll } from "../driver/wait.ts";
import type { Frame } from "../driver/driver.ts";
import type { Person } from "../people/person.ts";
import { openComposer, write } from "../people/write.ts";
import { randomWord } from "../people/words.ts";
import { header, leaves, opensslDecrypt, opensslRecipients, opensslVerify } from "./evidence.ts";
import { must, mustBe, type Stage } from "./step.ts";

const test = (name: string): string => `[data-test="${name}"]`;

/** The composer's name for each way on besides Back. */
export type Way = "leave-out" | "unreadable" | "clear";

/** What the composer asks when somebody cannot receive encrypted mail. */
export interface Asked {
  title: string;
  people: string;
  /** Words of each way that is offered. */
  ways: Partial<Record<Way, string>>;
}

/** Presses Send and waits for the question who cannot read it. */
export async function askAboutMissing(composer: Frame): Promise<Asked> {
  // The composer takes no click on what was not seen for a moment (architecture §2, "Clicks can be stolen").
  await sleep(1000);
  await composer.click(test("send"));
  await composer.waitFor(test("missing-people"));
  return composer.evaluate(() => {
    const dialog = document.querySelector<HTMLElement>('[data-test="missing-dialog"]');
    const ways = Array.from(dialog?.querySelectorAll<HTMLElement>("label.way") ?? [], (way) => [way.querySelector("input")?.value ?? "", way.innerText.trim()]);
    return {
      title: dialog?.querySelector("h2, h1")?.textContent?.trim() ?? "",
      people: dialog?.querySelector<HTMLElement>('[data-test="missing-people"]')?.innerText ?? "",
      ways: Object.fromEntries(ways) as Record<string, string>,
    };
  });
}

/** Reads the window that Firefox confirms in, and says yes there; answers its words about protection. */
async function confirmInOurWindow({ driver }: Person, way: Way): Promise<string> {
  const window = await driver.waitForPage(/\/confirm\.html/);
  const said = await window.text(test("confirm-protection"));
  const whole = await window.evaluate(() => document.querySelector("main")?.innerText ?? "");
  if (way === "clear") must(said.includes("anyone on the way can read it"), `the window says "${said}"`);
  else must(whole.includes("cannot read it: dave@lab.test"), `the window does not say that Dave cannot read it: ${whole}`);
  await window.click(test("confirm-yes"));
  return said.replace(/\s+/g, " ").trim();
}

/** What one way led to: the composer's words and what Dovecot stored. */
interface Sent {
  word: string;
  said: string;
  confirmed: string | null;
  /** What arrived for each, null if nothing did. */
  arrived: Record<"bob" | "dave", Buffer | null>;
}

/** Writes to Bob and Dave, signed and encrypted, presses Send, takes the way, and waits for what came of it. */
async function take(stage: Stage, way: Way): Promise<Sent> {
  const { lab } = stage;
  const alice = await stage.person("alice");
  const word = randomWord();
  const inbox = (who: string) => lab.storedMessages(who, "INBOX");
  const before = { bob: (await inbox("bob")).length, dave: (await inbox("dave")).length };
  const composer = await openComposer(alice);
  await write(composer, { to: ["bob@lab.test"], subject: `Way ${word}`, text: `This way: ${word}`, sign: true, encrypt: true });
  await composer.type(test("to-input"), "dave@lab.test");
  await composer.press("Enter");
  await composer.waitFor(`${test("chip")}[data-address="dave@lab.test"][data-state="none"]`);
  await askAboutMissing(composer);
  await composer.click(test(`missing-${way}`));
  await stage.picture(alice.page, `dave-${way}`);
  await sleep(1000);
  await composer.click(test("missing-continue"));
  const confirmed = stage.browser === "firefox" && way !== "leave-out" ? await confirmInOurWindow(alice, way) : null;
  await alice.page.activate();
  await composer.waitFor(`${test("result")}, ${test("problem")}`, { timeout: 60_000 });
  must(await composer.exists(`${test("result")}[data-state="sent"]`), `${way}: not sent: ${await composer.text(`${test("result")}, ${test("problem")}`)}`);
  const said = (await composer.text(test("status"))).trim();
  await composer.click(test("result-close"));

  const expected = { bob: 1, dave: way === "leave-out" ? 0 : 1 };
  const grown = async (who: "bob" | "dave") => ((await inbox(who)).length - before[who] >= expected[who] ? true : null);
  for (const who of ["bob", "dave"] as const) await poll(() => grown(who), `${way}: ${who}'s message`, 20_000);
  const arrived = { bob: await inbox("bob"), dave: await inbox("dave") };
  for (const who of ["bob", "dave"] as const) mustBe(arrived[who].length - before[who], expected[who], `${way}: the number of messages that arrived for ${who}`);
  return { word, said, confirmed, arrived: { bob: arrived.bob.at(-1)?.raw ?? null, dave: expected.dave ? (arrived.dave.at(-1)?.raw ?? null) : null } };
}

/** What one way led to, in a line, and the word to look for. */
interface Taken {
  word: string;
  evidence: string;
}

/** Opens Bob's copy with his key; answers who signed what is inside. */
async function bobReads({ lab }: Stage, { arrived, word }: Sent): Promise<string> {
  must(arrived.bob, "nothing arrived for Bob");
  mustBe(header(arrived.bob, "subject"), "[...]", "the outer Subject");
  const { content, signer } = await opensslVerify(lab, await opensslDecrypt(lab, arrived.bob, "bob"));
  must(leaves(content.toString("latin1")).some(({ bytes }) => bytes.toString("utf8").includes(word)), "the decrypted text lacks what she typed");
  return signer;
}

async function leaveOut(stage: Stage): Promise<Taken> {
  const sent = await take(stage, "leave-out");
  mustBe(await bobReads(stage, sent), "alice@lab.test", "OpenSSL's signer of Bob's copy");
  must(!/^(to|cc|bcc):.*dave/im.test(sent.arrived.bob?.toString("latin1") ?? ""), "Bob's copy names Dave");
  return { word: sent.word, evidence: `"Leave out": ${sent.said}; Bob's copy opens with his key and is signed by alice@lab.test, Dave has got nothing` };
}

async function unreadable(stage: Stage): Promise<Taken> {
  const sent = await take(stage, "unreadable");
  mustBe(await bobReads(stage, sent), "alice@lab.test", "OpenSSL's signer of Bob's copy");
  must(sent.arrived.dave, "nothing arrived for Dave");
  const refusal = await opensslDecrypt(stage.lab, sent.arrived.dave, "dave").then(() => "", (error: unknown) => String(error).replace(/^Error: openssl cms: /, ""));
  must(refusal.startsWith("Error decrypting CMS"), `openssl cms -decrypt with Dave's key says "${refusal}"`);
  const readers = await opensslRecipients(stage.lab, sent.arrived.dave, stage.lab.people);
  mustBe(readers.join(), "alice,bob", "whose keys OpenSSL says it is for");
  await opensslDecrypt(stage.lab, sent.arrived.dave, "bob");
  return { word: sent.word, evidence: `"Send encrypted to all": ${sent.said}; ${confirmedWords(sent)}Dave has the same ciphertext as Bob: OpenSSL says that it is for ${readers.join(" and ")}; with Dave's key "${refusal}", with Bob's it opens` };
}

async function clear(stage: Stage): Promise<Taken> {
  const sent = await take(stage, "clear");
  for (const who of ["bob", "dave"] as const) {
    const raw = sent.arrived[who];
    must(raw, `nothing arrived for ${who}`);
    mustBe(header(raw, "subject"), `Way ${sent.word}`, `${who}'s Subject`);
    must(leaves(raw.toString("latin1")).some(({ type, bytes }) => type === "text/plain" && bytes.toString("utf8").includes(sent.word)), `${who} cannot read the text`);
    mustBe((await opensslVerify(stage.lab, raw)).signer, "alice@lab.test", `OpenSSL's signer of ${who}'s copy`);
  }
  return { word: sent.word, evidence: `"Send to everyone without encryption": ${sent.said}; ${confirmedWords(sent)}Bob and Dave both have it readable, and openssl cms -verify says it is signed by alice@lab.test` };
}

const confirmedWords = ({ confirmed }: Sent): string => (confirmed === null ? "" : `a window of our own asked first: ${confirmed} `);

/** Presses each way on besides Back, each with a letter of its own; answers the evidence. */
export async function everyWay(stage: Stage): Promise<string[]> {
  const [withoutDave, unread, readable] = [await leaveOut(stage), await unreadable(stage), await clear(stage)];
  const { driver } = await stage.person("alice");
  const found = await stage.lab.searchEverywhere([withoutDave.word, unread.word, readable.word], [driver.profile]);
  const hits = found.filter(({ words }) => words.some((word) => word !== readable.word));
  mustBe(hits.map(({ where }) => where).join(), "", "where the text of the encrypted ones lies in the clear");
  must(found.length > 0, "the search finds not even what was sent in the clear");
  return [withoutDave.evidence, unread.evidence, readable.evidence, `the words of the first two lie nowhere in the clear; the same search finds those of the third in ${found.length} places`];
}
