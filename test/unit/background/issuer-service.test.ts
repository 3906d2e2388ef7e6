import { describe, expect, it } from "vitest";
import type { Bytes } from "../../../src/base/bytes.ts";
import { issuerService } from "../../../src/background/issuer-service.ts";
import { issuerLimits, issuerPlaces, readIssuers, withIssuers } from "../../../src/pki/issuer-places.ts";
import { OID } from "../../../src/pki/oids.ts";
import { validatePath } from "../../../src/pki/path.ts";
import type { KeptIssuers } from "../../../src/store/issuers.ts";
import { issue } from "../pki/support/authority.ts";
import { accessTo, uri } from "../pki/support/revocation.ts";
import { network, type Place } from "./network.ts";

const at = new Date("2026-06-15T00:00:00Z");
const UPPER = "http://aia.example.test/upper.cer";
const LOWER = "http://aia.example.test/lower.p7c";
const root = issue({ name: "Root", ca: true, keyUsage: 0x06 });
const upper = issue({ name: "Upper", issuer: root, ca: true, keyUsage: 0x06 });
const lower = issue({ name: "Lower", issuer: upper, ca: true, keyUsage: 0x06, more: [accessTo(OID.caIssuers, uri(UPPER))] });
const alice = issue({ name: "Alice", issuer: lower, emails: ["alice@example.test"], more: [accessTo(OID.caIssuers, uri("ldap://dir.example.test/cn=Lower"), uri(LOWER))] });

function setup(places: Record<string, Place>, managed: object = {}) {
  const kept = new Map<string, KeptIssuers>();
  const stage = network(places, { managed });
  const store = { keptIssuers: (url: string) => Promise.resolve(kept.get(url)), putIssuers: (one: KeptIssuers) => (kept.set(one.url, one), Promise.resolve()) };
  const service = issuerService({ ...stage, store, clock: () => new Date(stage.now.at) });
  const find = async (allowed: string[] = [], patience: "asking" | "kept" = "asking") => {
    const search = await service.search((host) => allowed.includes(host), patience);
    const { answer } = await withIssuers(
      async (found) => ({ answer: await validatePath({ leaf: alice.certificate, others: found, anchors: [root.certificate], at, purpose: "sign" }) }),
      (certificate) => search.issuersOf(certificate),
    );
    return { code: answer.code, refused: search.refused() };
  };
  return { ...stage, kept, service, find };
}

const places: Record<string, Place> = { [UPPER]: () => upper.certificate.der, [LOWER]: () => lower.certificate.der };

