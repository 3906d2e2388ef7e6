import type { PortOffer } from "../protocol/frame-port.ts";
import type { ColorScheme } from "../protocol/webmail.ts";

/** What a frame of ours needs to be put into a page. */
export interface FrameOptions {
  /** Address of the page in the extension, without a fragment. */
  url: string;
  /** The extension's origin, the only one that is given the secret. */
  origin: string;
  ticket: string;
  secret: string;
  /** What a screen reader says of the frame. */
  title: string;
  scheme: ColorScheme;
}

/** A frame of ours in the page, before and while it is mounted. */
export interface HostedFrame {
  /** What to mount. Its shadow tree is closed: the page cannot reach the frame to read its address or to replace it quietly. */
  element: HTMLElement;
  port: MessagePort;
  /** Covers the window, or goes back to the place where it was mounted. */
  cover(whole: boolean): void;
  focus(): void;
  /** Light or dark as the page around it: a document's `prefers-color-scheme` is the scheme of the frame that it is in. */
  draw(scheme: ColorScheme): void;
}

/** Makes a frame. Whatever document it loads after the first gets no port: it was not opened by a ticket. */
export function hostFrame(document: Document, { url, origin, ticket, secret, title, scheme }: FrameOptions): HostedFrame {
  const element = document.createElement("div");
  const inner = document.createElement("div");
  const frame = document.createElement("iframe");
  frame.title = title;
  frame.src = `${url}#${ticket}`;
  inner.style.cssText = "position:static;width:100%;height:100%";
  frame.style.cssText = "display:block;width:100%;height:100%;border:0;margin:0;padding:0";
  const draw = (next: ColorScheme): void => void (frame.style.colorScheme = next);
  draw(scheme);
  inner.append(frame);
  element.attachShadow({ mode: "closed" }).append(inner);

  const { port1, port2 } = new MessageChannel();
  frame.addEventListener(
    "load",
    () => {
      const offer: PortOffer = { mailseal: "port", secret };
      frame.contentWindow?.postMessage(offer, origin, [port2]);
    },
    { once: true },
  );
  return {
    element,
    port: port1,
    cover: (whole) => {
      inner.style.cssText = whole ? "position:fixed;inset:0;z-index:2147483001" : "position:static;width:100%;height:100%";
    },
    focus: () => frame.focus(),
    draw,
  };
}
