import { describe, expect, it } from "vitest";
import { hintService } from "../../../src/background/hint-service.ts";
import { answer, type AllHandlers } from "../../../src/background/dispatch.ts";
import { frameHandlers } from "../../../src/background/handlers/frame.ts";
import { bindings } from "../../../src/background/bindings.ts";
import { sessionTable } from "../../../src/background/session-table.ts";
import type { Services } from "../../../src/background/services.ts";
import { memoryArea } from "./memory-area.ts";

function area(first?: unknown) {
  let kept = first;
  return { read: () => Promise.resolve(kept), write: (names: unknown) => Promise.resolve(void (kept = names)), kept: () => kept };
}

describe("explanations of the first protected messages", () => {
  it("are pending until they are dismissed, each for good", async () => {
    const place = area();
    expect(await hintService(place).pending()).toEqual(["signed", "encrypted"]);
    await hintService(place).dismiss(["encrypted"]);
    expect(await hintService(place).pending()).toEqual(["signed"]);
    await hintService(place).dismiss(["encrypted", "signed"]);
    expect(await hintService(place).pending()).toEqual([]);
    expect(place.kept()).toEqual(["encrypted", "signed"]);
  });

  it("are shown again when what was kept cannot be read", async () => {
    expect(await hintService(area({ signed: true })).pending()).toEqual(["signed", "encrypted"]);
  });

  it("are a bound reader's alone, and have no names but their own", async () => {
    const all = bindings(sessionTable(memoryArea(), "bindings"));
    const place = area();
    const handlers = { frame: frameHandlers({ bindings: all, hints: hintService(place) } as unknown as Services) } as unknown as AllHandlers;
    const sender = { kind: "frame", page: "reader", tab: 1, frame: 2, document: "R" } as const;
    const purpose = { tab: 1, opener: "P", openerFrame: 0, origin: "https://mail.lab.test", account: "a", message: null, mode: null };
    const dismiss = (hints: string[], by: typeof sender) => answer({ to: "frame", name: "hints.dismiss", input: { hints } }, by, handlers);
    expect(await dismiss(["signed"], sender)).toEqual({ ok: false, code: "protocol.ticket" });
    await all.bind(sender, { ...purpose, kind: "composer" }, "s");
    expect(await dismiss(["signed"], sender)).toEqual({ ok: false, code: "protocol.forbidden" });
    const reader = { ...sender, document: "R2" } as unknown as typeof sender;
    await all.bind(reader, { ...purpose, kind: "reader" }, "s");
    expect(await dismiss(["managed-policy"], reader)).toEqual({ ok: false, code: "protocol.malformed" });
    expect(await dismiss(["signed"], reader)).toEqual({ ok: true, output: null });
    expect(place.kept()).toEqual(["signed"]);
  });
});
