import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../lab/lab.mjs";
import type { BrowserName } from "./driver/launch.ts";
import { arrive, type Office, type Person } from "./people/person.ts";
import { addCertificates, setUp } from "./people/set-up.ts";
import { randomWord } from "./people/words.ts";
import { confirmSend, openComposer } from "./people/write.ts";
import { header, leaves, opensslDecrypt, opensslVerify } from "./walk-through/evidence.ts";

const test = (name: string): string => `[data-test="${name}"]`;

/** "Ask them for a certificate first, keep this as a draft", against the real webmail. */
describe.each<BrowserName>(["chromium", "firefox"])("asking for a certificate, %s", (browser) => {
  let lab: Lab;
  let office: Office;
  let alice: Person;
  beforeAll(async () => {
    lab = await startLab({ name: `ask-${browser}` });
    office = { lab, browser, web: lab.web, skin: "elastic" };
    alice = await arrive(office, "alice");
    await setUp(alice, office);
    await alice.page.waitFor("[data-mailseal=compose]");
    await addCertificates(alice, [lab.certificates.certificate("bob")]);
  });
  afterAll(async () => {
    await alice?.driver.close();
    await lab?.stop();
  });

  const until = async <T>(look: () => Promise<T>, good: (seen: T) => boolean): Promise<T> => {
    for (const giveUp = Date.now() + 30_000; ; await sleep(300)) {
      const seen = await look();
      if (good(seen) || Date.now() > giveUp) return seen;
    }
  };

  it("sends Dave a signed note in which nothing of the message stands, and keeps the message as a draft (CO-09)", async () => {
    const word = randomWord();
    const composer = await openComposer(alice);
    for (const address of ["bob@lab.test", "dave@lab.test"]) {
      await composer.type(test("to-input"), address);
      await composer.press("Enter");
    }
    await composer.type(test("subject"), `Plan ${word}`);
    await composer.click(test("editor"));
    await composer.keys(`The plan is ${word}`);
    for (const toggle of ["sign", "encrypt"]) {
      if (!(await composer.exists(`${test(toggle)}[aria-pressed="true"]`))) await composer.click(test(toggle));
    }
    await composer.waitFor(`${test("chip")}[data-address="dave@lab.test"][data-state="none"]`);
    // The composer takes no click on what was not seen for a moment, and sends nothing before the policy is known.
    const ended = `${test("missing-dialog")}, ${test("problem")}`;
    for (const giveUp = Date.now() + 20_000; Date.now() < giveUp; ) {
      await sleep(1000);
      await composer.click(test("send"));
      await composer.waitFor(ended);
      if (await composer.exists(test("missing-dialog"))) break;
      await composer.click(test("problem-dismiss"));
    }
    await composer.click(test("missing-ask"));
    await composer.click(test("missing-continue"));
    const shown = await composer.text(test("note-text"));
    const subject = await composer.text(test("note-subject"));
    expect(`${subject} ${shown}`).not.toContain(word);
    expect(await lab.storedMessages("dave", "INBOX")).toEqual([]);
    await sleep(1000);
    await composer.click(test("note-send"));
    if (browser === "firefox") await confirmSend(alice.driver);
    await composer.waitFor(test("asked-notice"), { timeout: 60_000 });
    expect(await composer.text(test("asked-notice"))).toContain("dave@lab.test");

    const [note, ...more] = await until(() => lab.storedMessages("dave", "INBOX"), (found) => found.length > 0);
    expect(more).toEqual([]);
    const raw = note?.raw ?? Buffer.alloc(0);
    const { content, signer } = await opensslVerify(lab, raw);
    expect([signer, header(raw, "subject"), header(raw, "to")]).toEqual(["alice@lab.test", subject, expect.stringContaining("dave@lab.test")]);
    const said = leaves(content.toString("latin1")).map(({ bytes }) => bytes.toString("utf8")).join("").replace(/\s+/g, " ");
    expect(said).toContain(shown.replace(/\s+/g, " ").trim());
    expect(`${raw.toString("latin1")}${said}`).not.toContain(word);
    expect(raw.toString("latin1")).not.toContain("bob@lab.test");
    expect(await lab.storedMessages("bob", "INBOX")).toEqual([]);

    const [draft, ...others] = await until(() => lab.storedMessages("alice", "Drafts"), (found) => found.length > 0);
    expect(others).toEqual([]);
    expect(header(await opensslDecrypt(lab, draft?.raw ?? Buffer.alloc(0), "alice"), "subject")).toBe(`Plan ${word}`);
    expect((await lab.searchEverywhere([word], [alice.driver.profile])).map(({ where }) => where)).toEqual([]);
  });
});
