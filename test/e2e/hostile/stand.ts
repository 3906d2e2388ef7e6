import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificates } from "../../lab/ca.mjs";
import { labHome, root } from "../../lab/folder.mjs";
import { type Outside, startOutside } from "../../lab/outside.mjs";
import { createProcesses } from "../../lab/processes.mjs";
import type { Driver, Frame, Page } from "../driver/driver.ts";
import { type BrowserName, launch } from "../driver/launch.ts";
import { importKey } from "../people/set-up.ts";
import { type HostileWebmail, startHostileWebmail } from "./hostile-webmail.ts";
import { type Mailer, mailer } from "./mail.ts";

/** Bob's browser with our extension, allowed in a webmail that means harm, and the world around it. */
export interface Stand {
  name: BrowserName;
  driver: Driver;
  webmail: HostileWebmail;
  /** What was asked of the world outside; nothing ever should be. */
  outside: Outside;
  mail: Mailer;
  folder: string;
  /** Opens a page of the webmail in a tab of its own. */
  open(url: string): Promise<Page>;
  close(): Promise<void>;
}

/** Starts everything: local pages alone, no mail server. */
export async function makeStand(name: BrowserName): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), "mailseal-hostile-"));
  const processes = createProcesses();
  const certificates = await makeCertificates(join(labHome(), "ca"));
  const webmail = await startHostileWebmail();
  const outside = await startOutside({ port: 0 });
  const driver = await launch(name, {
    extension: join(root, "dist", name === "chromium" ? "chrome" : "firefox"),
    folder,
    outsidePort: outside.port,
    processes,
  });
  const close = async (): Promise<void> => {
    await driver.close();
    await processes.stopAll();
    await webmail.close();
    await outside.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    const setup = await driver.open(`${driver.extension}/setup.html?origin=${encodeURIComponent(webmail.origin)}`);
    await importKey(setup, { ...certificates.pkcs12("bob"), trust: [certificates.rootSha256] });
    await driver.allowOrigin(webmail.origin);
    await setup.click('[data-test="setup-continue"]');
    await setup.click('[data-test="grant"]');
    await setup.waitFor('[data-test="setup-done"]');
    await setup.close();
  } catch (error) {
    await close();
    throw error;
  }
  return { name, driver, webmail, outside, mail: mailer(certificates, folder), folder, open: (url) => driver.open(url), close };
}

export const READER = /-extension:\/\/[^/]+\/reader\.html/;
export const COMPOSER = /-extension:\/\/[^/]+\/composer\.html/;

/** Waits until the reader says anything but "checking"; answers the sentence's key. */
export async function verdict(reader: Frame, timeout = 15_000): Promise<string> {
  const read = () => reader.evaluate(() => document.querySelector<HTMLElement>('[data-test="sentence"]')?.dataset["key"] ?? "");
  await reader.until(() => {
    const key = document.querySelector<HTMLElement>('[data-test="sentence"]')?.dataset["key"];
    return key !== undefined && key !== "sentence_checking";
  }, { what: "the verdict", timeout });
  return read();
}
