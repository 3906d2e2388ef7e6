import { X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../lab/lab.mjs";
import type { Frame } from "./driver/driver.ts";
import { type BrowserName, launch } from "./driver/launch.ts";
import { sealedByCli } from "./people/cli-mail.ts";
import { extensionWithHost, installHost } from "./people/host.ts";
import { type Office, type Person, signIn } from "./people/person.ts";
import { openMessage, readShown } from "./people/read.ts";
import { setUp } from "./people/set-up.ts";
import { randomWord } from "./people/words.ts";
import { openComposer } from "./people/write.ts";
import { type ManagedBrowser, managedBrowser } from "./policy/managed-browser.ts";
import { chromiumTells } from "./policy/settings-desk.ts";
import { header, opensslDecrypt, opensslDecryptWith } from "./walk-through/evidence.ts";

const test = (name: string): string => `[data-test="${name}"]`;
const chip = (address: string, state: string): string => `${test("chip")}[data-address="${address}"][data-state="${state}"]`;

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ name: "directories" });
});
afterAll(() => lab?.stop());

/**
 * A real browser, the real host, OpenLDAP: certificates and members of lists come from the directory. Firefox goes the main path, by
 * somebody else in the same lab; what does not turn on the browser is tested in Chromium.
 */
describe.each<{ browser: BrowserName; who: string }>([{ browser: "chromium", who: "alice" }, { browser: "firefox", who: "bob" }])("certificates and lists out of OpenLDAP in $browser", ({ browser, who }) => {
  let office: Office;
  let writer: Person;
  let managed: ManagedBrowser;
  const inChromium = it.runIf(browser === "chromium");

  beforeAll(async () => {
    office = { lab, browser, web: lab.web, skin: "elastic" };
    const folder = join(lab.folder, "browsers", `${browser}-${who}`);
    mkdirSync(folder, { recursive: true });
    managed = managedBrowser(lab, browser, settings());
    installHost(browser, folder);
    const driver = await launch(browser, { extension: extensionWithHost(browser, folder), folder, outsidePort: lab.ports["outside"] as number, processes: lab.processes, program: managed.program });
    const page = await driver.open(`${lab.web}/`);
    await signIn(page, lab.address(who), lab.password(who));
    writer = { who, address: lab.address(who), driver, page };
    await setUp(writer, office);
    if (browser === "firefox") await allowHost();
    await writer.page.waitFor("[data-mailseal=compose]");
    await typeUntilOffered("fra");
    await writer.page.reload();
    await writer.page.waitFor("[data-mailseal=compose]");
  });
  afterAll(() => writer?.driver.close());

  const settings = (more: object = {}) => ({ RevocationHosts: ["127.0.0.1"], Directories: [{ url: `${lab.openLdap.url}/${lab.openLdap.base}` }], ...more });

  /** As somebody does it in Options; Firefox's own prompt answers itself in a test. */
  async function allowHost(): Promise<void> {
    const options = await writer.driver.open(`${writer.driver.extension}/options.html`);
    await options.click(test("host-allow"));
    await options.waitFor(`${test("host")}[data-state="ready"]`);
    await options.close();
    await writer.page.activate();
  }

  const until = async <T>(look: () => Promise<T>, good: (seen: T) => boolean): Promise<T> => {
    for (const giveUp = Date.now() + 30_000; ; await sleep(300)) {
      const seen = await look();
      if (good(seen) || Date.now() > giveUp) return seen;
    }
  };

  async function writing(to: string): Promise<Frame> {
    const composer = await openComposer(writer);
    await composer.type(test("to-input"), to);
    await composer.press("Enter");
    if (!(await composer.exists(`${test("encrypt")}[aria-pressed="true"]`))) await composer.click(test("encrypt"));
    return composer;
  }

  async function words(composer: Frame, subject: string, text: string): Promise<void> {
    await composer.type(test("subject"), subject);
    await composer.click(test("editor"));
    await composer.keys(text);
  }

  /** The browser tells of the organisation's settings some seconds after its start; an answer without them would be kept. */
  async function typeUntilOffered(letters: string): Promise<Frame> {
    const composer = await openComposer(writer);
    for (const giveUp = Date.now() + 30_000; Date.now() < giveUp && !(await composer.exists(test("completion"))); await sleep(1500)) {
      for (let i = 0; i < letters.length; i++) await composer.press("Backspace");
      await composer.type(test("to-input"), letters);
    }
    await composer.waitFor(test("completion"));
    return composer;
  }

  async function pressSend(composer: Frame, ended: string): Promise<void> {
    for (const giveUp = Date.now() + 30_000; Date.now() < giveUp; ) {
      await sleep(1000);
      await composer.click(test("send"));
      await composer.waitFor(`${ended}, ${test("problem")}`, { timeout: 60_000 });
      if (!(await composer.exists(`${test("problem")}[data-code="send.policy-unknown"]`))) return;
      await composer.click(test("problem-dismiss"));
    }
  }

  // The composer goes with its page; what was written there stays a draft and is offered.
  afterEach(async () => {
    await lab.openLdap.well();
    await writer.page.reload();
    await writer.page.waitFor("[data-mailseal=compose]");
  });

  it("offers a person by name, seals for what was found, and says from where, how strong and until when (CE-03)", async () => {
    const word = randomWord();
    const composer = await typeUntilOffered("car");
    expect(await composer.text(test("completion"))).toContain("Carol Example");
    await composer.press("ArrowDown");
    await composer.press("Enter");
    await composer.waitFor(chip("carol@lab.test", "found"));
    await composer.click(`${test("chip")} .chip-face`);
    const details = await composer.text(test("chip-details"));
    for (const part of ["carol@lab.test", "127.0.0.1", "EC P-256", "Lab Issuing CA", "2029"]) expect(details).toContain(part);
    await composer.press("Escape");
    if (!(await composer.exists(`${test("encrypt")}[aria-pressed="true"]`))) await composer.click(test("encrypt"));
    await words(composer, `Garden ${word}`, `The garden is ${word}`);
    await pressSend(composer, `${test("result")}, ${test("missing-dialog")}`);
    await composer.waitFor(`${test("result")}[data-state="sent"]`, { timeout: 60_000 });
    const message = (await until(() => lab.storedMessages("carol", "INBOX"), (seen) => seen.length > 0)).at(-1);
    const raw = message?.raw ?? Buffer.alloc(0);
    await lab.remove("carol", "INBOX", message?.uid ?? 0);
    expect(raw.toString()).not.toContain(word);
    expect((await opensslDecrypt(lab, raw, "carol")).toString()).toContain(word);
  });

  inChromium("sends what is written to `team` to its members, sealed for each, without whom has no certificate (CO-09)", async () => {
    const word = randomWord();
    const composer = await writing("team@lab.test");
    await composer.waitFor(chip("team@lab.test", "problem"));
    expect(await composer.text(`${test("chip")} .chip-face`)).toContain("team@lab.test, 4 people");
    await composer.click(`${test("chip")} .chip-face`);
    expect(await composer.text(test("chip-members"))).toMatch(/Dave Example[^]*no certificate[^]*Bob Example/);
    await composer.press("Escape");
    await words(composer, `Plan ${word}`, `The plan is ${word}`);
    await pressSend(composer, test("missing-dialog"));
    expect(await composer.text(test("missing-people"))).toContain("dave@lab.test");
    await composer.click(test("missing-leave-out"));
    await sleep(1000);
    await composer.click(test("missing-continue"));
    await composer.waitFor(`${test("result")}[data-state="sent"]`, { timeout: 60_000 });
    for (const who of ["bob", "carol"]) {
      const [message] = await until(() => lab.storedMessages(who, "INBOX"), (seen) => seen.length > 0);
      const raw = message?.raw ?? Buffer.alloc(0);
      expect(raw.toString()).not.toContain(word);
      expect(header(raw, "To")).toContain("team@lab.test");
      expect((await opensslDecrypt(lab, raw, who)).toString()).toContain(word);
    }
    expect(await lab.storedMessages("dave", "INBOX")).toEqual([]);
  });

  inChromium("offers two different certificates of a directory, says why one is used, and seals for the one that the author chooses (CE-01, CE-03)", async () => {
    const serialOf = (name: "erin-one" | "erin-two"): string => BigInt(`0x${new X509Certificate(readFileSync(lab.authority.certificates.certificate(name))).serialNumber}`).toString(16);
    const word = randomWord();
    const composer = await writing("erin@lab.test");
    await composer.waitFor(chip("erin@lab.test", "found"));
    await composer.click(`${test("chip")} .chip-face`);
    // The one of userCertificate has no chain of its own; it has what came in userSMIMECertificate.
    expect(await composer.text(test("chip-why"))).toContain("the place that comes first");
    const offered = await composer.text(test("chip-usable"));
    expect(offered.match(/\b[0-9a-f]{30,40}\b/g)?.map((serial) => BigInt(`0x${serial}`).toString(16))).toEqual([serialOf("erin-one"), serialOf("erin-two")]);
    await composer.click(`${test("chip-usable")} label:nth-of-type(2) input`);
    await composer.until((selector) => document.querySelector(selector)?.textContent?.includes("You chose"), { what: "the choice is shown" }, test("chip-why"));
    await composer.press("Escape");
    await words(composer, `Stores ${word}`, `The store is ${word}`);
    await pressSend(composer, `${test("result")}, ${test("missing-dialog")}`);
    await composer.waitFor(`${test("result")}[data-state="sent"]`, { timeout: 60_000 });
    const [message] = await until(() => lab.storedMessages("erin", "INBOX"), (seen) => seen.length > 0);
    const raw = message?.raw ?? Buffer.alloc(0);
    const keyOf = (name: "erin-one" | "erin-two") => ({ pem: lab.authority.certificates.pem(name), key: lab.authority.certificates.key(name) });
    expect((await opensslDecryptWith(keyOf("erin-two"), raw)).toString()).toContain(word);
    await expect(opensslDecryptWith(keyOf("erin-one"), raw)).rejects.toThrow();
  });

  inChromium("stops at a list whose member is not there, and names him", async () => {
    const composer = await writing("lost@lab.test");
    await composer.waitFor(chip("lost@lab.test", "problem"));
    await composer.type(test("subject"), "Nobody gets this");
    await pressSend(composer, test("result"));
    expect(await composer.text(`${test("problem")}[data-code="directory.list-incomplete"] ${test("problem-names")}`)).toContain("uid=nobody");
  });

  inChromium("says which directory is down and goes on with what it knows", async () => {
    await lab.openLdap.down();
    const composer = await writing("heidi@lab.test");
    await composer.waitFor(chip("heidi@lab.test", "none"), { timeout: 40_000 });
    await composer.click(`${test("chip")} .chip-face`);
    expect(await composer.text(test("chip-failed"))).toContain("127.0.0.1");
    await composer.press("Escape");
    await composer.type(test("to-input"), "carol@lab.test");
    await composer.press("Enter");
    await composer.waitFor(chip("carol@lab.test", "found"));
  });

  inChromium("takes a certificate out of a contact of the webmail, whose vCard has a KEY (CE-03)", async () => {
    // Grace's is somebody else's: it is looked at and refused.
    const { certificates } = lab.authority;
    const key = (await lab.openLdap.bundleOf([certificates.pem("judy"), certificates.chain("judy")])).toString("base64");
    const card = (address: string): string => ["BEGIN:VCARD", "VERSION:3.0", `FN:${address}`, `N:${address.split("@")[0]};;;;`, `EMAIL:${address}`, `KEY;ENCODING=b;TYPE=X509:${key}`, "END:VCARD", ""].join("\r\n");
    await writer.page.evaluate(async (vcards) => {
      const token = /"request_token":"([^"]+)"/.exec(document.documentElement.innerHTML)?.[1] ?? "";
      const form = new FormData();
      form.set("_token", token);
      form.set("_target", "0");
      form.set("_file", new File([vcards], "contacts.vcf", { type: "text/vcard" }));
      await fetch("./?_task=addressbook&_action=import", { method: "POST", body: form });
    }, card("judy@lab.test") + card("grace@lab.test"));
    const composer = await openComposer(writer);
    for (const address of ["judy@lab.test", "grace@lab.test"]) {
      await composer.type(test("to-input"), address);
      await composer.press("Enter");
    }
    await composer.waitFor(chip("judy@lab.test", "found"));
    await composer.waitFor(chip("grace@lab.test", "problem"));
    await composer.click(`${chip("judy@lab.test", "found")} .chip-face`);
    expect(await composer.text(test("chip-details"))).toContain("Your webmail's contacts");
  });

  it("adds the author of a verified message to the webmail's contacts with his certificate, and changes nobody who is there (CE-03)", async () => {
    const signedMail = async (subject: string): Promise<Frame> => {
      const mail = await sealedByCli(lab, { from: "dave", to: who, subject, text: "Keep this", options: [] });
      await openMessage(writer, office, await lab.append(who, "INBOX", mail));
      const { reader } = await readShown(writer);
      await reader.click(test("details-toggle"));
      await reader.waitFor(test("contact-add"));
      // No click is taken on what was not seen for a moment.
      await sleep(1000);
      await reader.click(test("contact-add"));
      return reader;
    };
    const book = (): Promise<string> => writer.page.evaluate(async () => (await fetch(`./?_task=addressbook&_action=export&_source=0&_token=${/"request_token":"([^"]+)"/.exec(document.documentElement.innerHTML)?.[1] ?? ""}`)).text());
    const before = await book();
    expect(before).not.toContain("dave@lab.test");
    await (await signedMail("First")).waitFor(`${test("contact")}[data-step="added"]`);
    const after = (await book()).replace(/\r?\n[ \t]/g, "");
    // Nothing of the others is lost, and Roundcube gives the KEY back as it got it.
    expect(after).toContain(before.replace(/\r?\n[ \t]/g, "").trim());
    expect(after).toContain(readFileSync(lab.certificates.certificate("dave")).toString("base64"));
    const second = await signedMail("Second");
    await second.waitFor(`${test("contact")}[data-step="exists"]`);
    expect(await second.text(test("contact"))).toContain("cannot add a certificate to an existing contact");
    expect((await book()).replace(/\r?\n[ \t]/g, "")).toBe(after);
    await writer.page.goto(`${lab.web}/?_task=mail&_mbox=INBOX`);
    await writer.page.waitFor("[data-mailseal=compose]");
    // No directory has anything of Dave, and the contacts come before what is kept from mail.
    const composer = await openComposer(writer);
    await composer.type(test("to-input"), "dave@lab.test");
    await composer.press("Enter");
    await composer.waitFor(chip("dave@lab.test", "found"));
    await composer.click(`${chip("dave@lab.test", "found")} .chip-face`);
    expect(await until(() => composer.text(test("chip-details")), (seen) => seen.includes("Your webmail's contacts"))).toContain("Your webmail's contacts");
  });

  inChromium("says that a directory refused the password, and goes on with the others", async () => {
    const options = await writer.driver.open(`${writer.driver.extension}/options.html`);
    await options.type(test("directory-url"), `${lab.openLdap.url}/${lab.openLdap.peopleBase}`);
    await options.type(test("directory-loginName"), lab.openLdap.reader.name);
    await options.type(test("directory-password"), "not the password");
    await options.click(test("directory-add"));
    await options.waitFor(test("directory-remove"));
    await options.close();
    await writer.page.activate();
    const composer = await writing("carol@lab.test");
    await composer.waitFor(chip("carol@lab.test", "found"));
    await composer.click(`${chip("carol@lab.test", "found")} .chip-face`);
    expect(await composer.text(test("chip-failed"))).toMatch(/password/i);
  });

  inChromium("sends no encrypted mail to a list where DLExpansionTimeout is 0, and says so (CO-09)", async () => {
    const forbidding = settings({ DLExpansionTimeout: 0 });
    managed.set(forbidding);
    const options = await writer.driver.open(`${writer.driver.extension}/options.html`);
    await chromiumTells(writer, options, forbidding);
    await options.close();
    await writer.page.activate();
    const uids = () => Promise.all(["bob", "carol"].map(async (person) => (await lab.storedMessages(person, "INBOX")).map(({ uid }) => uid)));
    const before = await uids();
    const composer = await writing("team@lab.test");
    await composer.waitFor(chip("team@lab.test", "problem"));
    await words(composer, "Roof", "Nobody gets this either");
    await pressSend(composer, test("result"));
    await composer.waitFor(`${test("problem")}[data-code="directory.list-forbidden"]`);
    expect(await composer.text(test("problem-names"))).toContain("team@lab.test");
    expect(await uids()).toEqual(before);
  });
});
