import { setTimeout as sleep } from "node:timers/promises";
import type { Driver, Frame } from "../driver/driver.ts";
import type { Person } from "./person.ts";

const test = (name: string): string => `[data-test="${name}"]`;

export interface Letter {
  to: string[];
  cc?: string[];
  subject: string;
  /** First words in bold, then the rest. */
  bold?: string;
  text: string;
  attach?: string[];
  picture?: string;
  sign: boolean;
  encrypt: boolean;
}

/** The composer's frame, wherever in the page it is. */
export function composerOf({ page }: Person): Promise<Frame> {
  return page.frame(/-extension:\/\/[^/]+\/composer\.html/);
}

/** Opens our composer by the control beside Roundcube's own. */
export async function openComposer(person: Person): Promise<Frame> {
  await person.page.click("[data-mailseal=compose]");
  const composer = await composerOf(person);
  await composer.waitFor(`${test("send")}:enabled`);
  return composer;
}

async function addPeople(composer: Frame, field: "to" | "cc", people: string[]): Promise<void> {
  for (const address of people) {
    await composer.type(test(`${field}-input`), address);
    await composer.press("Enter");
    await composer.waitFor(`${test("chip")}[data-address="${address}"]`);
  }
}

async function setToggle(composer: Frame, name: "sign" | "encrypt", on: boolean): Promise<void> {
  const wanted = `${test(name)}[aria-pressed="${on}"]`;
  if (!(await composer.exists(wanted))) await composer.click(test(name));
  await composer.waitFor(wanted);
}

/** Writes as a person does: with keys and clicks. Resolves when every certificate was found and every file read. */
export async function write(composer: Frame, letter: Letter): Promise<void> {
  await addPeople(composer, "to", letter.to);
  if (letter.cc) {
    if (!(await composer.exists(test("cc-input")))) await composer.click(test("show-cc"));
    await addPeople(composer, "cc", letter.cc);
  }
  await composer.type(test("subject"), letter.subject);
  await composer.click(test("editor"));
  if (letter.bold) {
    await composer.click(test("format-bold"));
    await composer.keys(letter.bold);
    await composer.click(test("format-bold"));
  }
  await composer.keys(letter.text);
  if (letter.picture) await composer.setFiles(test("picture-input"), [letter.picture]);
  if (letter.attach) {
    await composer.setFiles(test("attach-input"), letter.attach);
    await composer.until(
      (selector, count) => document.querySelectorAll(selector).length === count,
      { what: "files read" },
      `${test("file")}[data-ready="true"]`,
      letter.attach.length,
    );
  }
  await setToggle(composer, "sign", letter.sign);
  await setToggle(composer, "encrypt", letter.encrypt);
  if (letter.encrypt) {
    for (const address of [...letter.to, ...(letter.cc ?? [])]) {
      await composer.waitFor(`${test("chip")}[data-address="${address}"][data-state="found"]`);
    }
  }
}

/** Says yes in the window that confirms a Send where the browser cannot tell whether the composer was covered. */
export async function confirmSend(driver: Driver, timeout?: number): Promise<void> {
  const window = await driver.waitForPage(/\/confirm\.html/, timeout);
  await window.click(test("confirm-yes"));
}

/**
 * Clicks Send and waits for what came of it; clicks again while the browser has not told yet whether there is a policy,
 * which it does some seconds after its first start. With `confirm`, what Firefox asks in a window of ours is answered yes. Throws with the composer's own words if it was not sent.
 */
export async function send(composer: Frame, { timeout = 60_000, confirm }: { timeout?: number; confirm?: Driver } = {}): Promise<string> {
  if (confirm?.name === "firefox") confirmSend(confirm, timeout).catch(() => undefined);
  const ended = `${test("result")}, ${test("problem")}, ${test("missing-people")}`;
  for (const giveUp = Date.now() + 15_000; ; ) {
    // The composer takes no click on what was not seen for a moment (architecture §2, "Clicks can be stolen").
    await sleep(1000);
    await composer.click(test("send"));
    await composer.waitFor(ended, { timeout });
    if (await composer.exists(`${test("result")}[data-state="sent"]`)) return (await composer.text(test("status"))).trim();
    const waiting = await composer.exists(`${test("problem")}[data-code="send.policy-unknown"]`);
    if (!waiting || Date.now() > giveUp) throw new Error(`not sent: ${await composer.text(ended)}`);
    await composer.click(test("problem-dismiss"));
  }
}
