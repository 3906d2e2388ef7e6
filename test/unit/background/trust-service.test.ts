import { beforeEach, describe, expect, it, vi } from "vitest";
import { rootOf } from "../../../src/background/send-service.ts";
import { KEPT, keptCode, trustService } from "../../../src/background/trust-service.ts";
import type { Bytes } from "../../../src/base/bytes.ts";
import { SmimeError } from "../../../src/base/errors.ts";
import type { Certificate } from "../../../src/pki/certificate.ts";
import { NOT_ASKED } from "../../../src/pki/revocation/answer.ts";
import type { OnlineVerdict } from "../../../src/pki/revocation/check-online.ts";
import { crlDer } from "../pki/support/revocation.ts";
import { extension, type Issued, issue } from "../pki/support/authority.ts";
import { derOctetString } from "../../../src/pki/der.ts";
import { OID } from "../../../src/pki/oids.ts";

// The browser's database, in memory.
const kept = { identities: [] as { certificate: Bytes; chain: Bytes[] }[], people: [] as { certificate: Bytes; others: Bytes[] }[], fails: false };
const read = <T>(all: T): Promise<T> => (kept.fails ? Promise.reject(new SmimeError("store.unavailable")) : Promise.resolve(all));
vi.mock("../../../src/store/identities.ts", () => ({ allIdentities: () => read(kept.identities) }));
vi.mock("../../../src/store/people.ts", () => ({ allPeople: () => read(kept.people) }));

const root = issue({ name: "Root", ca: true, keyUsage: 0x06 });
const upper = issue({ name: "Upper", issuer: root, ca: true, keyUsage: 0x06 });
const lower = issue({ name: "Lower", issuer: upper, ca: true, keyUsage: 0x06 });
const alice = issue({ name: "Alice", issuer: lower, emails: ["alice@example.test"], more: [extension(OID.subjectKeyIdentifier, false, derOctetString(Uint8Array.of(7, 7)))] });
const der = ({ certificate }: Issued): Bytes => certificate.der;
const CHAIN = ["CN=Alice", "CN=Lower", "CN=Upper", "CN=Root"];

interface Stage {
  /** What the network has, by the common name of the certificate whose issuer is looked for. */
  places?: Record<string, Issued>;
  refused?: string | null;
  verdict?: Partial<OnlineVerdict>;
  policyIntermediates?: Issued[];
}

function setup({ places = {}, refused = null, verdict = {}, policyIntermediates = [] }: Stage = {}) {
  const searched: string[] = [];
  const checked: { path: string[]; lists: number; patience: string }[] = [];
  const begun: { allows: boolean; patience: string }[] = [];
  const addresses: (string | null)[] = [];
  const service = trustService({
    anchors: {
      anchors: () => Promise.resolve([]),
      inputsFor: (address) => {
        addresses.push(address);
        return Promise.resolve({ anchors: [root.certificate], intermediates: policyIntermediates.map(({ certificate }) => certificate) });
      },
    },
    revocation: {
      importsChanged: () => undefined,
      check: (path: readonly Certificate[], _others, enclosed, patience) => {
        checked.push({ path: path.map(({ subject }) => subject.rfc4514), lists: enclosed?.crls.length ?? 0, patience });
        return Promise.resolve({ code: "ok", state: "not-asked", deciding: NOT_ASKED, certificates: [], attempts: [], ageing: [], ...verdict });
      },
    },
    issuers: {
      allow: () => undefined,
      isAllowed: () => false,
      search: (allowed, patience) => {
        begun.push({ allows: allowed("aia.example.test"), patience });
        return Promise.resolve({
          refused: () => refused,
          issuersOf: (certificate) => {
            searched.push(certificate.subject.rfc4514);
            const found = places[certificate.subject.commonName ?? ""];
            return Promise.resolve(found ? [found.certificate] : []);
          },
        });
      },
    },
    clock: () => new Date("2026-06-15T00:00:00Z"),
  });
  const validate = (others: Bytes[] = [], more: object = {}, asking?: Parameters<typeof service.validate>[1]) =>
    service.validate({ certificate: der(alice), others, purpose: "sign", address: "alice@example.test", ...more }, asking);
  return { service, validate, searched, checked, begun, addresses };
}

beforeEach(() => Object.assign(kept, { identities: [], people: [], fails: false }));

describe("the root that goes along with a signature", () => {
  it("is the anchor of the path, and no other of its name", async () => {
    const twin = issue({ name: "Root", ca: true });
    const anchors = await Promise.all([twin, root].map(async ({ certificate }) => ({ certificate, sha256: await certificate.sha256() })));
    expect(rootOf(await setup({ policyIntermediates: [lower, upper] }).validate(), anchors)).toBe(root.certificate);
    expect(rootOf({ chain: ["CN=Root"], anchor: await root.certificate.sha256() }, anchors)).toBeNull();
  });
});

