import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as drafts from "../../../src/store/drafts.ts";
import type * as outbox from "../../../src/store/outbox.ts";
import { hasChromium, openPage, type Opened } from "../ui/browser/open.ts";

declare const inPage: Pick<typeof drafts, "openKeptDraft" | "putDraft" | "removeDraft" | "restoreDraft" | "sealedDrafts"> & Pick<typeof outbox, "envelopeMime" | "putSend" | "waitingSends">;

describe.skipIf(!hasChromium)("what is kept of messages, in a browser", () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openPage();
  }, 60_000);
  afterAll(() => opened?.close());

  it.each(["author", "computer"] as const)("keeps a draft for the %s, and takes it back from a file with this computer's mark or seal alone (CO-06)", async (whose) => {
    expect(await opened.page.evaluate(async (whose) => {
      const octets = Uint8Array.of(1, 2, 3);
      const content = whose === "author" ? { for: whose, mime: octets } : { for: whose, octets };
      await inPage.putDraft({ id: whose, origin: "https://mail.lab.test", account: "alice@lab.test", server: null, savedAt: "2026-05-03T08:31:00.000Z" }, content);
      const [saved] = (await inPage.sealedDrafts()).filter(({ id }) => id === whose);
      if (!saved) return "not saved";
      const there = await inPage.restoreDraft(saved);
      await inPage.removeDraft(whose);
      const planted = await inPage.restoreDraft("mime" in saved ? { ...saved, mime: Uint8Array.of(9) } : { ...saved, sealed: saved.sealed.map((octet) => octet ^ 1) });
      const renamed = await inPage.restoreDraft({ ...saved, account: "eve@lab.test" });
      // The copy on the server that a file names may be any message: it would be removed with the draft.
      const restored = await inPage.restoreDraft({ ...saved, server: { account: "", folder: "INBOX", id: "7" } });
      const [again] = (await inPage.sealedDrafts()).filter(({ id }) => id === whose);
      return { there, planted, renamed, restored, server: again?.server, opens: JSON.stringify(await inPage.openKeptDraft(whose)) === JSON.stringify(content) };
    }, whose)).toEqual({ there: false, planted: false, renamed: false, restored: true, server: null, opens: true });
  });

  it.each([true, false])("keeps what goes out (encrypted: %s) as it is or sealed, and saves it as it goes out", async (encrypted) => {
    expect(await opened.page.evaluate(async (encrypted) => {
      const id = `send ${encrypted}`;
      const record = { id, account: "alice@lab.test", origin: "https://mail.lab.test", createdAt: "", recipients: [], draft: "", protection: { signed: true, encrypted }, envelopes: [{ id: "e", recipients: [], state: "queued" }] };
      await inPage.putSend(record as never, [Uint8Array.of(5, 6)]);
      const saved = (await inPage.waitingSends(1000)).find((each) => each.record.id === id)?.messages;
      return { opens: [...(await inPage.envelopeMime(id, "e"))], saved: saved?.map(({ mime, iv }) => [[...mime], iv === undefined]) };
    }, encrypted)).toEqual({ opens: [5, 6], saved: [[[5, 6], true]] });
  });
});
