import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Lab } from "../lab/lab.mjs";
import type { BrowserName } from "../e2e/driver/launch.ts";
import { arrive, type Office, openInbox, type Person } from "../e2e/people/person.ts";
import { setUp } from "../e2e/people/set-up.ts";
import { randomWord } from "../e2e/people/words.ts";
import type { Row } from "./row.ts";
import { median, quartiles } from "./statistics.ts";

/** Octets of the text. */
const SIZE = 10 * 1024;

/** Milliseconds on top of the webmail's own time that are aimed at. */
const AIM = 100;

/** Openings before the first that counts: the server marks messages as read, and caches fill. */
const WARM_UP = 2;

/** Milliseconds after which a press is none of a double click, for which Roundcube waits before it opens anything. */
const SECOND_CLICK = 700;

const MOMENTS = ["bound", "visible", "fetched", "pending", "final", "text"] as const;

/** Milliseconds from the click to each moment. */
type Opening = Record<"shown", number> & Partial<Record<"frame" | (typeof MOMENTS)[number], number>>;

/**
 * Measures from the click on a message in the list to its text on screen, for a signed and encrypted message in our reader
 * beside the same text as plain mail in Roundcube, one after the other in turns so that a busy machine slows both.
 */
export async function openAMessage(lab: Lab, browser: BrowserName, repetitions = 20): Promise<Row> {
  const office: Office = { lab, browser, web: lab.web, skin: "elastic" };
  const words = { plain: randomWord(), sealed: randomWord() };
  const uids = await deliver(lab, words);
  const bob = await arrive(office, "bob");
  try {
    await setUp(bob, office);
    await openInbox(bob, office);
    const plain: Opening[] = [];
    const sealed: Opening[] = [];
    for (let i = 0; i < repetitions + WARM_UP; i++) {
      await sleep(SECOND_CLICK);
      const first = await openPlain(bob, uids.plain, words.plain);
      await sleep(SECOND_CLICK);
      const second = await openSealed(bob, uids.sealed, words.sealed);
      if (i < WARM_UP) continue;
      plain.push(first);
      sealed.push(second);
    }
    return row(bob, plain, sealed);
  } finally {
    await bob.driver.close();
  }
}

function row({ driver }: Person, plain: Opening[], sealed: Opening[]): Row {
  const shown = (openings: Opening[]): number[] => openings.map((opening) => opening.shown);
  const [ours, theirs] = [median(shown(sealed)), median(shown(plain))];
  const details: Record<string, number> = {};
  for (const moment of ["frame", ...MOMENTS] as const) {
    const times = sealed.flatMap((opening) => opening[moment] ?? []);
    if (times.length > 0) details[moment] = median(times);
  }
  const [low, high] = quartiles(shown(sealed));
  const [plainLow, plainHigh] = quartiles(shown(plain));
  return {
    name: "click to text: 10 KB, signed and encrypted",
    where: driver.version,
    value: ours,
    unit: "ms",
    beside: { name: "plain in Roundcube", value: theirs },
    aim: { value: AIM, what: "ms on top", met: ours - theirs <= AIM },
    of: sealed.length,
    details: { ...details, "25 %": low, "75 %": high, "plain 25 %": plainLow, "plain 75 %": plainHigh },
  };
}

function text(word: string): string {
  const line = "What is written here is as long as many a letter is, and says as little.";
  const lines = Math.floor(SIZE / (line.length + 2)) - 1;
  return [word, ...Array.from({ length: lines }, () => line)].join("\r\n");
}