describe("missing authorities (CE-04)", () => {
  it("come from the message, the policy, one's own chains, or what came with other people's mail: then nobody is asked", async () => {
    for (const give of [
      () => setup().validate([der(lower), der(upper), Uint8Array.of(1)]),
      () => setup({ policyIntermediates: [lower, upper] }).validate(),
      () => ((kept.identities = [{ certificate: der(alice), chain: [der(lower), der(upper)] }]), setup().validate()),
      () => ((kept.people = [{ certificate: der(alice), others: [Uint8Array.of(1), der(upper)] }, { certificate: der(alice), others: [der(lower)] }]), setup().validate()),
    ]) {
      Object.assign(kept, { identities: [], people: [] });
      expect(await give()).toEqual({ code: "ok", chain: CHAIN, anchor: await root.certificate.sha256(), revocation: "not-asked" });
    }
    const asking = setup();
    kept.people = [{ certificate: der(alice), others: [der(lower), der(upper)] }];
    await asking.validate();
    expect(asking.searched).toEqual([]);
  });

  it("are looked for on the network then, also where others of that name came with people's mail", async () => {
    const stage = setup({ places: { Alice: lower, Lower: upper } });
    kept.people = [{ certificate: der(alice), others: [der(issue({ name: "Lower", ca: true }))] }];
    expect((await stage.validate()).code).toBe("ok");
    expect(stage.searched).toEqual(["CN=Alice", "CN=Lower"]);
  });

  it("names the host that nobody allowed, only while an authority is missing", async () => {
    expect(await setup({ refused: "aia.example.test" }).validate()).toEqual({ code: "pki.untrusted", chain: [], revocation: "not-asked", issuer: { host: "aia.example.test" } });
    expect(await setup().validate()).toEqual({ code: "pki.untrusted", chain: [], revocation: "not-asked" });
    expect(await setup({ refused: "aia.example.test", places: { Alice: lower, Lower: upper } }).validate()).not.toHaveProperty("issuer");
  });

  it("passes on how far a question may go, and whose address it is", async () => {
    const stage = setup();
    await stage.validate([der(lower), der(upper)]);
    await stage.validate([der(lower), der(upper)], { address: null }, KEPT);
    await stage.validate([der(lower), der(upper)], {}, { patience: "asking", allowed: (host) => host === "aia.example.test" });
    expect(stage.begun).toEqual([{ allows: false, patience: "asking" }, { allows: false, patience: "kept" }, { allows: true, patience: "asking" }]);
    expect(stage.checked.map(({ patience }) => patience)).toEqual(["asking", "kept", "asking"]);
    expect(stage.addresses).toEqual(["alice@example.test", null, "alice@example.test"]);
  });
});

describe("revocation (RV-04)", () => {
  it("is asked of the path that holds, with what was enclosed, and of none otherwise", async () => {
    const stage = setup();
    await stage.validate();
    expect(stage.checked).toEqual([]);
    const list = crlDer({ issuer: lower, from: "2026-06-14T00:00:00Z", to: "2026-06-20T00:00:00Z" });
    await stage.validate([der(lower), der(upper)], { revocation: { crls: [list, Uint8Array.of(1)], ocsp: [] } });
    expect(stage.checked).toEqual([{ path: CHAIN, lists: 1, patience: "asking" }]);
  });

  it("is told with its detail and the places that were asked", async () => {
    const deciding = { ...NOT_ASKED, state: "revoked" as const, code: "revocation.revoked" as const, source: "crl" as const, revokedAt: new Date("2026-05-01T00:00:00Z"), reason: "keyCompromise" as const };
    const answer = await setup({ verdict: { code: "revocation.revoked", state: "revoked", deciding, attempts: [{ url: "http://crl.example.test/a.crl", code: "ok" }] as OnlineVerdict["attempts"] } }).validate([der(lower), der(upper)]);
    expect(answer).toMatchObject({ code: "ok", chain: CHAIN, revocation: "revoked", revocationDetail: { code: "revocation.revoked", revokedAt: "2026-05-01T00:00:00.000Z", asked: [{ protocol: "http", host: "crl.example.test", code: "ok" }] } });
    expect(keptCode(answer)).toBe("revocation.revoked");
    expect(keptCode({ code: "ok", revocation: "unreachable" })).toBe("ok");
    expect(keptCode({ code: "pki.expired", revocation: "revoked" })).toBe("pki.expired");
  });
});

describe("answers that are none", () => {
  it("say why, and never throw (CE-04)", async () => {
    expect(await setup().validate([], { certificate: Uint8Array.of(1) })).toEqual({ code: "pki.malformed", chain: [], revocation: "not-asked" });
    kept.fails = true;
    expect(await setup().validate([der(lower), der(upper)])).toEqual({ code: "store.unavailable", chain: [], revocation: "not-asked" });
  });
});

describe("a signer who is only named (SG-03)", () => {
  it("is found among kept certificates and own ones, by issuer with serial or by key identifier", async () => {
    const { service } = setup();
    const bob = issue({ name: "Bob", issuer: lower });
    kept.people = [{ certificate: der(bob), others: [] }, { certificate: Uint8Array.of(1), others: [] }];
    kept.identities = [{ certificate: der(alice), chain: [] }];
    const named = ({ certificate: { issuer, serial } }: Issued) => ({ issuerAndSerial: { issuer: issuer.der, serial }, keyIdentifier: null, addresses: null });
    expect(await service.find(named(bob))).toEqual([der(bob)]);
    expect(await service.find(named(alice))).toEqual([der(alice)]);
    expect(await service.find({ issuerAndSerial: { issuer: root.certificate.subject.der, serial: bob.certificate.serial }, keyIdentifier: null, addresses: null })).toEqual([]);
    expect(await service.find({ issuerAndSerial: null, keyIdentifier: Uint8Array.of(7, 7), addresses: null })).toEqual([der(alice)]);
    expect(await service.find({ issuerAndSerial: null, keyIdentifier: null, addresses: null })).toEqual([]);
  });
});
