import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { copy } from "../../../src/base/bytes.ts";
import { bindings } from "../../../src/background/bindings.ts";
import { failureBudget } from "../../../src/background/failure-budget.ts";
import { keyService } from "../../../src/background/key-service.ts";
import { secretService } from "../../../src/background/secret-service.ts";
import { sendTickets } from "../../../src/background/send-tickets.ts";
import { sessionTable } from "../../../src/background/session-table.ts";
import type { FramePurpose } from "../../../src/background/tickets.ts";
import { readCms } from "../../../src/cms/content-info.ts";
import type { PasswordRecipient } from "../../../src/protocol/secret-port.ts";
import { memoryArea } from "./memory-area.ts";

const origin = "https://mail.example.org";
const purpose: FramePurpose = { kind: "reader", tab: 7, opener: "D", openerFrame: 0, origin, account: "bob@lab.test", message: { account: "bob@lab.test", folder: "INBOX", id: "1" }, mode: null };
const frame = (document = "F1") => ({ tab: 7, frame: 3, document });

/** The password recipient of a message that OpenSSL locked with "the word". */
const locked: PasswordRecipient = (() => {
  const object = readCms(copy(execFileSync("openssl", ["cms", "-encrypt", "-aes256", "-outform", "DER", "-pwri_password", "the word"], { input: "text" })));
  const recipient = object.type === "enveloped-data" ? object.recipients[0] : undefined;
  if (recipient?.kind !== "password") throw new Error("no password recipient");
  return { kind: "password", derivation: recipient.derivation?.der ?? null, algorithm: recipient.algorithm.der, encryptedKey: recipient.encryptedKey };
})();

async function setup(changes: Partial<FramePurpose> = {}) {
  const area = memoryArea();
  const clock = () => new Date(1_000_000);
  const all = bindings(sessionTable(area, "bindings"));
  const budget = failureBudget(sessionTable(area, "budget"), clock);
  const windows: string[] = [];
  const service = secretService({ bindings: all, budget, isShown: (tab) => Promise.resolve(tab === 7), open: (id) => Promise.resolve(100 + windows.push(id)) });
  const keys = keyService({ bindings: all, budget, sendTickets: sendTickets(sessionTable(area, "send"), clock), ownKeys: () => Promise.resolve([]), isShown: () => Promise.resolve(true), receipts: { asked: () => Promise.resolve() }, drafts: () => Promise.resolve([]), signed: () => undefined, clock });
  const bind = (document: string) => all.bind(frame(document), { ...purpose, ...changes }, "s");
  await bind("F1");
  /** Asks, and lets the person answer as soon as the window is there. */
  const attempt = async (answer: (id: string) => void, document = "F1") => {
    const before = windows.length;
    const asked = service.unwrap(frame(document), [locked], true);
    asked.catch(() => undefined);
    while (windows.length === before) await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 1))]);
    answer(windows.at(-1) as string);
    return asked;
  };
  return { service, keys, area, bind, windows, attempt, type: (word: string) => (id: string) => service.answer(id, word) };
}

describe("opening a message with a password (docs/decisions/0011)", () => {
  it("asks in a window of ours and gives the frame the content key, never the password; nothing of it is kept", async () => {
    const { service, attempt, area } = await setup();
    const answer = await attempt((id) => {
      expect(service.details(id)).toEqual({ origin });
      service.answer(id, "the word");
      expect(service.details(id)).toBeNull();
    });
    expect(answer?.index).toBe(0);
    expect(answer?.contentKey).toHaveLength(32);
    expect(JSON.stringify([answer, await area.get("bindings"), await area.get("budget")])).not.toContain("the word");
  });

  it("a wrong password says what every failure says (UI-08)", async () => {
    const { attempt, type } = await setup();
    await expect(attempt(type("another"))).rejects.toMatchObject({ code: "cms.decrypt-failed" });
  });

  it("counts each attempt as a failure until the message opens, and a closed window as none", async () => {
    const { service, attempt, type, bind, windows } = await setup();
    for (let i = 0; i < 7; i++) expect(await attempt((id) => (i % 2 === 0 ? service.answer(id, null) : service.tabClosed(100 + windows.length)))).toBeNull();
    for (let i = 0; i < 5; i++) await attempt(type("another")).catch(() => undefined);
    await bind("F2");
    await expect(service.unwrap(frame("F2"), [locked], true)).rejects.toMatchObject({ code: "keys.failure-budget" });
    expect(windows).toHaveLength(12);
    // Of another message, opened in time, nothing stays.
    const other = await setup();
    for (let i = 0; i < 4; i++) await other.attempt(other.type("another")).catch(() => undefined);
    await other.attempt(other.type("the word"));
    await other.keys.opened(frame());
    for (let i = 0; i < 5; i++) await expect(other.attempt(other.type("another"))).rejects.toMatchObject({ code: "cms.decrypt-failed" });
  });

  it("counts nothing where too many windows wait already", async () => {
    const { service, bind, windows, attempt } = await setup();
    const waiting = ["F1", "F2", "F3", "F4"];
    for (const document of waiting) {
      if (document !== "F1") await bind(document);
      void attempt(() => undefined, document);
      while (windows.length <= waiting.indexOf(document)) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await bind("F5");
    for (let i = 0; i < 5; i++) await expect(service.unwrap(frame("F5"), [locked], true)).rejects.toMatchObject({ code: "protocol.forbidden" });
    for (const document of waiting) service.cancel(frame(document));
    expect(await attempt((id) => service.answer(id, null), "F5")).toBeNull();
  });

  it.each([
    ["an unbound frame", {}, "F9", true, [locked], "protocol.ticket"],
    ["a composer", { kind: "composer" }, "F1", true, [locked], "protocol.forbidden"],
    ["a frame that cannot be seen", {}, "F1", false, [locked], "keys.not-allowed-here"],
    ["nothing to open", {}, "F1", true, [], "protocol.forbidden"],
  ] as const)("opens no window for %s", async (_name, changes, document, visible, recipients, code) => {
    const { service, windows } = await setup(changes);
    await expect(service.unwrap(frame(document), recipients, visible)).rejects.toMatchObject({ code });
    expect(windows).toEqual([]);
  });

  it("forgets the question when its reader is gone, cancels, or asks again", async () => {
    const { service, attempt, windows } = await setup();
    expect(await attempt(() => service.cancel(frame()))).toBeNull();
    expect(await attempt(() => service.tabClosed(7))).toBeNull();
    const first = attempt(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const second = attempt((id) => service.answer(id, null));
    expect(await first).toBeNull();
    expect(await second).toBeNull();
    expect(service.details(windows[0] as string)).toBeNull();
    // A frame cancels its own question alone.
    const mine = attempt((id) => {
      service.cancel(frame("F2"));
      expect(service.details(id)).not.toBeNull();
      service.answer(id, null);
    });
    expect(await mine).toBeNull();
  });
});
