import type { Runtime } from "webextension-polyfill";
import type { PortOffer } from "../protocol/frame-port.ts";
import { lineOver, WINDOW_PORT } from "../protocol/window-port.ts";
import { browser } from "./browser-api.ts";
import { type FrameService, serveFrame } from "./serve-frame.ts";

/** Windows that connected before the background's answer named them; more are somebody's trial. */
const MOST_EARLY = 8;

/** A window that will connect, as the background named it. */
export interface ExpectedWindow {
  ticket: string;
  secret: string;
}

export interface WindowServer {
  /** Serves the window of this ticket once it connects. */
  expect(window: ExpectedWindow, service: FrameService): void;
  /** How many are served. */
  open(): number;
}

/** Serves composers in windows of their own, which connect by `tabs.connect`: only our own extension can. @param changed is called when a window went */
export function windowServer(changed: () => void): WindowServer {
  const expected = new Map<string, { secret: string; service: FrameService }>();
  const early = new Map<string, Runtime.Port>();
  let served = 0;

  function meet(ticket: string): void {
    const entry = expected.get(ticket);
    const port = early.get(ticket);
    if (!entry || !port) return;
    expected.delete(ticket);
    early.delete(ticket);
    served++;
    const offer: PortOffer = { mailseal: "port", secret: entry.secret };
    port.postMessage(offer);
    const stop = serveFrame(lineOver(port), entry.service);
    port.onDisconnect.addListener(() => {
      served--;
      stop();
      entry.service.layout("closed");
      changed();
    });
  }

  browser.runtime.onConnect.addListener((port) => {
    const { id, url } = port.sender ?? {};
    if (!port.name.startsWith(WINDOW_PORT) || id !== browser.runtime.id || url?.split("#")[0] !== browser.runtime.getURL("compose-window.html")) return;
    const ticket = port.name.slice(WINDOW_PORT.length);
    if (early.size >= MOST_EARLY) return port.disconnect();
    early.set(ticket, port);
    port.onDisconnect.addListener(() => early.delete(ticket));
    meet(ticket);
  });

  return {
    expect({ ticket, secret }, service) {
      expected.set(ticket, { secret, service });
      meet(ticket);
    },
    open: () => served,
  };
}
