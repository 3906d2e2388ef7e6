import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { CDPSession, ElementHandle, Frame as PuppeteerFrame, KeyInput, Page as PuppeteerPage } from "puppeteer-core";
import { clickableBox, waitClickable } from "./clickable.ts";
import { type Frame, type Match, matches, type Page, TIMEOUT, type VirtualSecurityKey, type WaitOptions } from "./driver.ts";
import { poll } from "./wait.ts";

function below(frame: PuppeteerFrame): PuppeteerFrame[] {
  return frame.childFrames().flatMap((child) => [child, ...below(child)]);
}

class ChromiumFrame implements Frame {
  protected readonly page: PuppeteerPage;
  readonly #frame: PuppeteerFrame;

  constructor(page: PuppeteerPage, frame: PuppeteerFrame) {
    this.page = page;
    this.#frame = frame;
  }

  url(): Promise<string> {
    return Promise.resolve(this.#frame.url());
  }

  async evaluate<A extends unknown[], R>(body: (...given: A) => R | Promise<R>, ...given: A): Promise<R> {
    return (await this.#frame.evaluate(body as (...all: unknown[]) => unknown, ...given)) as R;
  }

  async waitFor(selector: string, { timeout = TIMEOUT, hidden = false }: WaitOptions = {}): Promise<void> {
    await this.#element(selector, timeout, hidden);
  }

  async until<A extends unknown[]>(body: (...given: A) => unknown, { what, timeout = TIMEOUT }: { what: string; timeout?: number }, ...given: A): Promise<void> {
    await poll(async () => Boolean(await this.evaluate(body, ...given)), what, timeout);
  }

  async exists(selector: string): Promise<boolean> {
    return (await this.#frame.$(selector)) !== null;
  }

  async text(selector: string): Promise<string> {
    const element = await this.#element(selector, TIMEOUT, true);
    return element.evaluate((node) => (node as HTMLElement).innerText);
  }

  async click(selector: string): Promise<void> {
    await waitClickable(() => this.evaluate(clickableBox, selector), `${selector} in ${this.#frame.url()}`, TIMEOUT);
    await (await this.#element(selector, TIMEOUT, false)).click();
  }

  async type(selector: string, text: string): Promise<void> {
    await this.click(selector);
    await this.keys(text);
  }

  async keys(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  async press(key: string): Promise<void> {
    const keys = key.split("+") as KeyInput[];
    const last = keys.pop() as KeyInput;
    for (const modifier of keys) await this.page.keyboard.down(modifier);
    await this.page.keyboard.press(last);
    for (const modifier of keys.reverse()) await this.page.keyboard.up(modifier);
  }

  async setFiles(selector: string, paths: string[]): Promise<void> {
    const element = (await this.#element(selector, TIMEOUT, true)) as ElementHandle<HTMLInputElement>;
    await element.uploadFile(...paths);
  }

  frames(): Promise<Frame[]> {
    return Promise.resolve(below(this.#frame).map((frame) => new ChromiumFrame(this.page, frame)));
  }

  frame(match: Match, timeout = TIMEOUT): Promise<Frame> {
    return poll(() => {
      const frame = below(this.#frame).find((candidate) => matches(match, candidate.url()));
      return Promise.resolve(frame && new ChromiumFrame(this.page, frame));
    }, `frame ${String(match)} in ${this.#frame.url()}`, timeout);
  }

  async #element(selector: string, timeout: number, hidden: boolean): Promise<ElementHandle> {
    return poll(async () => {
      const element = await this.#frame.$(selector);
      return element && (hidden || (await element.isVisible())) ? element : null;
    }, `${selector} in ${this.#frame.url()}`, timeout);
  }
}

/** A tab or window of Chromium. */
export class ChromiumPage extends ChromiumFrame implements Page {
  #webAuthn: CDPSession | null = null;
  constructor(page: PuppeteerPage, messages: string[]) {
    super(page, page.mainFrame());
    page.on("pageerror", (error) => messages.push(`${page.url()}: ${String(error)}`));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warn") messages.push(`${message.location().url ?? page.url()}: ${message.text()}`);
    });
    // An unanswered dialog would stop the page for ever.
    page.on("dialog", (dialog) => {
      messages.push(`${page.url()}: dialog "${dialog.message()}" accepted`);
      void dialog.accept().catch(() => undefined);
    });
  }

  async goto(url: string): Promise<void> {
    await this.page.goto(url, { waitUntil: "load", timeout: TIMEOUT });
  }

  async addSecurityKey(): Promise<VirtualSecurityKey> {
    const session = (this.#webAuthn ??= await this.page.createCDPSession());
    await session.send("WebAuthn.enable");
    const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
      options: { protocol: "ctap2", ctap2Version: "ctap2_1", transport: "usb", hasResidentKey: true, hasUserVerification: true, hasPrf: true, isUserVerified: true, automaticPresenceSimulation: true },
    });
    return { remove: () => session.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId }) };
  }

  async reload(): Promise<void> {
    await this.page.reload({ waitUntil: "load", timeout: TIMEOUT });
  }

  async atEachLoad(body: () => void): Promise<void> {
    await this.page.evaluateOnNewDocument(body);
  }

  async clickAt(x: number, y: number): Promise<void> {
    await this.page.mouse.click(x, y);
  }

  async activate(): Promise<void> {
    await this.page.bringToFront();
  }

  async resize(width: number, height: number): Promise<void> {
    await this.page.setViewport({ width, height });
  }

  async screenshot(path: string): Promise<void> {
    mkdirSync(dirname(path), { recursive: true });
    // A tab in the background draws nothing, and its picture would never come.
    await this.page.bringToFront();
    await this.page.screenshot({ path });
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}
