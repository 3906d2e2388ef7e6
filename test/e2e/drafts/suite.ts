import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../../lab/lab.mjs";
import { openssl } from "../../lab/openssl.mjs";
import type { Frame } from "../driver/driver.ts";
import type { BrowserName } from "../driver/launch.ts";
import { arrive, type Office, type Person } from "../people/person.ts";
import { readShown } from "../people/read.ts";
import { addCertificates, setUp } from "../people/set-up.ts";
import { composerOf, openComposer, send, write } from "../people/write.ts";
import { randomWord } from "../people/words.ts";
import { header, leaves, opensslDecrypt, opensslVerify } from "../walk-through/evidence.ts";

const test = (name: string): string => `[data-test="${name}"]`;
const chip = (who: string): string => `${test("chip")}[data-address="${who}@lab.test"]`;

/** Drafts (architecture §6, CO-06), in a lab of their own; each test goes on where the one before it ended. */
export function draftsSuite(browser: BrowserName): void {
  describe(`drafts in ${browser}`, () => {
    let lab: Lab;
    let office: Office;
    let alice: Person;
    const [subject, text, later, name] = [randomWord(), randomWord(), randomWord(), randomWord()];
    const words = [subject, text, later, name];

    beforeAll(async () => {
      lab = await startLab({ name: `drafts-${browser}` });
      office = { lab, browser, web: lab.web, skin: "elastic" };
      alice = await arrive(office, "alice");
      await setUp(alice, office);
      await alice.page.waitFor("[data-mailseal=compose]");
      await addCertificates(alice, [lab.certificates.certificate("bob"), lab.certificates.certificate("carol")]);
    });
    afterAll(async () => {
      await alice?.driver.close();
      await lab?.stop();
    });

    const drafts = () => lab.storedMessages("alice", "Drafts");
    const inTheClear = async (): Promise<string[]> => (await lab.searchEverywhere(words, [alice.driver.profile])).map(({ where }) => where);
    const untilDrafts = async (holds: (drafts: Awaited<ReturnType<typeof lab.storedMessages>>) => boolean, seconds: number) => {
      for (const giveUp = Date.now() + seconds * 1000; ; await new Promise((resolve) => setTimeout(resolve, 500))) {
        const found = await drafts();
        if (holds(found) || Date.now() > giveUp) return found;
      }
    };
    const closeComposer = async (composer: Frame): Promise<void> => {
      await composer.click(test("close"));
      for (const giveUp = Date.now() + 20_000; Date.now() < giveUp; await new Promise((resolve) => setTimeout(resolve, 200))) {
        const urls = await Promise.all((await alice.page.frames()).map((frame) => frame.url().catch(() => "")));
        if (!urls.some((url) => url.includes("/composer.html"))) return;
      }
      throw new Error("the composer did not close");
    };
    const written = async (composer: Frame) => {
      await composer.waitFor(chip("bob"));
      await composer.waitFor(chip("carol"));
      return composer.evaluate(() => ({
        subject: document.querySelector<HTMLInputElement>('[data-test="subject"]')?.value ?? "",
        text: document.querySelector<HTMLElement>('[data-test="editor"]')?.innerText ?? "",
        bcc: document.querySelector('[data-test="bcc-input"]')?.parentElement?.querySelector('[data-test="chip"]')?.getAttribute("data-address") ?? "",
        files: Array.from(document.querySelectorAll<HTMLElement>('[data-test="file"] .file-name'), (file) => file.innerText),
      }));
    };
    /** Takes what this computer kept away, as another computer of hers would see it, and leaves it its keys. */
    const forgetHere = async (): Promise<number> => {
      const page = await alice.driver.open(`${alice.driver.extension}/options.html`);
      const count = await page.evaluate(() => new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open("mailseal");
        opening.onerror = () => reject(new Error("no database"));
        opening.onsuccess = () => {
          const transaction = opening.result.transaction("drafts", "readwrite");
          const counting = transaction.objectStore("drafts").count();
          transaction.objectStore("drafts").clear();
          transaction.oncomplete = () => (opening.result.close(), resolve(counting.result));
        };
      }));
      await page.close();
      await alice.page.activate();
      return count;
    };

    it("keeps what is written here within seconds, and on the server when nothing changes for a while, to the author alone (CO-06)", async () => {
      const composer = await openComposer(alice);
      const file = join(lab.folder, "files", `${name}.txt`);
      mkdirSync(join(lab.folder, "files"), { recursive: true });
      writeFileSync(file, `file ${text}`);
      await write(composer, { to: ["bob@lab.test"], subject: `Plan ${subject}`, text: `The plan is ${text}`, attach: [file], sign: true, encrypt: true });
      await composer.click(test("show-bcc"));
      await composer.type(test("bcc-input"), "carol@lab.test");
      await composer.press("Enter");
      await composer.until((selector) => document.querySelector<HTMLElement>(selector)?.innerText !== "", { what: "Saved", timeout: 8000 }, test("saved"));
      expect(await composer.text(test("saved"))).toMatch(/\d+:\d\d/);
      expect(await drafts()).toEqual([]);
      const [stored] = await untilDrafts((found) => found.length > 0, 45);
      expect(stored).toBeDefined();
      const raw = stored?.raw ?? Buffer.alloc(0);
      expect([header(raw, "from"), header(raw, "to"), header(raw, "cc"), header(raw, "subject")]).toEqual([expect.stringContaining("alice@lab.test"), expect.stringContaining("alice@lab.test"), null, "[...]"]);
      expect(raw.toString("latin1")).not.toMatch(/bob@|carol@/);
      const inner = await opensslDecrypt(lab, raw, "alice");
      await expect(opensslVerify(lab, inner)).rejects.toThrow();
      expect([header(inner, "to"), header(inner, "bcc")]).toEqual([expect.stringContaining("bob@lab.test"), expect.stringContaining("carol@lab.test")]);
      expect(leaves(inner.toString("latin1")).map(({ bytes }) => bytes.toString()).join()).toContain(text);
      await expect(opensslDecrypt(lab, raw, "bob")).rejects.toThrow();
      expect(await inTheClear()).toEqual([]);
      await closeComposer(composer);
      expect(await drafts()).toHaveLength(1);
    });

    it("offers what was left behind; discarding it can be undone; the server's older copy is replaced", async () => {
      const composer = await openComposer(alice);
      await composer.click(test("draft-discard"));
      await composer.click(test("draft-undo"));
      await composer.click(test("draft-restore"));
      expect(await written(composer)).toMatchObject({ subject: `Plan ${subject}`, text: expect.stringContaining(text) as string, files: [`${name}.txt`] });
      await composer.click(test("subject"));
      await composer.press("End");
      await composer.keys(` ${later}`);
      await closeComposer(composer);
      const [stored, ...others] = await drafts();
      expect(others).toEqual([]);
      expect(header(await opensslDecrypt(lab, stored?.raw ?? Buffer.alloc(0), "alice"), "subject")).toBe(`Plan ${subject} ${later}`);
      expect(await inTheClear()).toEqual([]);
    });

    it("goes on with a draft from the server's folder, Bcc included, and leaves nothing behind once it is sent", async () => {
      expect(await forgetHere()).toBe(1);
      const [stored] = await drafts();
      await alice.page.goto(`${office.web}/?_task=mail&_action=show&_uid=${stored?.uid}&_mbox=Drafts`);
      const { reader, key } = await readShown(alice);
      expect(key).toBe("sentence_encrypted_only");
      expect(await reader.exists(test("reply"))).toBe(false);
      await reader.click(test("continue-draft"));
      const composer = await composerOf(alice);
      expect(await written(composer)).toMatchObject({ subject: `Plan ${subject} ${later}`, text: expect.stringContaining(text) as string, files: [`${name}.txt`] });
      expect(await composer.exists(test("unproved-notice"))).toBe(false);
      expect(await composer.evaluate(() => document.querySelectorAll('[data-test="encrypt"][aria-pressed="true"], [data-test="sign"][aria-pressed="true"]').length)).toBe(2);
      await composer.waitFor(`${chip("carol")}[data-state="found"]`);
      await send(composer, { confirm: alice.driver });
      expect(await untilDrafts((found) => found.length === 0, 10)).toEqual([]);
      expect(await forgetHere()).toBe(0);
      const [got] = await lab.storedMessages("bob", "INBOX");
      const { content } = await opensslVerify(lab, await opensslDecrypt(lab, got?.raw ?? Buffer.alloc(0), "bob"));
      expect(header(content, "subject")).toBe(`Plan ${subject} ${later}`);
      expect(content.toString("latin1")).not.toMatch(/carol@|Mailseal-Draft/);
      expect(await lab.storedMessages("carol", "INBOX")).toHaveLength(1);
    });

    it("says that a planted draft is not ours, and spells out to whom it would go", async () => {
      const planted = ["From: Alice Example <alice@lab.test>", "To: Bob Example <bob@lab.test>", "Bcc: Bob Example <eve@lab.test>", "Subject: Planted",
        `Mailseal-Draft: ${"0".repeat(64)}`, "Content-Type: text/plain; charset=utf-8; hp=\"cipher\"", "", "Send this on.", ""].join("\r\n");
      const { stdout } = await openssl(["cms", "-encrypt", "-aes-256-cbc", "-binary", "-from", "alice@lab.test", "-to", "alice@lab.test", "-subject", "[...]", lab.certificates.pem("alice")], { input: Buffer.from(planted) });
      const uid = await lab.append("alice", "Drafts", Buffer.from(stdout.toString("latin1").replace(/\r?\n/g, "\r\n"), "latin1"));
      // Roundcube's own way to open a draft: its composer comes up, and ours in its place.
      await alice.page.goto(`${office.web}/?_task=mail&_action=compose&_draft_uid=${uid}&_mbox=Drafts`);
      const composer = await composerOf(alice);
      const notice = await composer.text(test("unproved-notice"));
      expect(notice).toContain("bob@lab.test");
      expect(notice).toContain("eve@lab.test");
      await composer.waitFor(chip("eve"));
      await closeComposer(composer);
      expect((await drafts()).some((draft) => draft.uid === uid)).toBe(true);
    });

    it("takes over what was typed into the webmail's own composer, with the warning", async () => {
      await forgetHere();
      await alice.page.goto(`${office.web}/?_task=mail&_action=compose`);
      await alice.page.type("#compose-subject", "Typed elsewhere");
      await alice.page.type("#composebody", "Begun in the webmail");
      await alice.page.click("[data-mailseal=encrypt]");
      const composer = await composerOf(alice);
      await composer.waitFor(test("native-notice"));
      expect(await composer.text(test("editor"))).toContain("Begun in the webmail");
      expect(await composer.evaluate(() => document.querySelector<HTMLInputElement>('[data-test="subject"]')?.value)).toBe("Typed elsewhere");
      expect(await alice.page.evaluate(() => [document.querySelector<HTMLInputElement>("#compose-subject")?.value, document.querySelector<HTMLTextAreaElement>("#composebody")?.value])).toEqual(["", ""]);
    });
  });
}
