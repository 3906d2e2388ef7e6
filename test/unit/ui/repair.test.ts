import { beforeEach, describe, expect, it } from "vitest";
import { utf8, type Bytes } from "../../../src/base/bytes.ts";
import { codeOf, SmimeError } from "../../../src/base/errors.ts";
import { exportLimits, readExport, writeExport } from "../../../src/protocol/export-file.ts";
import { makeCell } from "../../../src/ui/shared/cell.ts";
import { emptyRepair, makeRepair, type RepairModel } from "../../../src/ui/options/repair-model.ts";
import * as s from "./samples.ts";

const when = "2026-05-03T08:31:00.000Z";
const der = Uint8Array.of(48, 1, 2);
const empty = { madeAt: when, keys: [], people: [], anchors: [], intermediates: [], "trust-decisions": [], revocation: [], settings: [], webmails: [], drafts: [], outbox: [] };
const draft = { id: "d", origin: "https://mail.lab.test", account: "alice", server: null, savedAt: when, iv: new Uint8Array(12), sealed: Uint8Array.of(9) };
const failing = (read: () => unknown): string => {
  try {
    read();
    return "read";
  } catch (error) {
    return codeOf(error);
  }
};

describe("the file in which what is left is saved (issue 5)", () => {
  it("is read as it was written, with octets", () => {
    const file = writeExport({ ...empty, people: [{ certificate: der, others: [der], name: "Bob" }], drafts: [draft] });
    expect(readExport(file)).toMatchObject({ version: 1, people: [{ certificate: der, others: [der] }], drafts: [draft] });
    const { id, origin, account, server, savedAt } = draft;
    const name = { id, origin, account, server, savedAt };
    const toAuthor = { ...name, mime: der, mark: new Uint8Array(32) };
    expect(readExport(writeExport({ ...empty, drafts: [toAuthor, draft] })).drafts).toEqual([toAuthor, draft]);
    expect(failing(() => readExport(writeExport({ ...empty, drafts: [{ ...name, mime: der }] })))).toBe("store.export-unreadable");
  });

  it.each([
    ["no JSON", utf8("{")],
    ["another file", utf8("{}")],
    ["a later version", utf8(JSON.stringify({ ...empty, format: "mailseal-export", version: 2 }))],
    ["something else among certificates", writeExport({ ...empty, people: [{ certificate: "text", others: [] }] })],
    ["a decision that is none", writeExport({ ...empty, "trust-decisions": [{ certificate: der, decision: "root" }] })],
  ])("is refused: %s", (_name, file) => {
    expect(failing(() => readExport(file))).toBe("store.export-unreadable");
  });

  it.each(["anchors", "webmails", "settings"] as const)("has a limit for %s, on both sides", (name) => {
    const one = { anchors: { certificate: der }, webmails: { origin: "https://a.test" }, settings: { name: "a", value: 1 } }[name];
    const most = { anchors: exportLimits.authorities, webmails: exportLimits.webmails, settings: exportLimits.settings }[name];
    expect(failing(() => readExport(writeExport({ ...empty, [name]: Array(most).fill(one) })))).toBe("read");
    expect(failing(() => readExport(writeExport({ ...empty, [name]: Array(most + 1).fill(one) })))).toBe("store.export-unreadable");
  });
});