describe("missing authorities (RV-04, CE-04)", () => {
  it("are fetched from listed hosts alone, one after the other, and kept for the next message", async () => {
    const stage = setup(places, { IssuerHosts: ["AIA.example.test"] });
    expect(await stage.find()).toEqual({ code: "ok", refused: null });
    expect(stage.urls()).toEqual([LOWER, UPPER]);
    expect(await stage.find()).toEqual({ code: "ok", refused: null });
    expect(await stage.find([], "kept")).toEqual({ code: "ok", refused: null });
    expect(stage.asked).toHaveLength(2);
  });

  it("nobody is asked otherwise, and the host is named; a person may allow it", async () => {
    const stage = setup(places);
    expect(await stage.find()).toEqual({ code: "pki.untrusted", refused: "aia.example.test" });
    expect(stage.asked).toEqual([]);
    expect(await stage.find(["aia.example.test"])).toEqual({ code: "ok", refused: null });
  });

  it("allows a host for one document's message and no other", () => {
    const { service } = setup({});
    service.allow("D1", "aia.example.test");
    expect([service.isAllowed("D1", "aia.example.test"), service.isAllowed("D2", "aia.example.test"), service.isAllowed("D1", "b.test")]).toEqual([true, false, false]);
  });

  it("is switched off by FetchIssuers, and where only what is kept may be used", async () => {
    const off = setup(places, { FetchIssuers: false, IssuerHosts: ["aia.example.test"] });
    expect(await off.find(["aia.example.test"])).toEqual({ code: "pki.untrusted", refused: null });
    const kept = setup(places, { IssuerHosts: ["aia.example.test"] });
    expect(await kept.find([], "kept")).toEqual({ code: "pki.untrusted", refused: null });
    expect([...off.asked, ...kept.asked]).toEqual([]);
  });

  it("keeps nothing that may not be the issuer, and ends where nothing new comes", async () => {
    for (const wrong of [() => new Uint8Array([1, 2, 3]), () => alice.certificate.der, () => new Response(null, { status: 404 })]) {
      const stage = setup({ [LOWER]: wrong }, { IssuerHosts: ["aia.example.test"] });
      expect((await stage.find()).code).toBe("pki.untrusted");
      expect([...stage.kept.keys()]).toEqual([]);
    }
  });

  it("keeps none of the right name whose key made no signature, and looks on", async () => {
    const stage = setup({ [LOWER]: () => issue({ name: "Lower", issuer: upper, ca: true, keyUsage: 0x06 }).certificate.der }, { IssuerHosts: ["aia.example.test"] });
    expect((await stage.find()).code).toBe("pki.untrusted");
    expect([...stage.kept.keys()]).toEqual([]);
  });

  it("goes on past a place of which another issuer's certificates are kept, and asks it again for this one", async () => {
    const OTHER = "http://aia.example.test/other.cer";
    const bob = issue({ name: "Bob", issuer: lower, more: [accessTo(OID.caIssuers, uri(LOWER), uri(OTHER))] }).certificate;
    const old = issue({ name: "Lower", issuer: upper, ca: true, keyUsage: 0x06 }).certificate;
    const look = async (places: Record<string, Place>, patience: "asking" | "kept") => {
      const stage = setup(places, { IssuerHosts: ["aia.example.test"] });
      // Of the same name with another key, of another name, and nothing that can be read.
      for (const certificates of [[old.der], [upper.certificate.der], [new Uint8Array([1])], []]) {
        stage.kept.set(LOWER, { url: LOWER, certificates, fetchedAt: new Date(stage.now.at).toISOString() });
        const found = await (await stage.service.search(() => false, patience)).issuersOf(bob);
        expect(found.map(({ subject }) => subject.rfc4514)).toEqual(["CN=Lower"]);
        expect(await found[0]?.sha256()).toBe(await lower.certificate.sha256());
      }
      return stage;
    };
    const second = await look({ [LOWER]: () => old.der, [OTHER]: () => lower.certificate.der }, "asking");
    expect(second.kept.get(OTHER)?.certificates).toEqual([lower.certificate.der]);
    const renewed = await look({ [LOWER]: () => lower.certificate.der }, "asking");
    expect(renewed.kept.get(LOWER)?.certificates).toEqual([lower.certificate.der]);

    const stage = setup({});
    stage.kept.set(LOWER, { url: LOWER, certificates: [old.der], fetchedAt: new Date(stage.now.at).toISOString() });
    stage.kept.set(OTHER, { url: OTHER, certificates: [lower.certificate.der], fetchedAt: new Date(stage.now.at).toISOString() });
    expect(await (await stage.service.search(() => false, "kept")).issuersOf(bob)).toHaveLength(1);
  });

  it("makes a chain longer so often and no more", async () => {
    let rounds = 0;
    const endless = await withIssuers(
      () => Promise.resolve({ answer: { code: "pki.untrusted", culprit: null, policies: [], path: [], reached: [alice.certificate] } }),
      () => (rounds++, Promise.resolve([issue({ name: `CA ${rounds}`, ca: true }).certificate])),
    );
    expect([endless.answer.code, rounds]).toEqual(["pki.untrusted", issuerLimits.rounds]);
  });

  it("reads so many places of a certificate, HTTP first, and none of a root", () => {
    const many = Array.from({ length: 9 }, (_, i) => uri(`http://aia${i}.example.test/`));
    const leaf = issue({ name: "Alice", issuer: lower, more: [accessTo(OID.caIssuers, uri("ldap://dir.example.test/"), uri("file:///x"), ...many)] });
    expect(issuerPlaces(leaf.certificate)).toEqual(Array.from({ length: issuerLimits.places }, (_, i) => `http://aia${i}.example.test/`));
    expect(issuerPlaces(alice.certificate)).toEqual([LOWER, "ldap://dir.example.test/cn=Lower"]);
    expect(issuerPlaces(issue({ name: "Root", ca: true, more: [accessTo(OID.caIssuers, uri(UPPER))] }).certificate)).toEqual([]);
  });

  it("takes PEM and DER", () => {
    const pem = (der: Bytes): Bytes => new TextEncoder().encode(`-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString("base64")}\n-----END CERTIFICATE-----\n`);
    expect(readIssuers(pem(lower.certificate.der), alice.certificate)).toHaveLength(1);
    expect(readIssuers(lower.certificate.der, alice.certificate)).toHaveLength(1);
    expect(readIssuers(upper.certificate.der, alice.certificate)).toEqual([]);
  });
});
