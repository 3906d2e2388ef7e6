import type { Page } from "../driver/driver.ts";
import type { Office, Person } from "./person.ts";

const test = (name: string): string => `[data-test="${name}"]`;

/** What the set-up window showed on the way. */
export interface SetUpShown {
  /** Text of the preview: whom the key belongs to, who issued it, until when, what it can do. */
  preview: string;
  imported: string;
}

export interface KeyFile {
  path: string;
  password: string;
  /** Authorities of the file to be trusted, SHA-256 in lower-case hex. */
  trust: string[];
  /** What the key is to be protected by: a new passphrase, or the one that is there; absent for no protection. */
  passphrase?: string;
}

/** Opens the set-up window as the popup's button does. */
export function openSetUp({ driver }: Person, { web }: Office): Promise<Page> {
  return driver.open(`${driver.extension}/setup.html?origin=${encodeURIComponent(web)}`);
}

/** Imports a key in the set-up window, comparing the fingerprint of each authority that is to be trusted. */
export async function importKey(setup: Page, key: KeyFile, onPreview?: () => Promise<void>): Promise<SetUpShown> {
  await setup.setFiles(test("setup-file"), [key.path]);
  await setup.type(test("setup-password"), key.password);
  await setup.click(test("setup-look"));
  await setup.waitFor(test("setup-preview"));
  for (const sha256 of key.trust) {
    const card = `[data-test="authority"][data-sha256="${sha256}"]`;
    if (!(await setup.exists(card))) throw new Error(`the file offers no authority ${sha256}`);
    await setup.click(`${card} ${test("authority-trust")}`);
    await setup.type(test("compare-typed"), sha256.slice(0, 8).toUpperCase());
    await setup.click(test("compare-rest"));
    await setup.click(test("compare-trust"));
    await setup.until((given) => document.querySelector(given) === null && document.querySelector("main")?.ariaBusy === "false", { what: "the authority is trusted" }, card);
  }
  const preview = await setup.text(test("setup-preview"));
  await onPreview?.();
  await protect(setup, key.passphrase);
  await setup.click(test("setup-import"));
  const imported = await setup.text(test("setup-imported"));
  return { preview, imported };
}

async function protect(setup: Page, passphrase: string | undefined): Promise<void> {
  if (passphrase === undefined) return setup.click(test("protection-none"));
  await setup.type(test("protection-typed"), passphrase);
  if (await setup.exists(test("protection-again"))) await setup.type(test("protection-again"), passphrase);
}

/** Allows the extension in the webmail's origin: after a key was imported, before there is one (`setup-later`) or with one from before (`setup-skip`). */
export async function allowWebmail(setup: Page, person: Person, { web }: Office, by: "setup-later" | "setup-skip" | null = null): Promise<void> {
  await person.driver.allowOrigin(web);
  if (by !== null) await setup.click(test(by));
  await setup.click(test("grant"));
  await setup.waitFor(test("setup-done"));
}

/** Everything at once, for people whose set-up is not what is being looked at. */
export async function setUp(person: Person, office: Office, key?: KeyFile): Promise<SetUpShown> {
  const { certificates } = office.lab;
  const setup = await openSetUp(person, office);
  const shown = await importKey(setup, key ?? { ...certificates.pkcs12(person.who), trust: [certificates.rootSha256] });
  await allowWebmail(setup, person, office);
  await setup.close();
  await person.page.activate();
  await person.page.reload();
  return shown;
}

/** Gives a person other people's certificates from files, on the certificates page. */
export async function addCertificates({ driver, page }: Person, paths: string[]): Promise<string[]> {
  const certificates = await driver.open(`${driver.extension}/certificates.html`);
  const added: string[] = [];
  for (const path of paths) {
    const before = added.at(-1) ?? "";
    await certificates.setFiles(test("certificate-file"), [path]);
    await certificates.until((selector, last) => {
      const text = document.querySelector<HTMLElement>(selector)?.innerText ?? "";
      return text !== "" && text !== last;
    }, { what: "the certificate is kept" }, test("certificate-added"), before);
    added.push(await certificates.text(test("certificate-added")));
  }
  await certificates.close();
  await page.activate();
  return added;
}
