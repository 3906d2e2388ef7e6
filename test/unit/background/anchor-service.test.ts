import { beforeEach, describe, expect, it, vi } from "vitest";
import { anchorService } from "../../../src/background/anchor-service.ts";
import { encodeBase64 } from "../../../src/base/base64.ts";
import type { Account } from "../../../src/policy/scopes.ts";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";
import { validatePath } from "../../../src/pki/path.ts";
import type { ShippedAnchor } from "../../../src/pki/shipped-anchors/shipped-anchors.ts";
import type { KeptAnchor } from "../../../src/store/anchors.ts";
import type { KeptIntermediate } from "../../../src/store/intermediates.ts";
import type { TrustDecision } from "../../../src/store/trust-decisions.ts";
import { type Issued, issue } from "../pki/support/authority.ts";

// The browser's database, in memory.
const kept = { anchors: [] as KeptAnchor[], intermediates: [] as KeptIntermediate[], decisions: [] as TrustDecision[], unreadable: [] as string[] };
vi.mock("../../../src/store/anchors.ts", () => ({ allAnchors: () => Promise.resolve([...kept.anchors]) }));
vi.mock("../../../src/store/intermediates.ts", () => ({ allIntermediates: () => Promise.resolve([...kept.intermediates]) }));
vi.mock("../../../src/store/trust-decisions.ts", () => ({ allTrustDecisions: () => Promise.resolve([...kept.decisions]), unreadableDecisions: () => Promise.resolve([...kept.unreadable]) }));

const root = issue({ name: "Root", ca: true });
const middle = issue({ name: "Middle", issuer: root, ca: true });
const alice = issue({ name: "Alice", issuer: middle, emails: ["alice@example.org"], from: "2026-01-01" });
const at = new Date("2026-06-01");

const pem = ({ certificate }: Issued): string => `-----BEGIN CERTIFICATE-----\n${encodeBase64(certificate.der)}\n-----END CERTIFICATE-----\n`;
const anchor = async ({ certificate }: Issued): Promise<KeptAnchor> => ({ sha256: await certificate.sha256(), certificate: certificate.der, addedAt: "2026-05-01T00:00:00Z" });
const decision = async ({ certificate }: Issued, decided: TrustDecision["decision"]): Promise<TrustDecision> => ({ sha256: await certificate.sha256(), certificate: certificate.der, decision: decided, decidedAt: "2026-05-01T00:00:00Z" });

let managed: Record<string, unknown>;
const serviceOf = (values: () => Record<string, unknown>, shipped: ShippedAnchor[]) => anchorService({ current: (account) => Promise.resolve(effectivePolicy(values(), defaultUserSettings, account)) }, () => shipped);
const service = serviceOf(() => managed, []);

/** The code for a certificate under what is trusted now. */
async function judge(leaf: Issued = alice, others: Issued[] = [middle], address: string | null = "alice@example.org", purpose: "sign" | "encrypt" = "sign", account?: Account): Promise<string> {
  const { intermediates, ...trusted } = await service.inputsFor(address, account);
  return (await validatePath({ ...trusted, leaf: leaf.certificate, others: [...others.map(({ certificate }) => certificate), ...intermediates], at, purpose })).code;
}

beforeEach(() => {
  kept.anchors = [];
  kept.intermediates = [];
  kept.decisions = [];
  kept.unreadable = [];
  managed = {};
});

