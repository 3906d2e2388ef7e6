import { frameRequests } from "../../../src/protocol/frame-requests.ts";
import { describe, expect, it, vi } from "vitest";
import { encodeBase64 } from "../../../src/base/base64.ts";
import { utf8 } from "../../../src/base/bytes.ts";
import { SmimeError } from "../../../src/base/errors.ts";
import { matchPattern, originOf } from "../../../src/protocol/origin-pattern.ts";
import { readFile } from "../../../src/ui/composer/read-file.ts";
import { subjectOf, threadOf } from "../../../src/ui/composer/quote.ts";
import { inlinePictures } from "../../../src/ui/mail-html/inline-pictures.ts";
import { plainTextHtml } from "../../../src/ui/mail-html/plain-text.ts";
import { partDocument } from "../../../src/ui/mail-html/srcdoc.ts";
import { openMessage, type ReaderState } from "../../../src/ui/reader/open-message.ts";
import { previewOf } from "../../../src/ui/reader/preview-kind.ts";
import { emptySetup, makeSetup } from "../../../src/ui/setup/model.ts";
import { makeCell } from "../../../src/ui/shared/cell.ts";
import { safeFileName } from "../../../src/ui/shared/save-file.ts";
import * as s from "./samples.ts";

describe("file names", () => {
  it.each([
    ["report.pdf", "report.pdf"],
    ["../../etc/passwd", "passwd"],
    ["C:\\evil\\a.exe", "a.exe"],
    ["invoice\u202Efdp.exe", "invoicefdp.exe"],
    ["a\u0000b\r\n.txt", "ab.txt"],
    ["...hidden", "hidden"],
    ["", "file"],
    ["  ", "file"],
    ['<b>"|?*.txt', "_b_____.txt"],
  ])("%j is saved as %j", (name, expected) => expect(safeFileName(name, "file")).toBe(expected));

  it("keeps the extension of a long one", () => {
    const name = safeFileName(`${"a".repeat(500)}.xlsx`, "file");
    expect(name.length).toBe(120);
    expect(name.endsWith(".xlsx")).toBe(true);
  });
});

describe("previews", () => {
  it.each([
    ["image/png", "a.png", { show: "picture", type: "image/png" }],
    ["application/pdf", "a.pdf", { show: "pdf", type: "application/pdf" }],
    ["text/csv", "a.csv", { show: "text", type: "text/plain" }],
    ["application/octet-stream", "A.JPG", { show: "picture", type: "image/jpeg" }],
    ["text/html", "a.png", null],
    ["image/svg+xml", "a.svg", null],
    ["application/octet-stream", "a.html", null],
    ["application/javascript", "a.txt", null],
  ])("%s %s", (type, name, expected) => expect(previewOf({ type, name })).toEqual(expected));
});