/** Puts both messages into Bob's mailbox, the sealed one made by our own command line from what the plain one says. */
async function deliver(lab: Lab, words: { plain: string; sealed: string }): Promise<{ plain: number; sealed: number }> {
  const message = (word: string): Buffer => Buffer.from([
    "From: Alice Example <alice@lab.test>", "To: Bob Example <bob@lab.test>", `Subject: Measured ${word}`, `Date: ${new Date().toUTCString()}`,
    `Message-ID: <${word}@lab.test>`, "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 7bit", "", text(word), "",
  ].join("\r\n"));
  const alice = lab.certificates.pkcs12("alice");
  const file = (name: string): string => join(lab.folder, `bench-${name}`);
  writeFileSync(file("in.eml"), message(words.sealed));
  writeFileSync(file("password"), alice.password);
  await promisify(execFile)(process.execPath, [
    join(lab.root, "dist/cli/mailseal.mjs"), "seal", "--in", file("in.eml"), "--out", file("out.eml"),
    "--sign", alice.path, "--password-file", file("password"), "--encrypt", lab.certificates.certificate("bob"),
  ]);
  return { plain: await lab.append("bob", "INBOX", message(words.plain)), sealed: await lab.append("bob", "INBOX", readFileSync(file("out.eml"))) };
}

/** Selector of a message's row; Roundcube names rows by UID in base64. */
const rowOf = (uid: number): string => `#rcmrow${Buffer.from(String(uid)).toString("base64").replace(/=+$/, "")} td.subject`;

/** Notes when the next click happens, in milliseconds since the epoch. */
async function awaitClick({ page }: Person): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    document.documentElement.dataset["clicked"] = "";
    const clicked = (event: Event): void => void (document.documentElement.dataset["clicked"] = String(performance.timeOrigin + event.timeStamp));
    // Roundcube acts on the press of the button.
    addEventListener("mousedown", clicked, { capture: true, once: true });
  });
  return () => page.evaluate(() => Number(document.documentElement.dataset["clicked"]));
}

/** The first frame that the browser draws after the pane's document has the text. */
async function openPlain(bob: Person, uid: number, word: string): Promise<Opening> {
  const clicked = await awaitClick(bob);
  await bob.page.evaluate((wanted) => {
    delete document.documentElement.dataset["shown"];
    const look = (): void => {
      const pane = document.querySelector<HTMLIFrameElement>("#messagecontframe");
      const body = pane?.contentDocument?.querySelector("#messagebody");
      if (!body?.textContent?.includes(wanted)) return void setTimeout(look, 2);
      pane?.contentWindow?.requestAnimationFrame(() => (document.documentElement.dataset["shown"] = String(performance.timeOrigin + performance.now())));
    };
    look();
  }, word);
  await bob.page.click(rowOf(uid));
  await bob.page.until(() => document.documentElement.dataset["shown"] !== undefined, { what: "the plain message is shown" });
  const shown = await bob.page.evaluate(() => Number(document.documentElement.dataset["shown"]));
  return { shown: shown - (await clicked()) };
}

/** The first frame that the browser may draw after the body's own document was loaded in our reader. */
async function openSealed(bob: Person, uid: number, word: string): Promise<Opening> {
  const clicked = await awaitClick(bob);
  await bob.page.click(rowOf(uid));
  const reader = await bob.page.frame(/-extension:\/\/[^/]+\/reader\.html/);
  await reader.until(() => performance.getEntriesByName("mailseal:text").length > 0 && performance.getEntriesByName("mailseal:final").length > 0, { what: "the sealed message is shown" });
  const read = await reader.evaluate((wanted) => {
    const moments: Record<string, number> = { frame: performance.timeOrigin };
    for (const { name, startTime } of performance.getEntriesByType("mark")) moments[name.replace("mailseal:", "")] ??= performance.timeOrigin + startTime;
    const shows = document.querySelector<HTMLIFrameElement>('[data-test="reader-body"] iframe')?.srcdoc.includes(wanted);
    const verified = document.querySelector<HTMLElement>('[data-test="sentence"]')?.dataset["key"];
    return { moments, shows, verified };
  }, word);
  if (!read.shows || read.verified !== "sentence_verified_encrypted") throw new Error(`the reader shows ${String(read.verified)}`);
  const start = await clicked();
  const since = Object.fromEntries(Object.entries(read.moments).map(([name, at]) => [name, at - start]));
  // A browser draws 60 frames a second: what is loaded is seen with the next.
  return { ...since, shown: (since["text"] as number) + 1000 / 60 };
}
