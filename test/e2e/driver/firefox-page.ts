import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Bidi } from "./bidi.ts";
import { clickableBox, waitClickable } from "./clickable.ts";
import { type Frame, type Match, matches, type Page, TIMEOUT, type VirtualSecurityKey, type WaitOptions } from "./driver.ts";
import { poll } from "./wait.ts";

/** A node of WebDriver's tree of browsing contexts. */
export interface Context {
  context: string;
  url: string;
  children: Context[] | null;
}

/** WebDriver's code points of keys that type no character (WebDriver §17.4.2). */
const KEYS: Record<string, string> = {
  Enter: "\uE007", Tab: "\uE004", Escape: "\uE00C", Backspace: "\uE003", Delete: "\uE017", Space: " ",
  ArrowLeft: "\uE012", ArrowUp: "\uE013", ArrowRight: "\uE014", ArrowDown: "\uE015", Home: "\uE011", End: "\uE010",
  Shift: "\uE008", Control: "\uE009", Alt: "\uE00A", Meta: "\uE03D",
};

interface RemoteValue {
  type: string;
  value?: unknown;
  sharedId?: string;
}

class FirefoxFrame implements Frame {
  protected readonly bidi: Bidi;
  protected readonly context: string;

  constructor(bidi: Bidi, context: string) {
    this.bidi = bidi;
    this.context = context;
  }

  url(): Promise<string> {
    return this.evaluate(() => document.URL);
  }

  async evaluate<A extends unknown[], R>(body: (...given: A) => R | Promise<R>, ...given: A): Promise<R> {
    const wrapped = `async (given) => JSON.stringify({ value: await (${String(body)})(...JSON.parse(given)) })`;
    const answer = await this.#call(wrapped, [JSON.stringify(given)]);
    return (JSON.parse(answer.value as string) as { value: R }).value;
  }

  async waitFor(selector: string, { timeout = TIMEOUT, hidden = false }: WaitOptions = {}): Promise<void> {
    await this.#element(selector, timeout, hidden);
  }

  async until<A extends unknown[]>(body: (...given: A) => unknown, { what, timeout = TIMEOUT }: { what: string; timeout?: number }, ...given: A): Promise<void> {
    await poll(async () => Boolean(await this.evaluate(body, ...given)), what, timeout);
  }

  exists(selector: string): Promise<boolean> {
    return this.evaluate((given) => document.querySelector(given) !== null, selector);
  }

  async text(selector: string): Promise<string> {
    await this.#element(selector, TIMEOUT, true);
    return this.evaluate((given) => document.querySelector<HTMLElement>(given)?.innerText ?? "", selector);
  }

  async click(selector: string): Promise<void> {
    await waitClickable(() => this.evaluate(clickableBox, selector), `${selector} in context ${this.context}`, TIMEOUT);
    const element = await this.#element(selector, TIMEOUT, false);
    await this.pointer({ type: "element", element: { sharedId: element } }, 0, 0);
  }

  async type(selector: string, text: string): Promise<void> {
    await this.click(selector);
    await this.keys(text);
  }

