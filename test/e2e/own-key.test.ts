import { createPrivateKey } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../lab/lab.mjs";
import { openssl } from "../lab/openssl.mjs";
import { poll } from "./driver/wait.ts";
import { arrive, type Office, type Person } from "./people/person.ts";
import { searchProfile, secretNumber, secretWord } from "./after-logout/search-profile.ts";
import { openMessage, readShown } from "./people/read.ts";
import { allowWebmail, openSetUp } from "./people/set-up.ts";
import { openComposer, write } from "./people/write.ts";

const test = (name: string): string => `[data-test="${name}"]`;
const password = "a password for a backup";
const passphrase = "vier Wörter ohne Sinn";

/**
 * From nothing to signed mail and a backup, with a key that was born under a passphrase in the browser and a certificate that OpenSSL
 * issued for it; nothing of the key lies in the profile then.
 */
describe("a key made in chromium", () => {
  let lab: Lab;
  let office: Office;
  let alice: Person;
  let pem: string;

  beforeAll(async () => {
    lab = await startLab({ name: "own-key" });
    office = { lab, browser: "chromium", web: lab.web, skin: "elastic" };
    alice = await arrive(office, "alice");
  });
  afterAll(async () => {
    await alice?.driver.close();
    await lab?.stop();
  });

  /** The lab's issuing authority answers a request with a .p7b of the certificate and its chain. */
  async function issue(request: string): Promise<string> {
    const cwd = lab.certificates.folder;
    const at = (name: string): string => join(alice.driver.profile, "..", name);
    writeFileSync(at("request.pem"), request);
    await openssl(["req", "-in", at("request.pem"), "-verify", "-noout"]);
    await openssl(["x509", "-req", "-in", at("request.pem"), "-copy_extensions", "copyall", "-days", "30", "-CA", "lab-issuing.crt.pem", "-CAkey", "lab-issuing.key.pem", "-out", at("issued.pem")], { cwd });
    await openssl(["crl2pkcs7", "-nocrl", "-certfile", at("issued.pem"), "-certfile", lab.certificates.chain, "-outform", "DER", "-out", at("issued.p7b")]);
    return at("issued.p7b");
  }

  it("asks for its certificate, takes it in, sends what OpenSSL reads with the backup alone, and cannot be saved twice", { timeout: 300_000 }, async () => {
    const keys = await alice.driver.open(`${alice.driver.extension}/keys.html`);
    await keys.type(test("key-address"), "alice@lab.test");
    await keys.type(test("key-name"), "Alice Example");
    await keys.click(test("key-make"));
    await keys.type(test("protection-typed"), passphrase);
    await keys.type(test("protection-again"), passphrase);
    await keys.click(test("key-protect"));
    await keys.waitFor(`${test("waiting-use")}[data-protection="passphrase"]`, { timeout: 60_000 });
    await keys.click(test("request-save"));
    const saved = await alice.driver.waitForDownload(/\.csr\.pem$/);

    await keys.setFiles(test("issued-file"), [await issue(readFileSync(saved, "utf8"))]);
    await keys.until((selector) => document.querySelector<HTMLElement>(selector)?.innerText.includes("alice@lab.test") && document.querySelector("main")?.ariaBusy === "false", { what: "the certificate is taken in" }, test("issued-taken"));
    await keys.click(test("offer-compare"));
    await keys.type(test("compare-typed"), lab.certificates.rootSha256.slice(0, 8).toUpperCase());
    await keys.click(test("compare-rest"));
    await keys.click(test("compare-trust"));
    await keys.until(() => document.querySelector('[data-test="waiting-key"]') === null && document.querySelector("main")?.ariaBusy === "false", { what: "nothing waits any more" });

    await keys.click(test("backup-open"));
    await keys.type(test("backup-passphrase"), passphrase);
    await keys.type(test("backup-password"), password);
    await keys.type(test("backup-again"), password);
    await keys.click(test("backup-save"));
    const backup = await alice.driver.waitForDownload(/\.p12$/, 60_000);
    await keys.click(test("backup-done"));
    await keys.waitFor(`${test("backup")}[data-state="gone"]`);
    expect(await keys.exists(test("backup-open"))).toBe(false);
    await keys.close();
    const folder = join(lab.folder, "files");
    mkdirSync(folder, { recursive: true });
    pem = join(folder, "backup.pem");
    await openssl(["pkcs12", "-in", backup, "-passin", `pass:${password}`, "-nodes", "-out", pem]);

    const setup = await openSetUp(alice, office);
    await allowWebmail(setup, alice, office, "setup-skip");
    await setup.close();
    await alice.page.activate();
    await alice.page.reload();
    const composer = await openComposer(alice);
    await write(composer, { to: ["alice@lab.test"], subject: "With my own key", text: "Made here.", sign: true, encrypt: true });
    // It was joined with its certificate without being unlocked, and is locked.
    // A press that comes before the frame was seen for long enough counts for nothing: then Send is pressed again.
    const unlock = await poll(async () => {
      await sleep(1000);
      await composer.click(test("send"));
      return alice.driver.waitForPage(/\/unlock\.html#/, 4000).catch(() => null);
    }, "the unlock window", 40_000);
    await unlock.type(test("unlock-passphrase"), passphrase);
    await unlock.click(test("unlock-open"));
    await alice.page.activate();
    await composer.waitFor(`${test("result")}[data-state="sent"]`, { timeout: 60_000 });

    const arrived = await poll(async () => (await lab.storedMessages("alice", "INBOX")).at(-1) ?? null, "the message", 20_000);
    const { stdout: signed } = await openssl(["cms", "-decrypt", "-inkey", pem, "-recip", pem], { input: arrived.raw });
    const { stdout: text } = await openssl(["cms", "-verify", "-CAfile", lab.certificates.root, "-purpose", "any"], { input: signed });
    expect(text.toString()).toContain("Made here.");
    await openMessage(alice, office, arrived.uid);
    const shown = await readShown(alice);
    expect([shown.key, shown.body]).toEqual(["sentence_verified_encrypted", expect.stringContaining("Made here.")]);
  });

  it("leaves no number of the key, no passphrase and no password in the profile", { timeout: 120_000 }, async () => {
    await alice.driver.close();
    const { d, p, q } = createPrivateKey(readFileSync(pem)).export({ format: "jwk" });
    const numbers = Object.entries({ d, p, q }).map(([name, number]) => secretNumber(name, Buffer.from(number as string, "base64url")));
    const hits = await searchProfile(alice.driver.profile, [...numbers, secretWord("passphrase", passphrase), secretWord("password", password), secretWord("account", alice.address)]);
    // The address stands in the certificate: what finds it reads the values of the database.
    expect(hits.filter(({ found }) => found.includes("account")).map(({ where }) => where).filter((where) => /indexeddb/i.test(where))).not.toEqual([]);
    expect(hits.map(({ where, found }) => ({ where, found: found.filter((name) => name !== "account") })).filter(({ found }) => found.length > 0)).toEqual([]);
  });
});