describe("plain text as HTML", () => {
  it("escapes everything and links web and mail addresses to where they say", () => {
    expect(plainTextHtml('<img src=x> & "q"')).toBe("&lt;img src=x&gt; &amp; &quot;q&quot;");
    expect(plainTextHtml("see https://lab.test/a?b=1&c=2.")).toBe('see <a href="https://lab.test/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer">https://lab.test/a?b=1&amp;c=2</a>.');
    expect(plainTextHtml("(https://lab.test/a)")).toContain('href="https://lab.test/a"');
    expect(plainTextHtml("bob@lab.test")).toContain('href="mailto:bob@lab.test"');
  });

  it.each(["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", 'https:"onclick=alert(1)'])("%s is no link", (text) => {
    expect(plainTextHtml(text)).not.toContain("<a ");
  });

  it("stays quick with absurd input", () => {
    const started = performance.now();
    plainTextHtml("a.".repeat(200_000));
    plainTextHtml(`https://x/${")".repeat(100_000)}`);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe("a part's document (UI-07, UI-10)", () => {
  const part = { html: "<p>x</p>", bodyStyle: 'color:red"><script>', light: true, remotePictures: false, language: "en", title: '"><script>', plain: false };

  it("lets nothing load but what stands in it", () => {
    expect(partDocument(part)).toContain("default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'");
    expect(partDocument({ ...part, remotePictures: true })).toContain("img-src data: https: http:;");
  });

  it("cannot be left through its attributes", () => {
    expect(partDocument(part)).not.toContain("<script");
  });
});

describe("pictures in the text", () => {
  it("are data: of a listed type, within limits", () => {
    const picture = (name: string, type: string, size: number) => s.attachment(name, type, size, { contentId: name, bytes: new Uint8Array(size) });
    const found = inlinePictures([picture("a", "image/png", 3), picture("b", "image/svg+xml", 3), picture("c", "image/png", 10_000_001), picture("d", "text/html", 3)]);
    expect([...found]).toEqual([["a", "data:image/png;base64,AAAA"]]);
  });
});

describe("opening a message", () => {
  const opening = (change: object) => {
    const states: ReaderState[] = [];
    const asked: [string, unknown][] = [];
    const around = {
      ask: ((name: string, input: unknown) => (asked.push([name, input]), Promise.resolve(null))) as never,
      content: { fetchRaw: () => Promise.resolve(utf8("raw")) },
      engine: { inspect: (_: unknown, on: (message: unknown, final: boolean) => void) => (on(pending, false), on(final, true), Promise.resolve()) } as never,
      visibility: { whenVisible: () => Promise.resolve() },
      tell: (verdict: unknown) => asked.push(["verdict", verdict]),
      onFinal: () => undefined,
      day: (iso: string) => iso,
      show: (state: ReaderState) => states.push(state),
      ...change,
    };
    return { states, asked, around };
  };
  const pending = s.message(s.status({ signed: "unverified", encrypted: "decrypted", pending: true }, [s.encryptedLayer, s.signedLayer(s.signer({ code: "smime.checking" }))]));
  const final = { ...s.message(s.verifiedEncrypted), learned: [{ address: "alice@lab.test", certificates: [], encryptionCertificate: null, ciphers: [], signingTime: null }] };

  it("shows the text while trust is asked, then tells the background once what it learned", async () => {
    const { states, asked, around } = opening({});
    await openMessage(around as never, new AbortController().signal);
    expect(states.map(({ step }) => step)).toEqual(["loading", "shown", "shown"]);
    expect(asked.map(([name]) => name)).toEqual(["verdict", "verdict", "keys.opened", "people.learn"]);
    expect(asked[1]?.[1]).toEqual({ sentence: "sentence_verified_encrypted", substitutions: ["Alice Example"], author: "alice@lab.test", signed: "verified", encrypted: "decrypted" });
  });

  it("opens with a password when a person pressed for it, and says that a window asks meanwhile", async () => {
    const inspect = vi.fn((_: unknown, on: (message: unknown, last: boolean) => void) => (on(final, true), Promise.resolve()));
    const { states, around } = opening({ engine: { inspect }, password: true });
    await openMessage(around as never, new AbortController().signal);
    expect(states.map(({ step }) => step)).toEqual(["asking", "shown"]);
    expect(states.at(-1)).toMatchObject({ asked: true });
    expect(inspect).toHaveBeenCalledWith(expect.anything(), expect.anything(), { password: true });
  });

  it("tells the toolbar no more than it takes, however long a sender's name is", async () => {
    const long = { ...s.message(s.verifiedEncrypted), status: s.status({ signed: "verified", encrypted: "decrypted", author: `${"a".repeat(400)}@lab.test` }, [s.encryptedLayer, s.signedLayer(s.signer({ name: "n".repeat(5000) }))]) };
    const { asked, around } = opening({ engine: { inspect: (_: unknown, on: (message: unknown, final: boolean) => void) => (on(long, true), Promise.resolve()) } as never });
    await openMessage(around as never, new AbortController().signal);
    expect(() => frameRequests["verdict.show"](asked.find(([name]) => name === "verdict")?.[1])).not.toThrow();
  });

  it("opens nothing before it can be seen, and says when only something over it keeps it from that", async () => {
    vi.useFakeTimers();
    const inspect = vi.fn();
    const { around, states } = opening({ engine: { inspect }, visibility: { whenVisible: () => new Promise(() => undefined), covered: () => true } });
    void openMessage(around as never, new AbortController().signal);
    await vi.advanceTimersByTimeAsync(2000);
    vi.useRealTimers();
    expect(inspect).not.toHaveBeenCalled();
    expect(states.map(({ step }) => step)).toEqual(["loading", "covered"]);
  });

  it("ends in a code, and in nothing when it was stopped", async () => {
    const failed = opening({ content: { fetchRaw: () => Promise.reject(new SmimeError("webmail.message-gone")) } });
    await openMessage(failed.around as never, new AbortController().signal);
    expect(failed.states.at(-1)).toEqual({ step: "failed", code: "webmail.message-gone" });
    const abort = new AbortController();
    const stopped = opening({ content: { fetchRaw: () => (abort.abort(), Promise.resolve(utf8("raw"))) } });
    await openMessage(stopped.around as never, abort.signal);
    expect(stopped.states.at(-1)).toEqual({ step: "stopped" });
  });
});

describe("set-up", () => {
  const root = { ...s.facts({ name: "Lab Root" }), selfSigned: true, der: encodeBase64(utf8("root")) };
  function setup(answers: Record<string, unknown>, granted = true) {
    const cell = makeCell(emptySetup(""));
    const asked: [string, unknown][] = [];
    const ask = (name: string, input: unknown) => {
      asked.push([name, input]);
      const answer = answers[name];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    };
    const requestAccess = vi.fn(() => Promise.resolve(granted));
    const openTab = vi.fn(() => Promise.resolve());
    const registered = { credential: Uint8Array.of(1), salt: new Uint8Array(32), transports: [], label: "Blue key", output: new Uint8Array(32).fill(7) };
    const requestFetching = vi.fn(() => Promise.resolve(true));
    return { cell, asked, requestAccess, requestFetching, openTab, actions: makeSetup(cell, { ask: ask as never, securityKeys: { register: () => Promise.resolve(registered), ask: () => Promise.resolve({ credential: registered.credential, output: registered.output }) }, requestAccess, requestFetching, openTab, save: () => undefined }) };
  }
  const soon = () => new Promise((resolve) => setTimeout(resolve, 5));
  const file = { name: "alice.p12", size: 3, arrayBuffer: () => Promise.resolve(utf8("p12").buffer) };

  it("opens the webmail from its last step, and says when it cannot", async () => {
    const { cell, actions, openTab } = setup({});
    actions.openWebmail("https://mail.lab.test");
    await soon();
    expect(openTab).toHaveBeenCalledWith("https://mail.lab.test");
    openTab.mockRejectedValue(new Error("no window"));
    actions.openWebmail("https://mail.lab.test");
    await soon();
    expect(cell.get()).toMatchObject({ problem: "internal.unexpected", busy: false });
  });

  it("keeps file and password after a wrong password, says the code", async () => {
    const { cell, actions } = setup({ "identity.preview": new SmimeError("keys.pkcs12-password") });
    actions.chooseFile(file);
    actions.setPassword("wrong");
    await soon();
    actions.look();
    await soon();
    expect(cell.get()).toMatchObject({ problem: "keys.pkcs12-password", file: { name: "alice.p12" }, password: "wrong", busy: false });
  });

  it.each([[false, "webmail"], [true, "done"]] as const)("a webmail that the organisation named and the browser allows (%s) leads to the step %s", async (granted, step) => {
    const { cell, actions } = setup({ state: { webmails: [{ origin: "https://mail.lab.test", managed: true, granted }], locks: { vaults: [] } }, "identity.import": { identities: [], backups: [] } });
    actions.start();
    await soon();
    // What is still to be allowed need not be typed.
    expect(cell.get().webmail).toBe(granted ? "" : "https://mail.lab.test");
    actions.chooseFile(file);
    await soon();
    actions.setProtection({ kind: "none" });
    actions.importKeys();
    await soon();
    expect(cell.get().step).toBe(step);
    actions.again();
    expect(cell.get()).toMatchObject({ step: "key", imported: [], preview: null });
  });

  it.each([["resting", ["state", "cards.look", "state"]], ["watched", ["state"]], ["unused", ["state"]]])("looks at the card readers where they are left alone since a logout: %s", async (cards, names) => {
    const { actions, asked } = setup({ state: { cards, webmails: [], locks: { vaults: [] } } });
    actions.start();
    await soon();
    expect(asked.map(([name]) => name)).toEqual(names);
  });

  it("trusts an authority only after its fingerprint was compared", async () => {
    const { cell, actions, asked } = setup({ "identity.preview": { identities: [], authorities: [root] }, "anchor.add": null });
    actions.chooseFile(file);
    await soon();
    actions.look();
    await soon();
    actions.trust(root.sha256);
    await soon();
    expect(asked.map(([name]) => name)).not.toContain("anchor.add");
    actions.compare(root.sha256);
    actions.trust(root.sha256);
    await soon();
    expect(asked.find(([name]) => name === "anchor.add")?.[1]).toEqual({ certificate: utf8("root"), confirmedSha256: root.sha256 });
    expect(cell.get().trusted[root.sha256]).toBe(true);
  });

  it("forgets the password once the keys are imported", async () => {
    const { cell, actions } = setup({ "identity.import": { identities: [], backups: [] }, state: null });
    actions.chooseFile(file);
    actions.setPassword("right");
    await soon();
    actions.setProtection({ kind: "none" });
    actions.importKeys();
    await soon();
    expect(cell.get()).toMatchObject({ password: "", file: null, preview: null, step: "webmail" });
  });

  it("stays where it is when the keys cannot be imported", async () => {
    const { cell, actions } = setup({ "identity.import": new SmimeError("keys.algorithm") });
    actions.chooseFile(file);
    await soon();
    actions.setProtection({ kind: "none" });
    actions.importKeys();
    await soon();
    expect(cell.get()).toMatchObject({ step: "key", problem: "keys.algorithm", file: { name: "alice.p12" } });
  });

  it("asks the browser at once in the click, and says no kindly", async () => {
    const { cell, actions, requestAccess, asked } = setup({ state: null, "webmail.granted": null }, false);
    actions.setWebmail("mail.lab.test:8443/roundcube/");
    actions.grant();
    expect(requestAccess).toHaveBeenCalledWith("https://mail.lab.test:8443");
    await soon();
    expect(cell.get()).toMatchObject({ declined: true, step: "key" });
    expect(asked.map(([name]) => name)).not.toContain("webmail.granted");
    actions.setWebmail("no address at all");
    actions.grant();
    expect(cell.get().problem).toBe("setup.address");
  });
});

describe("small things", () => {
  it("makes one pattern for an origin: with the port in Chromium, without in Firefox", () => {
    expect(matchPattern("https://mail.lab.test:8443", "chromium")).toBe("https://mail.lab.test:8443/*");
    expect(matchPattern("https://mail.lab.test:8443", "firefox")).toBe("https://mail.lab.test/*");
    expect(originOf(" HTTP://Mail.Lab.test/x ")).toBe("http://mail.lab.test");
    for (const bad of ["", "ftp://x", "https://user@mail.lab.test", "https://*/", "javascript:alert(1)"]) expect(() => originOf(bad)).toThrow(SmimeError);
  });

  it("prefixes a subject once, and keeps the thread", () => {
    expect(subjectOf("Figures", "reply")).toBe("Re: Figures");
    expect(subjectOf("AW: Figures", "reply")).toBe("AW: Figures");
    expect(subjectOf(null, "forward")).toBe("Fwd: ");
    const long = Array.from({ length: 40 }, (_, i) => `${i}@lab.test`);
    const { references } = threadOf(s.headers({ references: long }));
    expect(references).toHaveLength(20);
    expect([references[0], references.at(-1)]).toEqual(["0@lab.test", "figures@lab.test"]);
  });

  it("reads a file in pieces, notices one that changed, and stops when told", async () => {
    const file = new File([utf8("x".repeat(100_000))], "f");
    const read: number[] = [];
    expect((await readFile(file, (n) => read.push(n), new AbortController().signal)).length).toBe(100_000);
    expect(read.at(-1)).toBe(100_000);
    await expect(readFile({ size: 5, stream: () => new Blob(["xx"]).stream() }, () => undefined, new AbortController().signal)).rejects.toThrow(/changed/);
    await expect(readFile(file, () => undefined, AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
  });
});
