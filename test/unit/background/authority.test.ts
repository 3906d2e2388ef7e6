import { describe, expect, it } from "vitest";
import { type BrowserSender, classify } from "../../../src/background/authority.ts";

const self = { id: "us", origin: "chrome-extension://us" };
const granted = new Set(["https://mail.example.org", "http://127.0.0.1:8080"]);
const kind = (sender: BrowserSender) => classify(sender, self, granted)?.kind ?? null;

const content: BrowserSender = {
  id: "us",
  url: "https://mail.example.org/?_task=mail",
  origin: "https://mail.example.org",
  tab: { id: 7 },
  frameId: 0,
  documentId: "D1",
};
const reader: BrowserSender = { id: "us", url: `${self.origin}/reader.html`, origin: self.origin, tab: { id: 7 }, frameId: 3, documentId: "D2" };
const options: BrowserSender = { id: "us", url: `${self.origin}/options.html`, origin: self.origin, tab: { id: 9 }, frameId: 0, documentId: "D3" };

describe("authority: who a sender is", () => {
  it("knows a content script of a granted origin", () => {
    expect(classify(content, self, granted)).toEqual({ kind: "content", origin: "https://mail.example.org", tab: 7, frame: 0, document: "D1" });
  });

  it("knows our frames and pages by their path in our own origin", () => {
    expect(classify(reader, self, granted)).toEqual({ kind: "frame", page: "reader", tab: 7, frame: 3, document: "D2" });
    expect(classify({ ...reader, url: `${self.origin}/composer.html#x` }, self, granted)).toMatchObject({ kind: "frame", page: "composer" });
    expect(classify(options, self, granted)).toEqual({ kind: "page", page: "options" });
    expect(kind({ id: "us", url: `${self.origin}/popup.html`, origin: self.origin })).toBe("page");
  });

  it("knows a composer in a window of its own by its top document, which is no frame's composer", () => {
    const window = { ...options, url: `${self.origin}/compose-window.html` };
    expect(classify(window, self, granted)).toEqual({ kind: "frame", page: "window", tab: 9, frame: 0, document: "D3" });
    expect(classify({ ...options, url: `${self.origin}/composer.html` }, self, granted)).toMatchObject({ page: "composer" });
  });

  it.each<[string, BrowserSender]>([
    ["the composer's own window, embedded somewhere", { ...reader, url: `${self.origin}/compose-window.html` }],
    ["the composer's own window in no tab", { ...options, url: `${self.origin}/compose-window.html`, tab: undefined }],
    ["the composer's own window without a document name", { ...options, url: `${self.origin}/compose-window.html`, documentId: undefined }],
    ["another extension", { ...content, id: "them" }],
    ["an origin that was not granted", { ...content, url: "https://evil.test/", origin: "https://evil.test" }],
    ["another port of a granted host, which Firefox's pattern covers", { ...content, url: "http://127.0.0.1:9/", origin: "http://127.0.0.1:9" }],
    ["a granted address in an opaque origin (sandboxed frame)", { ...content, origin: "null" }],
    ["a frame with the address of a granted webmail and another origin", { ...content, url: "https://evil.test/" }],
    ["no document name", { ...content, documentId: undefined }],
    ["no tab", { ...content, tab: undefined }],
    ["a background tab number below zero", { ...content, tab: { id: -1 } }],
    ["no address", { ...content, url: undefined }],
    ["an address that is none", { ...content, url: "::" }],
    ["another of our files, opened as a frame", { ...reader, url: `${self.origin}/background.js` }],
    ["our options embedded somewhere", { ...options, frameId: 4 }],
    ["our options embedded in a page that lies in no tab", { ...options, tab: undefined, frameId: 4 }],
    ["an origin that begins like ours", { ...reader, url: `${self.origin}.evil/reader.html` }],
    ["a path from the prototype", { ...reader, url: `${self.origin}/constructor` }],
    ["a reader that the browser gives no document name", { ...reader, documentId: undefined }],
  ])("is nobody to ask anything: %s", (_name, sender) => {
    expect(kind(sender)).toBeNull();
  });
});
