import { beforeEach, describe, expect, it, vi } from "vitest";
import { anchorService } from "../../../src/background/anchor-service.ts";
import { removals } from "../../../src/background/removals.ts";
import { trustDecisions } from "../../../src/background/trust-decisions.ts";
import { concat } from "../../../src/base/bytes.ts";
import { codeOf } from "../../../src/base/errors.ts";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";
import type { KeptAnchor } from "../../../src/store/anchors.ts";
import type { KeptIntermediate } from "../../../src/store/intermediates.ts";
import type { TrustDecision } from "../../../src/store/trust-decisions.ts";
import { type Issued, issue } from "../pki/support/authority.ts";

// The browser's database, in memory.
const kept = { anchors: new Map<string, KeptAnchor>(), intermediates: new Map<string, KeptIntermediate>(), decisions: new Map<string, TrustDecision>() };
const taking = <V>(map: Map<string, V>, key: string): Promise<V | undefined> => {
  const before = map.get(key);
  map.delete(key);
  return Promise.resolve(before);
};
vi.mock("../../../src/store/anchors.ts", () => ({
  allAnchors: () => Promise.resolve([...kept.anchors.values()]),
  putAnchor: (anchor: KeptAnchor) => Promise.resolve(void kept.anchors.set(anchor.sha256, anchor)),
  removeAnchor: (sha256: string) => taking(kept.anchors, sha256),
}));
vi.mock("../../../src/store/intermediates.ts", () => ({
  allIntermediates: () => Promise.resolve([...kept.intermediates.values()]),
  putIntermediates: (all: KeptIntermediate[]) => Promise.resolve(all.forEach((each) => kept.intermediates.set(each.sha256, each))),
  removeIntermediate: (sha256: string) => taking(kept.intermediates, sha256),
}));
vi.mock("../../../src/store/trust-decisions.ts", () => ({
  allTrustDecisions: () => Promise.resolve([...kept.decisions.values()]),
  unreadableDecisions: () => Promise.resolve([]),
  putTrustDecision: (decision: TrustDecision) => Promise.resolve(void kept.decisions.set(decision.sha256, decision)),
  removeTrustDecision: (sha256: string) => taking(kept.decisions, sha256),
}));

const clock = () => new Date("2026-06-01T00:00:00Z");
const undoing = removals(clock);
const anchors = anchorService({ current: () => Promise.resolve(effectivePolicy({}, defaultUserSettings)) }, () => []);
const decisions = trustDecisions({ anchors, undoing, clock });

const root = issue({ name: "Root", ca: true });
const middle = issue({ name: "Middle", issuer: root, ca: true });
const alice = issue({ name: "Alice", issuer: middle, emails: ["alice@example.org"] });
const der = ({ certificate }: Issued) => certificate.der;
const offer = (leaf: Issued, others: Issued[]) => decisions.offerFor({ certificate: der(leaf), others: others.map(der), address: "alice@example.org" });

beforeEach(() => {
  kept.anchors.clear();
  kept.intermediates.clear();
  kept.decisions.clear();
});

describe("what is offered to be trusted", () => {
  it("the authority at the end of the chain, if it came along; else the certificate itself", async () => {
    expect(await offer(alice, [middle, root])).toMatchObject({ kind: "authority", code: "ok", certificate: { name: "Root" }, leaf: { name: "Alice" } });
    expect(await offer(alice, [middle])).toMatchObject({ kind: "person", code: "ok", certificate: { name: "Alice" } });
    expect(await offer(alice, [])).toMatchObject({ kind: "person" });
  });

  it("never an authority of the same name whose key signed nothing of the chain", async () => {
    expect(await offer(alice, [middle, issue({ name: "Root", ca: true })])).toMatchObject({ kind: "person" });
    expect(await offer(alice, [issue({ name: "Middle", ca: true }), root])).toMatchObject({ kind: "person" });
  });

  it("says what would still be against it", async () => {
    const old = issue({ name: "Old", issuer: middle, emails: ["alice@example.org"], to: "2026-02-01" });
    expect(await offer(old, [middle, root])).toMatchObject({ kind: "authority", code: "pki.expired" });
    expect(await offer(old, [])).toMatchObject({ kind: "person", code: "pki.expired" });
  });

  it("of a file the authorities that name themselves and are not trusted yet", async () => {
    const pem = (each: Issued) => new TextEncoder().encode(`-----BEGIN CERTIFICATE-----\n${Buffer.from(der(each)).toString("base64")}\n-----END CERTIFICATE-----\n`);
    const file = concat(pem(alice), pem(middle), pem(root));
    expect((await decisions.offersOf(file)).map(({ certificate }) => certificate.name)).toEqual(["Root"]);
    expect((await decisions.offersOf(concat(pem(alice), pem(middle)))).map(({ certificate }) => certificate.name)).toEqual(["Middle"]);
    await decisions.trustAuthority(der(root), await root.certificate.sha256());
    expect(await decisions.offersOf(file)).toEqual([]);
  });

  it("is taken once", async () => {
    decisions.offer(await offer(alice, []));
    expect(decisions.take()).not.toBeNull();
    expect(decisions.take()).toBeNull();
  });
});

describe("deciding", () => {
  const refused = (work: Promise<unknown>): Promise<string> => work.then(() => "ok", codeOf);

  it("takes the compared fingerprint alone, and authorities and people for what they are", async () => {
    const sha256 = await root.certificate.sha256();
    expect(await refused(decisions.trustAuthority(der(root), await alice.certificate.sha256()))).toBe("pki.malformed");
    expect(await refused(decisions.decide(der(alice), sha256, "trusted"))).toBe("pki.malformed");
    expect(await refused(decisions.trustAuthority(der(alice), await alice.certificate.sha256()))).toBe("pki.not-a-ca");
    expect(await refused(decisions.decide(der(root), sha256, "trusted"))).toBe("pki.key-usage");
    expect([kept.anchors.size, kept.decisions.size]).toEqual([0, 0]);
    expect(await refused(decisions.decide(der(root), sha256, "distrusted"))).toBe("ok");
  });

  it("can be taken back: to what was decided before, or to nothing", async () => {
    const sha256 = await alice.certificate.sha256();
    const first = await decisions.decide(der(alice), sha256, "trusted");
    const second = await decisions.decide(der(alice), sha256, "distrusted");
    await undoing.undo(second);
    expect(kept.decisions.get(sha256)).toMatchObject({ decision: "trusted" });
    await undoing.undo(first);
    expect(kept.decisions.size).toBe(0);
    await undoing.undo(await decisions.trustAuthority(der(root), await root.certificate.sha256()));
    expect(kept.anchors.size).toBe(0);
  });

  it("an authority of a file stands among the trusted ones from then on, and where it stood before when that is taken back", async () => {
    const before = { sha256: await root.certificate.sha256(), certificate: der(root), addedAt: "2026-05-01T00:00:00Z" };
    kept.intermediates.set(before.sha256, before);
    const undo = await decisions.trustAuthority(der(root), before.sha256);
    expect([kept.anchors.size, kept.intermediates.size]).toEqual([1, 0]);
    await undoing.undo(undo);
    expect([kept.anchors.size, [...kept.intermediates.values()]]).toEqual([0, [before]]);
  });
});