describe("Repair", () => {
  let asked: [string, unknown][];
  let answers: Record<string, unknown>;
  let saved: { name: string; bytes: Bytes } | null;
  let cell: ReturnType<typeof makeCell<RepairModel>>;
  const actions = () =>
    makeRepair((cell = makeCell(emptyRepair)), {
      ask: ((name: string, input: never) => {
        asked.push([name, input]);
        const answer = answers[name];
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(typeof answer === "function" ? (answer as (input: unknown) => unknown)(input) : answer);
      }) as never,
      save: (name, bytes) => (saved = { name, bytes }),
      store: { drafts: () => Promise.resolve([draft]), waiting: () => Promise.resolve([]), restoreDraft: ({ id }) => Promise.resolve(id === "d") },
      requestAccess: () => Promise.resolve(true),
      now: () => new Date(when),
    });
  const settled = (): Promise<void> => expect.poll(() => cell.get().busy).toBe(false);
  const names = (): string[] => asked.map(([name]) => name);

  beforeEach(() => {
    asked = [];
    saved = null;
    const facts = s.facts();
    answers = {
      "repair.state": { damage: null, counts: [], keys: [facts], enrolment: "" },
      "repair.read": ({ store, from }: { store: string; from: number }) => (store === "people" ? { records: [{ certificate: der, others: [] }], next: from === 0 ? 1 : null } : { records: [], next: null }),
      "certificates.preview": { certificates: [facts] },
      "certificates.import": { kept: [facts], intermediates: [], offers: [] },
      "revocation.import": { lists: [{}] },
    };
  });

  it("saves every part of every store and names the keys, which are not in the file", async () => {
    actions().save();
    await settled();
    const file = readExport(saved?.bytes ?? der);
    expect(file.people).toHaveLength(2);
    expect(file.keys).toMatchObject([{ subject: s.facts().subject, serial: s.facts().serial }]);
    expect(file.drafts).toEqual([draft]);
    expect(cell.get().saved).toBe(true);
  });

  it("saves the rest where a store does not answer", async () => {
    answers["repair.read"] = new SmimeError("store.damaged");
    actions().save();
    await settled();
    expect(readExport(saved?.bytes ?? der)).toMatchObject({ people: [], drafts: [draft] });
  });

  const restore = async (content: object): Promise<ReturnType<typeof actions>> => {
    const made = actions();
    const bytes = writeExport({ ...empty, ...content });
    made.restore({ size: bytes.length, arrayBuffer: () => Promise.resolve(bytes.buffer) });
    await settled();
    return made;
  };

  it("takes certificates and lists by the requests of any import, and puts sealed drafts back", async () => {
    await restore({ people: [{ certificate: der, others: [] }], revocation: [{ octets: der }], drafts: [draft, { ...draft, id: "another computer's" }] });
    expect(cell.get().restored).toMatchObject({ people: 1, lists: 1, drafts: 1, refused: 1 });
    expect(names()).toEqual(["certificates.import", "revocation.import", "repair.state"]);
  });

  it("smuggles in no trust, no webmail, no directory and no setting: each waits for the person's own act", async () => {
    const made = await restore({
      anchors: [{ certificate: der }],
      "trust-decisions": [{ certificate: der, decision: "trusted" }, { certificate: der, decision: "distrusted" }],
      webmails: [{ origin: "https://mail.evil.test/x" }, { origin: "javascript:alert(1)" }],
      settings: [{ name: "user-settings", value: { encryptByDefault: false } }, { name: "user-directories", value: [{ url: "ldaps://evil.test" }, 5] }, { name: "managed-policy", value: {} }, { name: "database-id", value: "x" }],
    });
    expect(names().filter((name) => !["certificates.preview", "repair.state"].includes(name))).toEqual([]);
    expect(cell.get().offers.map(({ kind }) => kind)).toEqual(["authority", "person", "distrust", "webmail", "defaults", "directory"]);
    const [authority] = cell.get().offers;
    // Without the comparison there is no way to take it.
    if (authority) made.take(authority);
    await settled();
    expect(names()).not.toContain("anchor.add");
    if (authority?.kind === "authority") made.trust(authority.offer);
    await settled();
    expect(asked.at(-1)).toMatchObject(["anchor.add", { confirmedSha256: s.facts().sha256 }]);
  });

  it("sends nothing that a file brings", async () => {
    await restore({ outbox: [{ record: { id: "x" }, messages: [] }] });
    expect(cell.get().restored?.waiting).toBe(1);
    expect(names()).toEqual(["repair.state"]);
  });

  it("goes on where one certificate is refused, and says so", async () => {
    answers["certificates.import"] = new SmimeError("pki.malformed");
    await restore({ people: [{ certificate: der, others: [] }], intermediates: [{ certificate: der }] });
    expect(cell.get()).toMatchObject({ problem: null, restored: { people: 0, refused: 2 } });
  });

  it("refuses a file over the limit without reading it", async () => {
    const made = actions();
    made.restore({ size: exportLimits.octets + 1, arrayBuffer: () => Promise.reject(new Error("read")) });
    await settled();
    expect(cell.get().problem).toBe("limits.export");
  });
});
