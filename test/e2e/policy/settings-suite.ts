import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StoredMessage } from "../../lab/lab.mjs";
import type { Frame } from "../driver/driver.ts";
import type { BrowserName } from "../driver/launch.ts";
import { poll } from "../driver/wait.ts";
import { signedByOpenssl } from "../people/foreign-mail.ts";
import { openMessage, readShown } from "../people/read.ts";
import { randomWord } from "../people/words.ts";
import { composerOf, openComposer, send } from "../people/write.ts";
import { header, opensslDecrypt, opensslDecryptWith } from "../walk-through/evidence.ts";
import { envelopedFacts, signedFacts } from "./cms-facts.ts";
import { fillIn, type SettingsDesk, setToggle, takeManagedSeat, test, writeLetter } from "./settings-desk.ts";

const LOCKED = '[aria-pressed="true"][aria-disabled="true"]';
const BOB = "Bob Example <bob@lab.test>";

/**
 * Every setting of sending is seen in the octets that were delivered, as OpenSSL reads them, with a real policy file. One browser and
 * few messages, each under many settings at once; what nobody set is looked at first, so that each setting is seen to change something.
 */
export function settingsSuite(browser: BrowserName): void {
  describe(`sending settings in ${browser}`, () => {
    let desk: SettingsDesk;

    beforeAll(async () => {
      desk = await takeManagedSeat(browser);
    });
    afterAll(async () => desk?.close());

    const sendNow = (composer: Frame): Promise<string> => send(composer, { confirm: desk.alice.driver });
    const signature = (raw: Buffer) => signedFacts(raw, desk.lab.certificates);
    const envelope = (raw: Buffer) => {
      const others = Object.fromEntries(["bob", "carol", "dave"].map((who) => [who, desk.lab.certificates.pem(who)]));
      return envelopedFacts(raw, { alice: desk.keys.encryption.pem, "alice, of the lab": desk.lab.certificates.pem("alice"), ...others });
    };

    /** Does something and answers what was delivered to each of them by it, once everybody got his; nobody may get more than one. */
    async function deliveredBy(people: string[], act: () => Promise<unknown>): Promise<Record<string, Buffer>> {
      const inbox = (who: string): Promise<StoredMessage[]> => desk.lab.storedMessages(who, "INBOX");
      const before = new Map(await Promise.all(people.map(async (who) => [who, new Set((await inbox(who)).map(({ uid }) => uid))] as const)));
      await act();
      const anew = async (who: string) => (await inbox(who)).filter(({ uid }) => !before.get(who)?.has(uid)).map(({ raw }) => raw);
      const found = await poll(async () => {
        const all = await Promise.all(people.map(anew));
        return all.every(({ length }) => length > 0) && all;
      }, `mail for ${people.join()}`, 30_000);
      expect(found.map(({ length }) => length)).toEqual(people.map(() => 1));
      return Object.fromEntries(people.map((who, i) => [who, found[i]?.[0] as Buffer]));
    }

    /** Alice opens a message that Bob signed, and answers it; the answer's composer. */
    async function answerBob(): Promise<Frame> {
      const uid = await desk.lab.append("alice", "INBOX", await signedByOpenssl(desk.lab, { from: "bob", to: "alice", signer: "bob", text: "Are the figures right?" }));
      await openMessage(desk.alice, desk, uid);
      const { reader } = await readShown(desk.alice);
      await reader.click(test("reply"));
      const composer = await composerOf(desk.alice);
      await composer.waitFor(`${test("chip")}[data-address="bob@lab.test"]`);
      return composer;
    }

    /** Looks at the choice of Alice's own keys on the options page, and makes another. */
    async function ownKeys(choose: Partial<Record<"sign" | "encrypt", string>> = {}): Promise<{ locked: boolean }> {
      const options = await desk.alice.driver.open(`${desk.alice.driver.extension}/options.html`);
      await options.waitFor(test("identity-choice-sign"));
      for (const [use, pem] of Object.entries(choose)) {
        const wanted = `${test(`identity-${use}`)}[data-id="${new X509Certificate(readFileSync(pem)).fingerprint256.replaceAll(":", "").toLowerCase()}"]`;
        await options.click(wanted);
        await options.waitFor(`${wanted}:checked`);
      }
      const locked = await options.exists(`${test("identity-choice-sign")}[data-locked="true"] input:disabled`);
      await options.close();
      await desk.alice.page.goto(`${desk.web}/?_task=mail`);
      await desk.alice.page.activate();
      return { locked };
    }

    /** What two deliveries of one message have in common; each message by itself is encrypted to other octets. */
    const body = (raw: Buffer): string => raw.toString("latin1").replace(/^[^]*?\r?\n\r?\n/, "");

    it("with nothing set: each Bcc recipient a message of his own, clear-signed, names told, a reply not signed by itself (CO-08)", async () => {
      await desk.enforce({});
      expect(await (await answerBob()).exists(`${test("sign")}[aria-pressed="false"]`)).toBe(true);
      await desk.alice.page.goto(`${desk.web}/?_task=mail`);
      const word = randomWord();
      const composer = await writeLetter(desk, { to: [BOB], bcc: ["carol@lab.test", "dave@lab.test"], subject: word, text: word, sign: true, encrypt: true });
      for (const told of ["bcc-told", "subject-open"]) expect(await composer.exists(`${test(told)}:not([hidden])`), told).toBe(false);
      const { bob, carol, dave } = await deliveredBy(["bob", "carol", "dave"], () => sendNow(composer)) as Record<"bob" | "carol" | "dave", Buffer>;
      const named = "issuer and serial";
      expect(await envelope(bob)).toEqual({ cipher: "aes-256-cbc", recipients: { alice: named, bob: named }, other: 0 });
      expect(await envelope(carol)).toEqual({ cipher: "aes-256-cbc", recipients: { alice: named, carol: named }, other: 0 });
      expect(await envelope(dave)).toEqual({ cipher: "aes-256-cbc", recipients: { alice: named, dave: named }, other: 0 });
      expect(new Set([bob, carol, dave].map(body)).size).toBe(3);
      expect(header(bob, "subject")).not.toContain(word);
      expect(header(bob, "to")).toContain("Bob Example");
      // The composer tells no time zone to anybody, whatever is set.
      expect(header(bob, "date")).toMatch(/\+0000$/);
      expect(await signature(await opensslDecrypt(desk.lab, bob, "bob"))).toMatchObject({
        opaque: false, digest: "sha256", signature: "rsaEncryption", signer: named, certificates: ["Lab Issuing CA", "alice encryption", "alice signing"],
      });
    });

    it("the key that signs and the one that others encrypt to are chosen separately; a key that is too short counts as none (CE-02)", async () => {
      expect(await ownKeys({ sign: desk.lab.certificates.pem("alice"), encrypt: desk.keys.encryption.pem })).toEqual({ locked: false });
      const word = randomWord();
      const composer = await writeLetter(desk, { to: [BOB], subject: word, text: word, sign: true, encrypt: true });
      await composer.type(test("to-input"), "erin@lab.test");
      await composer.press("Enter");
      await composer.waitFor(`${test("chip")}[data-address="erin@lab.test"][data-state="problem"]`);
      await composer.click(`${test("chip")}[data-address="erin@lab.test"] .chip-remove`);
      const { bob } = await deliveredBy(["bob"], () => sendNow(composer)) as { bob: Buffer };
      expect((await envelope(bob)).recipients).toEqual({ alice: "issuer and serial", bob: "issuer and serial" });
      // The key that signs could decrypt, and answers go to the other one all the same.
      expect(await signature(await opensslDecrypt(desk.lab, bob, "bob"))).toMatchObject({ by: "Alice Example", certificates: ["Alice Example", "Lab Issuing CA", "alice encryption"] });
    });

    it("a change is in force within a minute, and each setting that cannot be read or is misspelt is named on the options page", async () => {
      const facts = await desk.enforce({ BCCEncryptedEmailForking: 7, EncryptionAlgorithms: "6603;AES128", AllowUserChoiceOfSigningCertificate: false, MinimumRsaBits: 3072 }, { AlwaysSign: "yes", AlwaysEncrypts: true });
      const of = (wanted: string) => facts.find(({ name }) => name === wanted);
      const says = (words: string): string => expect.stringContaining(words) as string;
      expect(of("BCCEncryptedEmailForking")).toMatchObject({ problems: ["policy.unreadable"], text: says("0") });
      expect(of("EncryptionAlgorithms")).toMatchObject({ problems: ["policy.weak-algorithm"], text: says("6603") });
      expect(of("WebmailOrigins")).toMatchObject({ problems: [] });
      expect(await ownKeys()).toEqual({ locked: true });
      // Bob's key has 2048 bits, as those of his authorities.
      const composer = await openComposer(desk.alice);
      await composer.type(test("to-input"), BOB);
      await composer.press("Enter");
      await composer.waitFor(`${test("chip")}[data-address="bob@lab.test"][data-state="problem"]`);
      await setToggle(composer, "encrypt", true);
      await sleep(1000);
      await composer.click(test("send"));
      // Firefox passes on the unreadable AlwaysSign, which forces her to sign, and her own key is as short.
      await composer.waitFor(browser === "firefox" ? `${test("problem")}[data-code="pki.weak-key"]` : test("missing-people"));
      await desk.alice.page.goto(`${desk.web}/?_task=mail`);
      // Chromium passes on nothing that does not fit the schema (docs/administrator/settings.md); what a browser passes on is read strictly.
      if (browser === "chromium") return;
      expect(of("AlwaysSign")).toMatchObject({ problems: ["policy.unreadable"], text: says("true") });
      expect(of("AlwaysEncrypts")).toMatchObject({ problems: ["policy.unknown-setting"] });
    });

    it("an account of another domain is left alone; over the limit nothing is sent; a reply to a signed message is signed: opaque, SHA-384, by key identifier, with the root (SG-02)", async () => {
      const sending = { ClearSign: false, DefaultSigningAlgorithm: "800D", UseKeyIdentifier: true, IncludeCertificateChainAndRootCertificate: true, NoSignOnReply: false, RecipientLimit: 1, AllowUserChoiceOfSigningCertificate: false };
      // Trust goes by the account too: what is set beside AccountDomains vouches for nobody here.
      const trusted = { TrustAnchors: [readFileSync(desk.lab.certificates.root, "utf8")], UseShippedAnchors: false };
      await desk.enforce({ AccountDomains: ["elsewhere.test"], AlwaysEncrypt: true, Scopes: [{ domains: ["lab.test"], settings: { ...sending, ...trusted } }] });
      const composer = await answerBob();
      await composer.waitFor(`${test("sign")}[aria-pressed="true"]:not([aria-disabled="true"])`);
      await composer.waitFor(`${test("encrypt")}[aria-pressed="false"]:not([aria-disabled="true"])`);
      const word = randomWord();
      await fillIn(composer, { bcc: ["carol@lab.test"], subject: word, text: word, encrypt: true });
      const asked = desk.lab.proxy.requests.length;
      await sleep(1000);
      await composer.click(test("send"));
      await composer.waitFor(`${test("problem")}[data-code="send.recipient-limit"]`);
      expect(await composer.text(test("problem-names"))).toContain("1");
      expect(desk.lab.proxy.requests.slice(asked).map(({ url }) => url).filter((url) => /_action=(import|bounce|plugin\.\w*send|send)\b/.test(url))).toEqual([]);
      await composer.click(test("problem-dismiss"));
      await setToggle(composer, "encrypt", false);
      const { bob } = await deliveredBy(["bob", "carol"], () => sendNow(composer)) as { bob: Buffer };
      const facts = await signature(bob);
      expect(facts).toMatchObject({ opaque: true, digest: "sha384", by: "alice signing", signer: "key identifier", certificates: ["Lab Issuing CA", "Lab Root", "alice encryption", "alice signing"] });
      expect(facts.content.toString()).toContain(word);
    });

    it("an account of the domain is forced: one message for both Bcc recipients, who are warned of, AES-128, by key identifier, the subject open, the signing certificate alone (CO-08, CO-09)", async () => {
      await desk.enforce({
        AccountDomains: ["lab.test"], AlwaysEncrypt: true, SecurityFlags: 0x048, EncryptionAlgorithms: "660E", UseKeyIdentifier: true, ProtectHeaders: false,
        RecipientLimit: 1, RecipientLimitOf: ["alice@lab.test 3"], AllowUserChoiceOfSigningCertificate: false,
      });
      const word = randomWord();
      const composer = await writeLetter(desk, { to: [BOB], bcc: ["carol@lab.test", "dave@lab.test"], subject: `Open ${word}`, text: word, sign: true });
      await composer.waitFor(`${test("encrypt")}${LOCKED}`);
      await composer.waitFor(test("subject-open"));
      expect(await composer.text(test("bcc-told"))).toContain("Bcc");
      const { bob, carol, dave } = await deliveredBy(["bob", "carol", "dave"], () => sendNow(composer)) as Record<"bob" | "carol" | "dave", Buffer>;
      const named = "key identifier";
      expect(await envelope(bob)).toEqual({ cipher: "aes-128-cbc", recipients: { alice: named, bob: named }, other: 0 });
      expect(await envelope(carol)).toEqual({ cipher: "aes-128-cbc", recipients: { alice: named, carol: named, dave: named }, other: 0 });
      expect(body(dave)).toBe(body(carol));
      for (const raw of [bob, carol]) expect(header(raw, "subject")).toBe(`Open ${word}`);
      for (const raw of [bob, carol, dave]) expect(raw.toString("latin1").split(/\r?\n\r?\n/, 1)[0]).not.toMatch(/^(to|cc|bcc):.*(carol|dave)@/im);
      const inner = await opensslDecryptWith(desk.keys.encryption, bob);
      expect(await signature(inner)).toMatchObject({ certificates: ["Lab Issuing CA", "alice signing"] });
      // Inside stands no second header for anybody to rely on (RFC 9788).
      expect(inner.toString("latin1")).not.toMatch(/hp="?(cipher|clear)/i);
    });

    it("three layers, one message that names everybody, RSA-PSS by the key that was chosen, names hidden, no authority's certificate (CO-08, ES-01)", async () => {
      await desk.enforce({ TripleWrap: true, SecurityFlags: 0x080, SignWithRsaPss: true, HideNamesAndTimeZone: true, IncludeCertificateChainWithoutRootCertificate: false });
      const word = randomWord();
      const composer = await writeLetter(desk, { to: [BOB], bcc: ["carol@lab.test", "dave@lab.test"], subject: word, text: word, sign: true, encrypt: true });
      expect(await composer.text(test("bcc-told"))).toContain("Bcc");
      const { bob, carol, dave } = await deliveredBy(["bob", "carol", "dave"], () => sendNow(composer)) as Record<"bob" | "carol" | "dave", Buffer>;
      expect([body(carol), body(dave)]).toEqual([body(bob), body(bob)]);
      expect(header(bob, "to")).toContain("bob@lab.test");
      for (const name of ["from", "to"]) expect(header(bob, name), name).not.toContain("Example");
      expect(header(bob, "date")).toMatch(/\+0000$/);
      const outer = await signature(bob);
      const made = { by: "Alice Example", signature: "rsassaPss", certificates: ["Alice Example", "alice encryption"] };
      expect(outer).toMatchObject(made);
      const named = "issuer and serial";
      expect(await envelope(outer.content)).toMatchObject({ recipients: { alice: named, bob: named, carol: named, dave: named }, other: 0 });
      const inner = await signature(await opensslDecrypt(desk.lab, outer.content, "bob"));
      expect(inner).toMatchObject(made);
      expect(inner.content.toString("latin1")).toMatch(/^HP-Outer: To: bob@lab\.test/im);
      expect(inner.content.toString()).toContain(word);
    });
  });
}
