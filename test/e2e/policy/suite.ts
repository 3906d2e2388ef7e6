import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../../lab/lab.mjs";
import type { Frame } from "../driver/driver.ts";
import type { BrowserName } from "../driver/launch.ts";
import { sealedByCli } from "../people/cli-mail.ts";
import { signedByOpenssl } from "../people/foreign-mail.ts";
import { arrive, type Office, type Person } from "../people/person.ts";
import { openMessage, readShown } from "../people/read.ts";
import { addCertificates, setUp } from "../people/set-up.ts";
import { randomWord } from "../people/words.ts";
import { composerOf, confirmSend, openComposer, send } from "../people/write.ts";
import { header, leaves, opensslDecrypt, opensslVerify } from "../walk-through/evidence.ts";
import { managedBrowser } from "./managed-browser.ts";

const test = (name: string): string => `[data-test="${name}"]`;
const ON_AND_LOCKED = '[aria-pressed="true"][aria-disabled="true"]';

/** What an organisation decides by its browser's policy files, on a profile that has never run before (architecture §2). */
export function policySuite(browser: BrowserName): void {
  describe(`managed settings in ${browser}`, () => {
    let lab: Lab;
    let office: Office;
    let alice: Person;

    beforeAll(async () => {
      lab = await startLab({ name: `policy-${browser}` });
      office = { lab, browser, web: lab.web, skin: "elastic" };
      const stranger = readFileSync(join(lab.certificates.folder, "evil-root.crt.pem"));
      const settings = {
        // Eve's authority may vouch for a domain that is not hers here; the own domain is the own authority's alone.
        TrustAnchors: [readFileSync(lab.certificates.root, "utf8"), stranger.toString("utf8")],
        AuthorityDomains: [`${new X509Certificate(stranger).fingerprint256} elsewhere.test`],
        DomainAuthorities: [`lab.test ${lab.certificates.rootSha256}`],
        UseShippedAnchors: false,
        WebmailOrigins: [lab.web], AlwaysSign: true, AlwaysEncrypt: true,
      };
      alice = await arrive(office, "alice", managedBrowser(lab, browser, settings).program);
    });
    afterAll(async () => {
      await alice?.driver.close();
      await lab?.stop();
    });

    const bobsInbox = async () => (await lab.storedMessages("bob", "INBOX")).map(({ raw }) => raw);

    async function addressBob(composer: Frame): Promise<void> {
      const chip = `${test("chip")}[data-address="bob@lab.test"]`;
      if (!(await composer.exists(chip))) {
        await composer.type(test("to-input"), "bob@lab.test");
        await composer.press("Enter");
      }
      await composer.waitFor(`${chip}[data-state="found"]`);
    }

    /** Opens what arrived for Bob last with his key; answers the text and who signed it. */
    async function bobReads(): Promise<{ text: string; signer: string }> {
      const raw = (await bobsInbox()).at(-1);
      if (!raw) throw new Error("nothing arrived for Bob");
      expect(header(raw, "content-type")).toMatch(/^application\/pkcs7-mime/);
      const { content, signer } = await opensslVerify(lab, await opensslDecrypt(lab, raw, "bob"));
      return { text: leaves(content.toString("latin1")).map(({ bytes }) => bytes.toString("utf8")).join(), signer };
    }

    it("a browser that starts cold under the forced mode sends nothing in the clear from its first seconds on (CO-09)", async () => {
      await setUp(alice, office, { ...lab.certificates.pkcs12("alice"), trust: [] });
      const [added] = await addCertificates(alice, [lab.certificates.certificate("bob")]);
      expect(added).toBeDefined();
      const composer = await openComposer(alice);
      const word = randomWord();
      // Whatever the toggles say so early, nobody touches them: only what Send does counts.
      await composer.type(test("to-input"), "bob@lab.test");
      await composer.press("Enter");
      await composer.type(test("subject"), word);
      await composer.type(test("editor"), word);
      await send(composer, { confirm: alice.driver });
      expect(await bobReads()).toMatchObject({ signer: "alice@lab.test", text: expect.stringContaining(word) as string });
      expect(await lab.searchEverywhere([word], [alice.driver.profile])).toEqual([]);
      await composer.click(test("result-close"));
    });

    it("an authority from the policy makes mail verified without anybody trusting anything (CE-01)", async () => {
      const uid = await lab.append("alice", "INBOX", await sealedByCli(lab, { from: "bob", to: "alice", subject: "Managed", text: "Vouched for.", options: ["--encrypt", lab.certificates.certificate("alice")] }));
      await openMessage(alice, office, uid);
      const shown = await readShown(alice);
      expect(shown).toMatchObject({ key: "sentence_verified_encrypted", subject: "Managed" });
      const other = await lab.append("alice", "INBOX", await signedByOpenssl(lab, { from: "eve", to: "alice", signer: "eve", text: "Trust me." }));
      await openMessage(alice, office, other);
      const { key, reader } = await readShown(alice);
      expect(key).toBe("sentence_unverified_untrusted");
      // Trusted, and limited to another domain (docs/decisions/0018-trust-anchors.md).
      await reader.click(test("details-toggle"));
      expect(await reader.evaluate(() => document.querySelector<HTMLElement>('[data-test="signer-reason"]')?.dataset["code"])).toBe("pki.authority-domains");
      expect(await reader.exists(test("stranger-trust"))).toBe(false);
    });

    it("the options and the certificates say what the organisation has set, and cannot change it", async () => {
      const options = await alice.driver.open(`${alice.driver.extension}/options.html`);
      for (const name of ["sign-by-default", "encrypt-by-default"]) {
        await options.waitFor(`${test(name)}:checked:disabled`);
        expect(await options.text(`label:has(${test(name)})`)).toContain("Set by your organisation");
      }
      const webmail = await options.text("section[aria-labelledby=webmails]");
      expect(webmail).toContain(lab.web);
      expect(webmail).toContain("Set by your organisation");
      await options.close();
      const certificates = await alice.driver.open(`${alice.driver.extension}/certificates.html`);
      await certificates.until(() => document.querySelector("main")?.innerText.includes("Lab Root"), { what: "the authority" });
      expect(await certificates.text("main")).toContain("Set by your organisation");
      await certificates.close();
      await alice.page.activate();
    });

    it("the webmail's own New, Reply, Reply all, Forward and addresses lead to our composer, whose toggles are locked on", async () => {
      const plain = ["From: Carol Example <carol@lab.test>", "To: alice@lab.test, bob@lab.test", "Subject: Lunch", `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
        "Message-ID: <lunch@lab.test>", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "", "Tell dave@lab.test as well.", ""];
      const uid = await lab.append("alice", "INBOX", Buffer.from(plain.join("\r\n")));
      const ways = [
        ["#taskmenu a.compose", "", []],
        ["#toolbar-menu a.reply", "Re: Lunch", ["carol@lab.test"]],
        ["#toolbar-menu a.reply-all", "Re: Lunch", ["carol@lab.test", "bob@lab.test"]],
        ["#toolbar-menu a.forward", "Fwd: Lunch", []],
        ['#messagebody a[href^="mailto:dave"]', "", ["dave@lab.test"]],
        ["#message-header a.rcmContactAddress", "", ["carol@lab.test"]],
      ] as const;
      for (const [control, subject, people] of ways) {
        await openMessage(alice, office, uid);
        await alice.page.waitFor("[data-mailseal=compose]");
        await alice.page.click(control);
        const composer = await composerOf(alice);
        for (const toggle of ["sign", "encrypt"]) await composer.waitFor(`${test(toggle)}${ON_AND_LOCKED}`);
        await composer.until((wanted) => document.querySelector<HTMLInputElement>('[data-test="subject"]')?.value === wanted, { what: `${control}: the subject "${subject}"` }, subject);
        for (const address of people) await composer.waitFor(`${test("chip")}[data-address="${address}"]`);
        expect(new URL(await alice.page.url()).searchParams.get("_action"), control).toBe("show");
      }
      const composer = await composerOf(alice);
      for (const toggle of ["encrypt", "sign"]) {
        await sleep(1000);
        await composer.click(test(toggle));
        await composer.waitFor(`${test(toggle)}${ON_AND_LOCKED}`);
      }
    });

    it("somebody without a certificate can be left out or asked for one, and the other ways are shown as forbidden (CO-09)", async () => {
      await alice.page.goto(`${lab.web}/?_task=mail`);
      const composer = await openComposer(alice);
      if (await composer.exists(test("notice-dismiss"))) await composer.click(test("notice-dismiss"));
      await addressBob(composer);
      await composer.type(test("to-input"), "dave@lab.test");
      await composer.press("Enter");
      await composer.waitFor(`${test("chip")}[data-address="dave@lab.test"][data-state="none"]`);
      await sleep(1000);
      await composer.click(test("send"));
      await composer.waitFor(test("missing-people"));
      for (const way of ["leave-out", "ask"]) expect(await composer.exists(`${test(`missing-${way}`)}:enabled`), way).toBe(true);
      for (const way of ["clear", "unreadable"]) {
        expect(await composer.exists(`${test(`missing-${way}`)}:disabled`), way).toBe(true);
        expect(await composer.text(`label:has(${test(`missing-${way}`)})`)).toContain("Not allowed by your organisation");
      }
      await composer.click(test("missing-back"));
    });

    it("the webmail's own Send is stopped: what was written there goes encrypted from our composer", async () => {
      const before = (await bobsInbox()).length;
      const word = randomWord();
      await alice.page.goto(`${lab.web}/?_task=mail&_action=compose&_to=bob@lab.test`);
      await alice.page.type("#compose-subject", word);
      await alice.page.type("#composebody", `Written natively ${word}`);
      await alice.page.waitFor("[data-mailseal=encrypt]");
      await alice.page.click("button.btn.send");
      const composer = await composerOf(alice);
      await composer.waitFor(test("native-notice"));
      await composer.until((words) => document.querySelector<HTMLElement>('[data-test="editor"]')?.innerText.includes(words), { what: "her words" }, word);
      expect((await bobsInbox()).length).toBe(before);
      await addressBob(composer);
      await sleep(1000);
      await composer.click(test("send"));
      if (browser === "firefox") await confirmSend(alice.driver);
      await composer.waitFor(`${test("result")}[data-state="sent"]`, { timeout: 60_000 });
      expect((await bobsInbox()).length).toBe(before + 1);
      expect(await bobReads()).toMatchObject({ signer: "alice@lab.test", text: expect.stringContaining(word) as string });
      expect(lab.proxy.requests.filter(({ method, url }) => method === "POST" && /_action=send\b/.test(url))).toEqual([]);
    });
  });
}
