import { beforeEach, describe, expect, it, vi } from "vitest";
import { anchorService } from "../../../src/background/anchor-service.ts";
import { certificateBook } from "../../../src/background/certificate-book.ts";
import { keptIntermediates, MOST_INTERMEDIATES } from "../../../src/background/kept-intermediates.ts";
import { concat } from "../../../src/base/bytes.ts";
import { codeOf } from "../../../src/base/errors.ts";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";
import type { KeptAnchor } from "../../../src/store/anchors.ts";
import type { KeptIntermediate } from "../../../src/store/intermediates.ts";
import { type Issued, issue } from "../pki/support/authority.ts";

// The browser's database, in memory.
const kept = { anchors: [] as KeptAnchor[], intermediates: new Map<string, KeptIntermediate>() };
vi.mock("../../../src/store/anchors.ts", () => ({ allAnchors: () => Promise.resolve(kept.anchors) }));
vi.mock("../../../src/store/intermediates.ts", () => ({
  allIntermediates: () => Promise.resolve([...kept.intermediates.values()]),
  putIntermediates: (all: KeptIntermediate[]) => Promise.resolve(all.forEach((each) => kept.intermediates.set(each.sha256, each))),
}));
vi.mock("../../../src/store/people.ts", () => ({ allPeople: () => Promise.resolve([]) }));
vi.mock("../../../src/store/identities.ts", () => ({ allIdentities: () => Promise.resolve([]) }));
vi.mock("../../../src/store/trust-decisions.ts", () => ({ allTrustDecisions: () => Promise.resolve([]), unreadableDecisions: () => Promise.resolve([]) }));

const clock = () => new Date("2026-06-01T00:00:00Z");
const anchors = anchorService({ current: () => Promise.resolve(effectivePolicy({}, defaultUserSettings)) }, () => []);
const service = keptIntermediates({ anchors, clock });
const book = certificateBook({ anchors, trust: { validate: () => Promise.reject(new Error("not asked")) }, identities: { all: () => Promise.resolve([]) }, clock });

const root = issue({ name: "Root", ca: true });
const middle = issue({ name: "Middle", issuer: root, ca: true });
const alice = issue({ name: "Alice", issuer: middle, emails: ["alice@example.org"] });
const pem = ({ certificate }: Issued) => new TextEncoder().encode(`-----BEGIN CERTIFICATE-----\n${Buffer.from(certificate.der).toString("base64")}\n-----END CERTIFICATE-----\n`);
const anchorOf = async ({ certificate }: Issued): Promise<KeptAnchor> => ({ sha256: await certificate.sha256(), certificate: certificate.der, addedAt: "2026-05-01T00:00:00Z" });

beforeEach(() => {
  kept.anchors = [];
  kept.intermediates.clear();
});

describe("authorities of a file that nobody trusts (CE-04)", () => {
  it("are kept, those that are trusted already and people's certificates not", async () => {
    kept.anchors = [await anchorOf(root)];
    const told = await service.importFile(concat(pem(alice), pem(middle), pem(root), pem(middle)));
    expect(told.map(({ name }) => name)).toEqual(["Middle"]);
    expect([...kept.intermediates.values()]).toEqual([{ sha256: await middle.certificate.sha256(), certificate: middle.certificate.der, addedAt: clock().toISOString() }]);
  });

  it("stay with the day on which they came first", async () => {
    const before = { ...(await anchorOf(middle)), addedAt: "2026-01-01T00:00:00Z" };
    kept.intermediates.set(before.sha256, before);
    expect(await service.importFile(pem(middle))).toHaveLength(1);
    expect([...kept.intermediates.values()]).toEqual([before]);
  });

  it("are so many and no more, and then nothing of the file is kept", async () => {
    const full = (count: number): void => {
      kept.intermediates.clear();
      for (let i = 0; i < count; i++) kept.intermediates.set(String(i), { sha256: String(i), certificate: new Uint8Array([1]), addedAt: "" });
    };
    full(MOST_INTERMEDIATES - 1);
    expect(await service.importFile(concat(pem(middle), pem(root))).then(() => "ok", codeOf)).toBe("limits.intermediates");
    expect(kept.intermediates.size).toBe(MOST_INTERMEDIATES - 1);
    expect(await service.importFile(pem(middle))).toHaveLength(1);
    // One that is kept already takes no room.
    expect(await service.importFile(pem(middle))).toHaveLength(1);
  });

  it("stand in the book as nobody's trust, with their day, and once when they are trusted", async () => {
    await service.importFile(concat(pem(middle), pem(root)));
    kept.anchors = [await anchorOf(root)];
    const { authorities } = await book.lists();
    expect(authorities.map(({ name, by, source, addedAt }) => [name, by, source, addedAt])).toEqual([
      ["Root", "user", "file", "2026-05-01T00:00:00Z"],
      ["Middle", "nobody", "file", clock().toISOString()],
    ]);
    expect(await book.details(await middle.certificate.sha256())).toMatchObject({ code: "pki.untrusted", chain: [], facts: { name: "Middle" } });
  });
});