  async keys(text: string): Promise<void> {
    await this.#actions([...text].flatMap((letter) => {
      const value = letter === "\n" ? KEYS["Enter"] : letter;
      return [{ type: "keyDown", value }, { type: "keyUp", value }];
    }));
  }

  async press(key: string): Promise<void> {
    const values = key.split("+").map((name) => KEYS[name] ?? name);
    await this.#actions([...values.map((value) => ({ type: "keyDown", value })), ...values.toReversed().map((value) => ({ type: "keyUp", value }))]);
  }

  async setFiles(selector: string, paths: string[]): Promise<void> {
    const element = await this.#element(selector, TIMEOUT, true);
    await this.bidi.send("input.setFiles", { context: this.context, element: { sharedId: element }, files: paths });
  }

  async frames(): Promise<Frame[]> {
    return (await this.#below()).map(({ context }) => new FirefoxFrame(this.bidi, context));
  }

  frame(match: Match, timeout = TIMEOUT): Promise<Frame> {
    return poll(async () => {
      const found = (await this.#below()).find(({ url }) => matches(match, url));
      return found && new FirefoxFrame(this.bidi, found.context);
    }, `frame ${String(match)}`, timeout);
  }

  protected async pointer(origin: "viewport" | object, x: number, y: number): Promise<void> {
    const actions = [{ type: "pointerMove", x, y, origin }, { type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 }];
    await this.bidi.send("input.performActions", { context: this.context, actions: [{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }] });
  }

  async #actions(actions: object[]): Promise<void> {
    await this.bidi.send("input.performActions", { context: this.context, actions: [{ type: "key", id: "keyboard", actions }] });
  }

  async #call(functionDeclaration: string, given: string[]): Promise<RemoteValue> {
    const answer = await this.bidi.send("script.callFunction", {
      functionDeclaration,
      awaitPromise: true,
      target: { context: this.context },
      arguments: given.map((value) => ({ type: "string", value })),
      userActivation: false,
    });
    if (answer["type"] === "exception") throw new Error((answer["exceptionDetails"] as { text: string }).text);
    return answer["result"] as RemoteValue;
  }

  async #below(): Promise<Context[]> {
    const { contexts } = await this.bidi.send("browsingContext.getTree", { root: this.context });
    const flatten = (context: Context): Context[] => (context.children ?? []).flatMap((child) => [child, ...flatten(child)]);
    return (contexts as Context[]).flatMap(flatten);
  }

  /** Answers the element's shared reference. */
  #element(selector: string, timeout: number, hidden: boolean): Promise<string> {
    const find = `(selector, hidden) => {
      const element = document.querySelector(selector);
      if (!element) return null;
      const box = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      if (hidden !== "yes" && (box.width === 0 || box.height === 0 || style.visibility !== "visible")) return null;
      return element;
    }`;
    return poll(async () => (await this.#call(find, [selector, hidden ? "yes" : "no"])).sharedId, `${selector} in context ${this.context}`, timeout);
  }
}

/** Runs a function among the browser's own scripts. */
export async function inChrome(bidi: Bidi, functionDeclaration: string, ...given: string[]): Promise<unknown> {
  const { contexts } = await bidi.send("browsingContext.getTree", { maxDepth: 0, "moz:scope": "chrome" });
  const answer = await bidi.send("script.callFunction", { functionDeclaration, awaitPromise: true, target: { context: (contexts as Context[])[0]?.context }, arguments: given.map((value) => ({ type: "string", value })) });
  if (answer["type"] === "exception") throw new Error((answer["exceptionDetails"] as { text: string }).text);
  return (answer["result"] as RemoteValue).value;
}

/** A tab or window of Firefox. */
export class FirefoxPage extends FirefoxFrame implements Page {
  async goto(url: string): Promise<void> {
    // An extension's page never reports its load event: the document itself is asked instead.
    const ours = url.startsWith("moz-extension:");
    await this.bidi.send("browsingContext.navigate", { context: this.context, url, wait: ours ? "none" : "complete" });
    if (ours) await this.until((given) => document.URL === given && document.readyState === "complete", { what: url }, url);
  }

  async reload(): Promise<void> {
    if ((await this.url()).startsWith("moz-extension:")) return this.goto(await this.url());
    await this.bidi.send("browsingContext.reload", { context: this.context, wait: "complete" });
  }

  async addSecurityKey(): Promise<VirtualSecurityKey> {
    const service = 'Cc["@mozilla.org/webauthn/service;1"].getService(Ci.nsIWebAuthnService)';
    const id = await inChrome(
      this.bidi,
      `async () => {
        Services.prefs.setBoolPref("security.webauth.webauthn_enable_softtoken", true);
        Services.prefs.setBoolPref("security.webauth.webauthn_enable_usbtoken", false);
        return ${service}.addVirtualAuthenticator("ctap2_1", "usb", true, true, true, true);
      }`,
    );
    return { remove: async () => void (await inChrome(this.bidi, `async (id) => ${service}.removeVirtualAuthenticator(id)`, id as string)) };
  }

  async atEachLoad(body: () => void): Promise<void> {
    await this.bidi.send("script.addPreloadScript", { functionDeclaration: String(body), contexts: [this.context] });
  }

  async clickAt(x: number, y: number): Promise<void> {
    await this.pointer("viewport", x, y);
  }

  async activate(): Promise<void> {
    await this.bidi.send("browsingContext.activate", { context: this.context });
  }

  async resize(width: number, height: number): Promise<void> {
    await this.bidi.send("browsingContext.setViewport", { context: this.context, viewport: { width, height } });
  }

  async screenshot(path: string): Promise<void> {
    const { data } = await this.bidi.send("browsingContext.captureScreenshot", { context: this.context });
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, Buffer.from(data as string, "base64"));
  }

  async close(): Promise<void> {
    await this.bidi.send("browsingContext.close", { context: this.context });
  }
}