describe("what is trusted here (CE-02)", () => {
  it("nothing without a decision of organisation or user", async () => {
    expect(await judge()).toBe("pki.untrusted");
    managed = { TrustAnchors: [pem(root)] };
    expect(await judge()).toBe("ok");
    managed = {};
    kept.anchors = [await anchor(root)];
    expect(await judge()).toBe("ok");
    expect(await service.anchors()).toMatchObject([{ by: "user", addedAt: "2026-05-01T00:00:00Z" }]);
  });

  it("settings for some mail domains hold in accounts of these, and in no other of the same browser", async () => {
    managed = { Scopes: [{ domains: ["lab.test"], settings: { TrustAnchors: [pem(root)] } }] };
    const inAccount = (address: string) => judge(alice, [middle], "alice@example.org", "sign", { address });
    expect([await inAccount("bob@lab.test"), await inAccount("bob@private.test"), await inAccount("carol@lab.test"), await judge()]).toEqual(["ok", "pki.untrusted", "ok", "pki.untrusted"]);
  });

  it("AL-07: keys are as long as the organisation wants, in certificates of people and of authorities", async () => {
    managed = { TrustAnchors: [pem(root)], MinimumEcBits: 256 };
    expect(await judge()).toBe("ok");
    for (const MinimumEcBits of [257, 384]) {
      managed = { TrustAnchors: [pem(root)], MinimumEcBits };
      expect(await judge()).toBe("pki.weak-key");
    }
    managed = { TrustAnchors: [pem(root)], MinimumEcBits: 16 };
    expect(await judge()).toBe("pki.weak-key");
  });

  it("the organisation's intermediates complete paths and are trusted for nothing", async () => {
    managed = { TrustAnchors: [pem(root)] };
    expect(await judge(alice, [])).toBe("pki.untrusted");
    managed = { TrustAnchors: [pem(root)], Intermediates: [pem(middle)] };
    expect(await judge(alice, [])).toBe("ok");
    managed = { Intermediates: [pem(middle)] };
    expect(await judge(alice, [])).toBe("pki.untrusted");
  });

  it("authorities of a file complete paths and are trusted for nothing (CE-04)", async () => {
    const imported = async ({ certificate }: Issued): Promise<KeptIntermediate> => ({ sha256: await certificate.sha256(), certificate: certificate.der, addedAt: "2026-05-01T00:00:00Z" });
    kept.intermediates = [await imported(middle), { sha256: "00", certificate: new Uint8Array([1]), addedAt: "2026-05-01T00:00:00Z" }];
    expect(await judge(alice, [])).toBe("pki.untrusted");
    kept.anchors = [await anchor(root)];
    expect(await judge(alice, [])).toBe("ok");
    kept.anchors = [];
    kept.intermediates = [await imported(middle), await imported(root)];
    expect(await judge(alice, [])).toBe("pki.untrusted");
    // What is said against one of them holds for its other certificates too.
    const crossed = issue({ name: "Middle", issuer: root, ca: true, keyOf: middle });
    managed = { TrustAnchors: [pem(root)], DistrustedCertificates: [await middle.certificate.sha256()] };
    expect(await judge(alice, [crossed])).toBe("pki.distrusted");
  });

  it("shipped authorities only until their date, and not at all where the organisation switched them off", async () => {
    const judgeWith = async (more: Partial<ShippedAnchor>, values: Record<string, unknown> = {}): Promise<string> => {
      const { intermediates, ...trusted } = await serviceOf(() => values, [{ certificate: root.certificate, sha256: await root.certificate.sha256(), ...more }]).inputsFor(null);
      return (await validatePath({ ...trusted, leaf: alice.certificate, others: [middle.certificate, ...intermediates], at, purpose: "sign" })).code;
    };
    expect(await judgeWith({})).toBe("ok");
    expect(await judgeWith({ issuedUntil: new Date("2026-02-01") })).toBe("ok");
    expect(await judgeWith({ issuedUntil: new Date("2025-12-01") })).toBe("pki.distrusted-after");
    expect(await judgeWith({}, { UseShippedAnchors: false })).toBe("pki.untrusted");
    // Whoever trusts the authority by an own decision has no such date.
    expect(await judgeWith({ issuedUntil: new Date("2025-12-01") }, { TrustAnchors: [pem(root)] })).toBe("ok");
  });

  it("one person's certificate without its authority: itself alone, with its dates, its purpose and the limits", async () => {
    kept.decisions = [await decision(alice, "trusted")];
    expect(await judge(alice, [])).toBe("ok");
    expect(await judge(issue({ name: "Bob", issuer: middle, emails: ["bob@example.org"] }))).toBe("pki.untrusted");
    managed = { DomainAuthorities: [`example.org ${await root.certificate.sha256()}`] };
    expect(await judge(alice, [])).toBe("pki.domain-authorities");
    managed = { DistrustedCertificates: [await alice.certificate.sha256()] };
    expect(await judge(alice, [])).toBe("pki.distrusted");
    managed = {};
    const old = issue({ name: "Old", issuer: middle, emails: ["old@example.org"], to: "2026-02-01" });
    const signer = issue({ name: "Signer", issuer: middle, emails: ["s@example.org"], keyUsage: 0x80 });
    kept.decisions = [await decision(old, "trusted"), await decision(signer, "trusted")];
    expect(await judge(old, [])).toBe("pki.expired");
    expect(await judge(signer, [], null)).toBe("ok");
    expect(await judge(signer, [], null, "encrypt")).toBe("pki.key-usage");
  });

  it("an authority among the single certificates vouches for nobody", async () => {
    kept.decisions = [await decision(middle, "trusted")];
    expect(await judge()).toBe("pki.untrusted");
  });

  it("nothing of what a decision that cannot be read was about: it may have been distrust", async () => {
    managed = { TrustAnchors: [pem(root)] };
    expect(await judge()).toBe("ok");
    kept.unreadable = [await middle.certificate.sha256()];
    expect(await judge()).toBe("pki.distrusted");
  });

  it("what the user distrusts, whoever vouches for it", async () => {
    managed = { TrustAnchors: [pem(root)] };
    kept.decisions = [await decision(middle, "distrusted")];
    expect(await judge()).toBe("pki.distrusted");
  });

  it("an authority for its mail domains alone", async () => {
    managed = { TrustAnchors: [pem(root)], AuthorityDomains: [`${await root.certificate.sha256()} example.net`] };
    expect(await judge()).toBe("pki.authority-domains");
    expect(await judge(alice, [middle], null)).toBe("pki.authority-domains");
    managed = { TrustAnchors: [pem(root)], AuthorityDomains: ["not readable"] };
    expect(await judge()).toBe("pki.authority-domains");
  });
});
