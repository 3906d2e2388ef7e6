import { beforeEach, describe, expect, it, vi } from "vitest";
import { peopleService } from "../../../src/background/people-service.ts";
import type { Bytes } from "../../../src/base/bytes.ts";
import type { TrustPort } from "../../../src/protocol/trust-port.ts";
import type { KeptCertificate } from "../../../src/store/people.ts";
import { issue } from "../pki/support/authority.ts";
import { alice, authority, eve } from "../smime/attacks/stage.ts";

// The browser's database, in memory.
const kept = new Map<string, KeptCertificate>();
vi.mock("../../../src/store/people.ts", () => ({
  allPeople: () => Promise.resolve([...kept.values()]),
  certificatesOf: () => Promise.resolve([...kept.values()]),
  updateCertificate: (sha256: string, change: (before: KeptCertificate | undefined) => KeptCertificate) => {
    kept.set(sha256, change(kept.get(sha256)));
    return Promise.resolve(kept.get(sha256));
  },
}));

const trusting = (code: "ok" | "pki.untrusted"): TrustPort => ({ validate: () => Promise.resolve({ code, chain: ["CN=Alice", "CN=Authority"], revocation: "not-asked" }), find: () => Promise.resolve([]) });
const now = () => new Date("2026-09-10T00:00:00Z");

function learn(ciphers: string[], signingTime: string | null, { who = alice, address = "alice@lab.test", trust = "ok", along = [] }: { who?: typeof alice; address?: string; trust?: "ok" | "pki.untrusted"; along?: Bytes[] } = {}): Promise<void> {
  const nowhere = { lookUp: () => Promise.resolve({ certificates: [], name: null, list: false, failed: [] }), search: () => Promise.resolve([]) };
  return peopleService(trusting(trust), now, nowhere, nowhere).learn({ address, certificates: [who.certificate.der, ...along], encryptionCertificate: null, ciphers, signingTime });
}
const wishes = () => [...kept.values()].map(({ ciphers, preferredAt }) => [ciphers.join(), preferredAt]);

describe("a peer's wishes (CP-02)", () => {
  beforeEach(() => kept.clear());

  it("are replaced by those of a newer signing time, never of an older one", async () => {
    await learn(["aes-128-cbc"], "2026-09-02T00:00:00Z");
    await learn(["aes-256-gcm"], "2026-09-03T00:00:00Z");
    expect(wishes()).toEqual([["aes-256-gcm", "2026-09-03T00:00:00.000Z"]]);
    await learn(["aes-128-cbc"], "2026-09-01T00:00:00Z");
    expect(wishes()).toEqual([["aes-256-gcm", "2026-09-03T00:00:00.000Z"]]);
  });

  it.each([
    ["no signing time", null],
    ["a signing time far ahead", "2036-01-01T00:00:00Z"],
    ["a signing time that is none", "soon"],
  ])("are not believed with %s; the certificate is kept", async (_what, signingTime) => {
    await learn(["aes-256-gcm"], signingTime);
    expect(wishes()).toEqual([["", null]]);
  });

  it("are nobody's whom no trusted authority vouches for, or who signs for another address", async () => {
    await learn(["aes-256-gcm"], "2026-09-02T00:00:00Z", { trust: "pki.untrusted" });
    await learn(["aes-256-gcm"], "2026-09-02T00:00:00Z", { who: eve });
    expect(wishes()).toEqual([]);
  });

  it("bring along what lies on the signer's path, and nothing with the name of somebody else's authority (CE-04)", async () => {
    const planted = issue({ name: "Somebody's CA", ca: true }).certificate.der;
    await learn([], null, { along: [planted, authority.certificate.der, Uint8Array.of(1)] });
    expect([...kept.values()].map(({ others }) => others)).toEqual([[authority.certificate.der]]);
  });
});
