import { describe, expect, it, vi } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import type { InspectedMessage } from "../../../src/protocol/message-content.ts";
import type { SendResult } from "../../../src/protocol/webmail.ts";
import { makeReceipts, type ReceiptShown, type Receipting } from "../../../src/ui/reader/receipts.ts";
import * as s from "./samples.ts";

const pressed = { isTrusted: true };
const envelope = { recipients: ["alice@lab.test"], visible: true, mime: utf8("receipt") };

interface Around {
  answers?: Record<string, unknown>;
  steady?: boolean | null;
  identities?: string[];
  result?: SendResult;
}

function setup({ answers = {}, steady = true, identities = ["bob@lab.test"], result = { state: "sent", message: null } }: Around = {}) {
  const asked: [string, unknown][] = [];
  const shown: (ReceiptShown | null)[] = [];
  const send = vi.fn(() => Promise.resolve(result));
  const listed = vi.fn(() => Promise.resolve(identities.map((address) => ({ id: "1", address, name: null }))));
  const known: Record<string, unknown> = {
    "receipt.look": { state: "asked", from: "bob@lab.test", to: ["alice@lab.test"] },
    "receipt.prepare": { state: "ready", ticket: "t", encrypted: true, envelope },
    "outbox.begin": null,
    ...answers,
  };
  const around: Receipting = {
    ask: ((name: string, input: unknown) => {
      asked.push([name, input]);
      return name in known ? Promise.resolve(known[name]) : Promise.reject(new Error(name));
    }) as never,
    content: { identities: listed, send, fidelity: () => Promise.resolve({ maxMessageSize: null } as never) },
    binding: { account: "bob@lab.test", origin: "o" },
    visibility: { steady: () => steady, visible: () => true },
    words: { subject: "Signed receipt", text: (author) => `for ${author}` },
    keep: () => Promise.resolve(),
    drop: () => Promise.resolve(),
    finished: () => Promise.resolve(utf8("receipt")),
    newId: () => "id",
    now: () => new Date("2026-09-02T00:00:00Z"),
    onStep: () => undefined,
    show: (receipt) => shown.push(receipt),
  };
  return { receipts: makeReceipts(around), asked, shown, send, listed };
}

const verified = (encrypted = false) =>
  s.status({ signed: "verified", encrypted: encrypted ? "decrypted" : "none", author: s.alice.address }, [...(encrypted ? [s.encryptedLayer] : []), s.signedLayer(s.signer())]);
const asking = (): InspectedMessage => ({ ...s.message(verified(true)), receiptRequest: { signerInfo: utf8("i"), certificates: [utf8("c")], author: s.bob.address } });
function receipt(signed: "verified" | "unverified" = "verified"): InspectedMessage {
  const message = s.message(verified());
  const [layer] = message.status.layers;
  if (layer) layer.receipt = { contentType: "1.2", contentIdentifier: "01", originatorSignature: "02" };
  if (signed !== "verified") message.status.summary = { ...message.status.summary, signed, author: null };
  return message;
}
const names = (asked: [string, unknown][]): string[] => asked.map(([name]) => name);

describe("receipts in the reader (ES-03)", () => {
  it("asks nobody anything about a message that wants none", async () => {
    const { receipts, asked, shown, listed } = setup();
    await receipts.look(s.message(verified()));
    expect([asked, shown]).toEqual([[], []]);
    expect(listed).not.toHaveBeenCalled();
  });

  it("offers one, and tells the page nothing before the button is pressed", async () => {
    const { receipts, shown, listed, send } = setup();
    await receipts.look(asking());
    expect(shown.at(-1)).toMatchObject({ about: "asked", from: "bob@lab.test", to: ["alice@lab.test"], problem: null });
    await receipts.send({ isTrusted: false });
    expect(listed).not.toHaveBeenCalled();
    expect(send).not.toHaveBeenCalled();
  });

  it("sends it on the button, once, and says so", async () => {
    const { receipts, asked, shown, send } = setup();
    await receipts.look(asking());
    await receipts.send(pressed);
    await receipts.send(pressed);
    expect(names(asked)).toEqual(["receipt.look", "receipt.prepare", "outbox.begin"]);
    expect(asked[1]?.[1]).toMatchObject({ encrypt: true, header: { subject: "Signed receipt" } });
    expect(send).toHaveBeenCalledTimes(1);
    expect(shown.at(-1)).toEqual({ about: "sent", at: "2026-09-02T00:00:00.000Z", taken: true });
  });

  it("is not sent from a frame that was covered, and in a browser that cannot tell only after a window of ours asked", async () => {
    const covered = setup({ steady: false });
    await covered.receipts.look(asking());
    await covered.receipts.send(pressed);
    expect(covered.shown.at(-1)).toMatchObject({ problem: "send.not-visible" });
    expect(covered.send).not.toHaveBeenCalled();

    const refused = setup({ steady: null, answers: { "send.confirm": { confirmed: false } } });
    await refused.receipts.look(asking());
    await refused.receipts.send(pressed);
    expect(names(refused.asked)).toEqual(["receipt.look", "send.confirm"]);
    expect(refused.shown.at(-1)).toMatchObject({ about: "asked", sending: false });
    const confirmed = setup({ steady: null, answers: { "send.confirm": { confirmed: true } } });
    await confirmed.receipts.look(asking());
    await confirmed.receipts.send(pressed);
    expect(confirmed.shown.at(-1)).toMatchObject({ about: "sent" });
  });

  it.each<[string, Around, Partial<Extract<ReceiptShown, { about: "asked" }>>]>([
    ["somebody has no certificate", { answers: { "receipt.prepare": { state: "missing", addresses: ["alice@lab.test"], problems: [] } } }, { problem: "send.missing-certificates", missing: ["alice@lab.test"] }],
    ["it is refused", { answers: { "receipt.prepare": { state: "refused", code: "send.receipt-sent" } } }, { problem: "send.receipt-sent" }],
    ["the webmail has no such identity", { identities: ["other@lab.test"] }, { problem: "send.no-identity" }],
    ["the server refuses it", { result: { state: "failed", code: "send.refused", detail: "" } }, { problem: "send.refused" }],
    ["nobody knows whether it went", { result: { state: "unknown" } }, { problem: "send.unknown" }],
  ])("says why not when %s", async (_why, around, problem) => {
    const { receipts, shown } = setup(around);
    await receipts.look(asking());
    await receipts.send(pressed);
    expect(shown.at(-1)).toMatchObject({ about: "asked", sending: false, ...problem });
  });

  it("says of a receipt that came in what it confirms, and nothing good of what is not known", async () => {
    const said = async (check: unknown, message = receipt()): Promise<string | undefined> => {
      const { receipts, shown } = setup({ answers: { "receipt.check": check } });
      await receipts.look(message);
      return shown.at(-1)?.about;
    };
    expect(await said({ state: "fits", sentAt: "2026-09-01T00:00:00Z" })).toBe("confirms");
    expect(await said({ state: "unknown" })).toBe("no-message");
    expect(await said({ state: "own" })).toBe("own");
    expect(await said({ state: "fits", sentAt: "2026-09-01T00:00:00Z" }, receipt("unverified"))).toBe("unproved");
  });
});
