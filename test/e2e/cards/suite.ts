import { execFileSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { haveSoftHsm, SOFTHSM, type SoftHsm, softHsm } from "../../interop/support/softhsm.ts";
import { haveVirtualReader, OPENSC, startVirtualReader, type VirtualReader } from "../../interop/support/virtual-reader.ts";
import { median } from "../../bench/statistics.ts";
import { type Lab, startLab } from "../../lab/lab.mjs";
import { openssl } from "../../lab/openssl.mjs";
import { type Applet, insertCard, pivApplet } from "../../lab/piv-card.mjs";
import type { Page } from "../driver/driver.ts";
import { type BrowserName, launch } from "../driver/launch.ts";
import { poll } from "../driver/wait.ts";
import { type Office, type Person, signIn } from "../people/person.ts";
import { addCertificates, setUp } from "../people/set-up.ts";
import { openComposer, send, write } from "../people/write.ts";
import { openMessage } from "../people/read.ts";
import { signedFacts } from "../policy/cms-facts.ts";
import { type IssuedKey, twoKeys } from "../policy/two-keys.ts";

const test = (name: string): string => `[data-test="${name}"]`;
const PIN = "314159";
const TEXT = "What only the card opens.";

/** How often a card comes and goes to be measured. */
const ROUNDS = 5;

/** A process's command line; empty where it ended. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch {
    return "";
  }
}

/** A card in the real webmail: the real host, a module of PKCS#11, and what was delivered as OpenSSL reads it. */
export function cardsSuite(browser: BrowserName): void {
  describe.skipIf(!haveSoftHsm)(`a smart card in ${browser} (architecture §5)`, () => {
    let lab: Lab;
    let office: Office;
    let alice: Person;
    let hsm: SoftHsm;
    let options: Page;
    let uid: number;
    /** A PIV card's reader, where one can be had: SoftHSM sees no token that comes while it runs. */
    let reader: VirtualReader | null = null;
    let applet: Applet;
    let inserted: Awaited<ReturnType<typeof insertCard>>;
    let home: string;

    /** In Chromium nobody can answer the browser's own prompt for a test, so there the permission comes with the extension. */
    function extension(folder: string): string {
      const built = join(lab.root, "dist", browser === "chromium" ? "chrome" : "firefox");
      if (browser === "firefox") return built;
      const copy = join(folder, "extension");
      cpSync(built, copy, { recursive: true });
      const manifest = JSON.parse(readFileSync(join(copy, "manifest.json"), "utf8")) as { permissions: string[]; optional_permissions: string[] };
      writeFileSync(join(copy, "manifest.json"), JSON.stringify({ ...manifest, permissions: [...manifest.permissions, "nativeMessaging"], optional_permissions: manifest.optional_permissions.filter((each) => each !== "nativeMessaging") }));
      return copy;
    }

    beforeAll(async () => {
      lab = await startLab({ name: `cards-${browser}` });
      office = { lab, browser, web: lab.web, skin: "elastic" };
      const folder = join(lab.folder, "browsers", `${browser}-alice`);
      home = join(folder, "data");
      mkdirSync(join(folder, "profile"), { recursive: true });
      hsm = softHsm(join(lab.folder, "hsm"));
      process.env["SOFTHSM2_CONF"] = hsm.environment.SOFTHSM2_CONF;
      hsm.token("Alice", PIN);
      const { signing, encryption } = await twoKeys(lab, "alice");
      const der = async (kind: "pkey" | "x509", pem: string): Promise<string> => {
        await openssl([kind, "-in", pem, "-outform", "DER", "-out", `${pem}.der`]);
        return `${pem}.der`;
      };
      for (const [id, { key, pem }] of [["01", signing], ["02", encryption]] as const) hsm.put("Alice", PIN, id, { key: await der("pkey", key), certificate: await der("x509", pem) });
      hsm.authority("Alice", PIN, await der("x509", join(lab.certificates.folder, "lab-issuing.crt.pem")));
      if (haveVirtualReader) {
        const piv = ({ key, pem }: IssuedKey) => ({ key: createPrivateKey(readFileSync(key)), keyFile: key, certificate: new X509Certificate(readFileSync(pem)).raw });
        applet = pivApplet({ keys: { "9a": piv(signing), "9d": piv(encryption) }, pin: PIN });
        reader = await startVirtualReader(join(lab.folder, "reader"));
        Object.assign(process.env, reader.environment);
      }
      const command = [join(lab.root, "dist/cli/mailseal.mjs"), "host", "install", "--browser", browser, ...(browser === "chromium" ? ["--user-data-dir", join(folder, "profile")] : [])];
      execFileSync(process.execPath, command, { env: { ...process.env, HOME: folder, XDG_DATA_HOME: join(folder, "data"), XDG_CONFIG_HOME: join(folder, "config") } });
      const sealed = await openssl(["cms", "-encrypt", "-aes256", "-from", "bob@lab.test", "-to", "alice@lab.test", "-subject", "For the card", encryption.pem], { input: Buffer.from(`Content-Type: text/plain\r\n\r\n${TEXT}\r\n`) });
      uid = await lab.append("alice", "INBOX", sealed.stdout);
      const driver = await launch(browser, { extension: extension(folder), folder, outsidePort: lab.ports["outside"] as number, processes: lab.processes });
      const page = await driver.open(`${lab.web}/`);
      await signIn(page, lab.address("alice"), lab.password("alice"));
      alice = { who: "alice", address: lab.address("alice"), driver, page };
      await setUp(alice, office);
      await addCertificates(alice, [lab.certificates.certificate("bob")]);
      options = await driver.open(`${driver.extension}/options.html`);
    });
    afterAll(async () => {
      if (!closed) await alice?.driver.close();
      inserted?.remove();
      await reader?.stop();
      await lab?.stop();
    });

    let closed = false;
    const tell = (what: string, times: readonly number[]): void => {
      const seconds = (time: number): string => (time / 1000).toFixed(2);
      console.log(`${browser}: ${what} after ${seconds(median(times))} s, the median of ${times.map(seconds).join(", ")}`);
    };
    const unlockWindow = (): Promise<Page> => alice.driver.waitForPage(/\/unlock\.html#/);
    const readerShows = async (selector: string): Promise<void> => (await alice.page.frame(/-extension:\/\/[^/]+\/reader\.html/)).waitFor(selector, { timeout: 30_000 });

    it("is seen with its keys once its software is named", async () => {
      if (browser === "firefox") await options.click(test("host-allow"));
      await options.waitFor(`${test("cards")}[data-state="ready"]`, { timeout: 30_000 });
      await options.type(test("card-module-path"), SOFTHSM);
      await options.click(test("card-module-add"));
      await options.waitFor(`${test("card")}[data-open="false"]`, { timeout: 30_000 });
      expect(await options.text(test("card"))).toContain("alice@lab.test");
    });

    it("opens a message after its PIN in a window of ours, and a wrong PIN is said", async () => {
      await alice.page.activate();
      await openMessage(alice, office, uid);
      await readerShows(test("closed-unlock"));
      const reader = await alice.page.frame(/-extension:\/\/[^/]+\/reader\.html/);
      await sleep(1000);
      await reader.click(test("closed-unlock"));
      const window = await unlockWindow();
      await window.type(test("unlock-pin"), "000000");
      await window.click(test("unlock-open"));
      await window.waitFor(`${test("pin-state")}, ${test("problem")}`);
      expect(await window.exists(test("pin-state")), await window.text("main")).toBe(true);
      await window.type(test("unlock-pin"), PIN);
      await window.click(test("unlock-open"));
      await alice.page.activate();
      await readerShows('[data-key="sentence_encrypted_only"]');
    });

    it("signs what is sent, before the key in the browser, as OpenSSL sees it (SG-01)", async () => {
      await alice.page.goto(`${office.web}/?_task=mail`);
      const composer = await openComposer(alice);
      await write(composer, { to: ["bob@lab.test"], subject: "By the card", text: "Signed by the card.", sign: true, encrypt: false });
      await send(composer, { confirm: alice.driver });
      const delivered = await poll(async () => (await lab.storedMessages("bob", "INBOX")).find(({ raw }) => raw.includes("By the card")), "the message", 30_000);
      expect(await signedFacts(delivered.raw, lab.certificates)).toMatchObject({ certificates: expect.arrayContaining(["alice signing"]) as string[] });
    });

    /** Ends a library and starts it again: SoftHSM sees no token that comes while it runs, and OpenSC 0.23 hangs where a card goes while it reads it. */
    async function restart(path: string): Promise<void> {
      await options.activate();
      const remove = `${test("card-module-remove")}[aria-label*="${path}"]`;
      // The button moves while a card comes or goes above it, so that a press may miss: then it is pressed again.
      await poll(async () => {
        if (await options.exists(remove)) await options.click(remove).catch(() => undefined);
        return options.until((selector) => document.querySelector(selector) === null, { what: "the library's end", timeout: 5000 }, remove).then(() => true, () => null);
      }, "the library's end", 40_000);
      await options.type(test("card-module-path"), path);
      await options.click(test("card-module-add"));
    }

    // Between the plan and the signature only Firefox asks something, at which the moment can be held; the unit tests have the rest.
    it.runIf(browser === "firefox")("that is taken out during a Send is said; nothing is lost or sent, and the message goes out when it is back", async () => {
      await alice.page.activate();
      await alice.page.goto(`${office.web}/?_task=mail`);
      const composer = await openComposer(alice);
      await write(composer, { to: ["bob@lab.test"], subject: "Pulled out", text: "Not lost.", sign: true, encrypt: false });
      const arrived = async () => (await lab.storedMessages("bob", "INBOX")).filter(({ raw }) => raw.includes("Pulled out"));
      await sleep(1000);
      await composer.click(test("send"));
      const question = await alice.driver.waitForPage(/\/confirm\.html/);
      hsm.takeOut("Alice");
      await question.click(test("confirm-yes"));
      await composer.waitFor(test("problem"), { timeout: 60_000 });
      expect(await composer.exists(`${test("problem")}[data-code="keys.card-removed"]`), await composer.text(test("problem"))).toBe(true);
      expect(await composer.text(test("editor"))).toContain("Not lost.");
      expect(await arrived()).toEqual([]);
      hsm.putIn("Alice");
      await restart(SOFTHSM);
      await options.waitFor(test("card"), { timeout: 30_000 });
      await alice.page.activate();
      const sending = send(composer, { confirm: alice.driver });
      const window = await unlockWindow();
      await window.type(test("unlock-pin"), PIN);
      await window.click(test("unlock-open"));
      await sending;
      const delivered = await poll(async () => (await arrived())[0], "the message", 30_000);
      expect(await signedFacts(delivered.raw, lab.certificates)).toMatchObject({ certificates: expect.arrayContaining(["alice signing"]) as string[] });
    });

    it("vanishes with its card, and its message closes again", async () => {
      const went: number[] = [];
      for (let round = 1; ; round++) {
        await options.activate();
        await options.waitFor(test("card"), { timeout: 30_000 });
        const begin = performance.now();
        hsm.takeOut("Alice");
        await options.waitFor(test("cards-none"), { timeout: 30_000 });
        went.push(performance.now() - begin);
        if (round === ROUNDS) break;
        hsm.putIn("Alice");
        await restart(SOFTHSM);
      }
      tell("a card that went was gone from the options", went);
      await alice.page.activate();
      await openMessage(alice, office, uid);
      await readerShows(test("closed"));
    });

    it.skipIf(!haveVirtualReader)("of PIV is seen when it comes, by OpenSC and pcscd", async () => {
      const [came, touched]: [number[], number[]] = [[], []];
      await options.activate();
      await options.type(test("card-module-path"), OPENSC);
      await options.click(test("card-module-add"));
      for (let round = 1; ; round++) {
        await options.until((selector) => document.querySelectorAll(selector).length === 2, { what: "both kinds of card software" }, `${test("card-module")}[data-state="ready"]`);
        const begin = performance.now();
        let first: number | null = null;
        inserted = await insertCard((reader as VirtualReader).port, (apdu) => {
          first ??= performance.now() - begin;
          return applet(apdu);
        });
        await options.waitFor(test("card"), { timeout: 30_000 });
        if (first !== null) touched.push(first);
        came.push(performance.now() - begin);
        if (round === ROUNDS) break;
        await options.click(`${test("card-module-remove")}[aria-label*="${OPENSC}"]`);
        await options.waitFor(test("cards-none"), { timeout: 30_000 });
        inserted.remove();
        await options.type(test("card-module-path"), OPENSC);
        await options.click(test("card-module-add"));
      }
      tell("OpenSC began to read a card that came", touched);
      tell("a card that came was shown in the options", came);
    });

    it("has its host end with the browser (architecture §2)", async () => {
      const hosts = (): string[] => readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && commandOf(pid).includes(home));
      expect(hosts()).not.toEqual([]);
      closed = true;
      await alice.driver.close();
      await expect.poll(hosts, { timeout: 10_000 }).toEqual([]);
    });
  });
}
