import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../lab/lab.mjs";
import { openssl } from "../lab/openssl.mjs";
import { poll } from "./driver/wait.ts";
import { arrive, type Office, type Person } from "./people/person.ts";
import { allowWebmail, openSetUp } from "./people/set-up.ts";
import { openComposer, send, write } from "./people/write.ts";

const test = (name: string): string => `[data-test="${name}"]`;
const password = "a password for a backup";

/** From nothing to signed mail and a backup, with a key that was made in the browser and a certificate that OpenSSL issued for it. */
describe("a key made in chromium", () => {
  let lab: Lab;
  let office: Office;
  let alice: Person;

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
    await keys.click(test("key-suite-p-256"));
    await keys.click(test("key-make"));
    await keys.click(test("request-save"));
    const saved = await alice.driver.waitForDownload(/\.csr\.pem$/);

    await keys.setFiles(test("issued-file"), [await issue(readFileSync(saved, "utf8"))]);
    await keys.until((selector) => document.querySelector<HTMLElement>(selector)?.innerText.includes("alice@lab.test"), { what: "the certificate is taken in" }, test("issued-taken"));
    await keys.click(test("offer-compare"));
    await keys.type(test("compare-typed"), lab.certificates.rootSha256.slice(0, 8).toUpperCase());
    await keys.click(test("compare-rest"));
    await keys.click(test("compare-trust"));
    await keys.until(() => document.querySelector('[data-test="waiting-key"]') === null && document.querySelector("main")?.ariaBusy === "false", { what: "nothing waits any more" });

    await keys.click(test("backup-open"));
    await keys.type(test("backup-password"), password);
    await keys.type(test("backup-again"), password);
    await keys.click(test("backup-save"));
    const backup = await alice.driver.waitForDownload(/\.p12$/, 60_000);
    await keys.click(test("backup-done"));
    await keys.waitFor(`${test("backup")}[data-state="gone"]`);
    expect(await keys.exists(test("backup-open"))).toBe(false);
    await keys.close();

    const setup = await openSetUp(alice, office);
    await allowWebmail(setup, alice, office, "setup-skip");
    await setup.close();
    await alice.page.activate();
    await alice.page.reload();
    const composer = await openComposer(alice);
    await write(composer, { to: ["alice@lab.test"], subject: "With my own key", text: "Made here.", sign: true, encrypt: true });
    await send(composer);

    const arrived = await poll(async () => (await lab.storedMessages("alice", "INBOX")).at(-1) ?? null, "the message", 20_000);
    await openssl(["pkcs12", "-in", backup, "-passin", `pass:${password}`, "-nodes", "-out", `${backup}.pem`]);
    const { stdout: signed } = await openssl(["cms", "-decrypt", "-inkey", `${backup}.pem`, "-recip", `${backup}.pem`], { input: arrived.raw });
    const { stdout: text } = await openssl(["cms", "-verify", "-CAfile", lab.certificates.root, "-purpose", "any"], { input: signed });
    expect(text.toString()).toContain("Made here.");
  });
});
