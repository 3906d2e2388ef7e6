/**
 * One way to drive both browsers, with the extension loaded. Clicks and keys are the browser's own input events
 * (trusted, at coordinates), frames of the extension are reached wherever they are embedded, closed shadow roots included.
 */
export interface Driver {
  readonly name: "chromium" | "firefox";
  /** For example `Chromium 156.0.8078.79`. */
  readonly version: string;
  /** Origin of the extension's pages, without a slash at the end. */
  readonly extension: string;
  /** Errors and warnings that pages, frames and the background wrote, for a failing test to show. */
  readonly messages: string[];
  /** Folder that holds the browser's profile while it runs. */
  readonly profile: string;
  /** Opens a tab. */
  open(url: string): Promise<Page>;
  /** Every tab and window, those that the extension opened included. */
  pages(): Promise<Page[]>;
  /** Waits for a tab or window, whoever opens it. */
  waitForPage(match: Match, timeout?: number): Promise<Page>;
  /** Has the browser's own permission prompt answered with yes for an origin, as headless browsers show none. */
  allowOrigin(origin: string): Promise<void>;
  /** Waits until a file of that name has been saved completely; answers its path. */
  waitForDownload(name: string | RegExp, timeout?: number): Promise<string>;
  /** Ends the extension's background (service worker or event page) as the browser does when it is idle. */
  stopBackground(): Promise<void>;
  /** Ends the browser as a crash does, without a word to anybody in it; its profile stays for the next `launch` in the same folder. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** A document: a tab's own or a frame's. Every method that takes a selector waits for it. */
export interface Frame {
  url(): Promise<string>;
  /** Runs a function in the document; it must use nothing but its arguments, which pass as JSON, as does its answer. */
  evaluate<A extends unknown[], R>(body: (...given: A) => R | Promise<R>, ...given: A): Promise<R>;
  /** Waits for an element that is drawn; `hidden: true` takes one that is not. Throws `Error` with the selector when it does not come. */
  waitFor(selector: string, options?: WaitOptions): Promise<void>;
  /** Waits until the function answers something true. */
  until<A extends unknown[]>(body: (...given: A) => unknown, options: { what: string; timeout?: number }, ...given: A): Promise<void>;
  exists(selector: string): Promise<boolean>;
  /** Visible text of the first match. */
  text(selector: string): Promise<string>;
  click(selector: string): Promise<void>;
  /** Clicks the element and types with the keyboard; `\n` is Enter. */
  type(selector: string, text: string): Promise<void>;
  /** Types where the focus is. */
  keys(text: string): Promise<void>;
  /** Presses one key, named as in `KeyboardEvent.key`, with modifiers before it: `Control+Enter`. */
  press(key: string): Promise<void>;
  /** Chooses files for an `<input type=file>`, which may be hidden. */
  setFiles(selector: string, paths: string[]): Promise<void>;
  /** Frames in this document, at any depth. */
  frames(): Promise<Frame[]>;
  /** Waits for a frame in this document, at any depth. */
  frame(match: Match, timeout?: number): Promise<Frame>;
}

export interface WaitOptions {
  timeout?: number;
  hidden?: boolean;
}

/** A security key that exists in the browser's memory alone; its owner is always there. */
export interface VirtualSecurityKey {
  /** Takes it away for good. */
  remove(): Promise<void>;
}

export interface Page extends Frame {
  /**
   * Makes a security key that keeps secrets (`prf`). In Chromium this tab alone has it, and it goes with the tab; in Firefox every tab
   * of the browser has it.
   */
  addSecurityKey(): Promise<VirtualSecurityKey>;
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Runs a function before the scripts of each document that this tab loads from now on; it must use nothing from outside. */
  atEachLoad(body: () => void): Promise<void>;
  /** Clicks at a point of the viewport, whatever lies there. */
  clickAt(x: number, y: number): Promise<void>;
  activate(): Promise<void>;
  resize(width: number, height: number): Promise<void>;
  /** Writes a PNG of the viewport. */
  screenshot(path: string): Promise<void>;
  close(): Promise<void>;
}

/** Tested against the whole URL. */
export type Match = RegExp | ((url: string) => boolean);

export interface LaunchOptions {
  /** Folder of the built extension; none loads no extension. */
  extension: string | null;
  /** Id of an extension that nobody loads because a policy installs it. */
  installed?: string;
  /** Folder for everything of this browser: profile, downloads. */
  folder: string;
  /** Port on loopback of the proxy that stands for the world outside; with null there is none, and names are looked up as `program` arranged. */
  outsidePort: number | null;
  /** The program to start instead of the browser itself, which it must start in its own place. */
  program?: string;
  processes: { track(group: number): () => Promise<void>; environment: Record<string, string>; removeAtEnd(folder: string): void };
}

export const TIMEOUT = 20_000;

export function matches(match: Match, url: string): boolean {
  return typeof match === "function" ? match(url) : match.test(url);
}
