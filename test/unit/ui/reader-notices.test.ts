import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { InspectedMessage } from "../../../src/protocol/message-content.ts";
import type { ReceiptShown } from "../../../src/ui/reader/receipts.ts";
import { hasChromium, openPage, type Opened } from "./browser/open.ts";
import * as s from "./samples.ts";

declare const inPage: { startReader: (message: InspectedMessage, receipt: ReceiptShown | null) => string[]; asked: string[] };

const test = (name: string): string => `[data-test="${name}"]`;

describe.skipIf(!hasChromium)("the reader, in a browser", () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openPage();
  }, 60_000);
  afterAll(() => opened?.close());
  beforeEach(() => opened.page.reload());

  const show = (message: InspectedMessage, receipt: ReceiptShown | null = null): Promise<void> =>
    opened.page.evaluate((given, about) => void (inPage.asked = inPage.startReader(given, about)), { ...message, decryptedSource: null }, receipt);
  const there = async (name: string): Promise<boolean> => (await opened.page.$(test(name))) !== null;
  const text = (name: string): Promise<string> => opened.page.$eval(test(name), (element) => (element as HTMLElement).innerText);
  /** Which of these are there: reply, reply to all, forward, the source, printing. */
  const offered = async (): Promise<boolean[]> => {
    await opened.page.click(test("more"));
    const found = await Promise.all(["reply", "reply-all", "forward", "show-original", "print"].map(there));
    await opened.page.click(test("more"));
    return found;
  };

  const labelled = (code: "smime.label-unknown" | "smime.labels-differ"): InspectedMessage => {
    const label = (classification: number) => ({ policy: "1.2.3", classification, privacyMark: "For Bob alone", categories: [] });
    const signers = code === "smime.labels-differ" ? [s.signer({ securityLabel: label(4) }), s.signer({ securityLabel: label(1) })] : [s.signer({ securityLabel: label(4) })];
    return s.message(s.status({ signed: "verified", author: s.alice.address }, [s.signedLayer(...signers)], [code]), { attachments: [s.attachment("plan.pdf", "application/pdf", 9)] });
  };

  it.each([["smime.label-unknown", 1], ["smime.labels-differ", 2]] as const)("stops at a label: %s, says what it says, and shows the text only when asked (ES-04)", async (code, labels) => {
    await show(labelled(code));
    expect([await there("label-stop"), await there("reader-body"), await there("attachment")]).toEqual([true, false, false]);
    expect((await text("label-stop")).match(/For Bob alone/g)).toHaveLength(labels);
    // Nor by another way: quoted in an answer, or as a source.
    expect(await offered()).toEqual([false, false, false, false, true]);
    await opened.page.click(test("label-show"));
    expect([await there("label-stop"), await there("reader-body"), await there("attachment")]).toEqual([false, true, true]);
    expect(await offered()).toEqual([true, true, true, true, true]);
  });

  it("says so where a label cannot be read (ES-04)", async () => {
    const unreadable = { policy: "unreadable", classification: null, privacyMark: null, categories: [] };
    await show(s.message(s.status({ signed: "verified", author: s.alice.address }, [s.signedLayer(s.signer({ securityLabel: unreadable }))], ["smime.label-unknown"])));
    expect(await text("label-stop")).toContain("It cannot be read.");
  });

  it("offers no answer while a part of a message is stopped by its label (ES-04)", async () => {
    const { status, content } = labelled("smime.label-unknown");
    const whole = s.message(s.status({}, []));
    await show({ ...whole, status: { ...whole.status, parts: [{ where: "2", status }] }, content: { ...whole.content, parts: [{ where: "2", content }] } });
    expect([await there("label-stop"), ...(await offered())]).toEqual([true, false, false, false, false, true]);
    await opened.page.click(test("label-show"));
    expect([await there("label-stop"), ...(await offered())]).toEqual([false, true, true, true, true, true]);
  });

  it("shows a message without a label at once (ES-04)", async () => {
    await show(s.message(s.verified));
    expect([await there("label-stop"), await there("reader-body")]).toEqual([false, true]);
  });

  it("tells what a receipt tells and to whom, before its button is pressed (ES-03)", async () => {
    await show(s.message(s.verified), { about: "asked", author: "Alice Example (alice@lab.test)", from: "bob@lab.test", to: ["alice@lab.test"], sending: false, problem: null, missing: [] });
    const said = await text("receipt-asked");
    expect(said).toContain("Alice Example (alice@lab.test) asks you for a receipt");
    expect(said).toMatch(/signed by you as bob@lab\.test, that you opened this message.*It goes to alice@lab\.test/s);
    await opened.page.click(test("receipt-send"));
    expect(await opened.page.evaluate(() => inPage.asked)).toEqual(["receipt true"]);
  });

  it.each([[true, /^Receipt sent on/], [false, /may have been/]] as const)("says that a receipt was sent, and where nobody knows, that it may have been (taken: %s)", async (taken, words) => {
    await show(s.message(s.verified), { about: "sent", at: "2026-05-03T08:31:00Z", taken });
    expect(await text("receipt-sent")).toMatch(words);
  });

  it("says why a receipt was not sent, by name", async () => {
    await show(s.message(s.verified), { about: "asked", author: "Alice", from: "bob@lab.test", to: ["alice@lab.test"], sending: false, problem: "send.missing-certificates", missing: ["alice@lab.test"] });
    expect(await text("receipt-problem")).toMatch(/No receipt was sent.*alice@lab\.test/s);
  });

  it.each<[string, ReceiptShown, RegExp]>([
    ["fits", { about: "confirms", by: "Bob Example (bob@lab.test)", sentAt: "2026-05-03T08:31:00Z" }, /^Bob Example \(bob@lab\.test\) confirmed with a signature.*2026/s],
    ["fits nothing", { about: "no-message" }, /confirms nothing/],
    ["is one's own", { about: "own" }, /you sent/],
    ["is not proved", { about: "unproved" }, /nobody proved/],
  ])("shows in the place of a text what a receipt that %s is worth (ES-03)", async (_which, receipt, words) => {
    const message = s.message(s.status({ signed: "verified", author: s.bob.address }, [{ ...s.signedLayer(s.signer()), receipt: { contentType: "1", contentIdentifier: "01", originatorSignature: "02" } }]), { body: {} });
    await show(message, receipt);
    expect(await there("reader-body")).toBe(false);
    expect(await text("receipt-text")).toMatch(words);
  });
});
