import { describe, expect, it, vi } from "vitest";
import type { Bytes } from "../../../src/base/bytes.ts";
import { revocationService } from "../../../src/background/revocation-service.ts";
import { OID } from "../../../src/pki/oids.ts";
import { parseCrl } from "../../../src/pki/revocation/crl.ts";
import type { KeptRevocation } from "../../../src/store/revocation.ts";
import { accessTo, crlDer, distributionPoints, manyEntries, ocspDer, uri } from "../pki/support/revocation.ts";
import { authority, NOW, pathOf, person } from "../pki/support/revocation-stage.ts";
import { network, type Place } from "./network.ts";

const LIST = "http://crl.example.test/a.crl";
const OCSP = "http://ocsp.example.test";
const DAY = 24 * 3_600_000;
const alice = person({ more: [distributionPoints({ names: [uri(LIST)] })] });
const bob = person({ name: "Bob", more: [accessTo(OID.OCSP, uri(OCSP))] });

const listOf = (serials: string[], dates: { from?: string; to?: string } = {}): Bytes =>
  crlDer({ issuer: authority, entries: serials.map((serial) => ({ serial })), from: NOW, to: "2026-06-25T00:00:00Z", ...dates });

/** A background with a store that outlives it. */
function setup(places: Record<string, Place>, options: { managed?: object; permitted?: boolean } = {}) {
  const kept = new Map<string, KeptRevocation>();
  const now = { at: Date.parse(NOW) };
  const reads: string[] = [];
  const store = {
    keptRevocation: (key: string) => (reads.push(key), Promise.resolve(kept.get(key))),
    importedRevocation: () => Promise.resolve([...kept.values()].filter(({ key }) => key.startsWith("file "))),
    putRevocation: (one: KeptRevocation) => (kept.set(one.key, one), Promise.resolve()),
    sweepRevocation: () => Promise.resolve(),
  };
  const stage = network(places, { ...options, now });
  const start = () => revocationService({ policy: stage.policy, retrievals: stage.retrievals, store, clock: () => new Date(now.at) });
  let service = start();
  const check = async (leaf = alice, enclosed: Bytes[] = [], patience: "asking" | "kept" = "asking") => {
    const verdict = await service.check(pathOf(leaf), [], { crls: enclosed.map((der) => parseCrl(der)), ocsp: [] }, patience);
    return verdict.deciding.state === "unreachable" ? verdict.deciding.code : verdict.deciding.state;
  };
  return { ...stage, kept, reads, check, now, restart: () => (service = start()), service: () => service };
}

describe("answers are kept (RV-01)", () => {
  it("asks once for all messages, also after the background died, until the list expires", async () => {
    const stage = setup({ [LIST]: () => listOf([]) });
    expect([await stage.check(), await stage.check()]).toEqual(["good", "good"]);
    stage.restart();
    expect(await stage.check()).toBe("good");
    expect(stage.asked).toHaveLength(1);
    stage.now.at += 11 * DAY;
    expect(await stage.check()).toBe("revocation.outdated");
    expect(stage.asked).toHaveLength(2);
  });

  it("reads a kept list once in a background's life", async () => {
    const stage = setup({ [LIST]: () => listOf([]) });
    await stage.check();
    stage.restart();
    await stage.check();
    const before = stage.reads.length;
    await stage.check();
    expect(stage.reads).toHaveLength(before);
  });

  it("keeps neither a list whose signature does not fit nor an answer of a stranger, and asks again", async () => {
    const forged = crlDer({ issuer: { ...authority, key: alice.key }, from: NOW });
    const stage = setup({ [LIST]: () => forged, [OCSP]: () => ocspDer({ signer: alice, issuer: authority, about: [{ certificate: bob.certificate }] }) });
    expect([await stage.check(), await stage.check(bob)]).toEqual(["revocation.signer", "revocation.signer"]);
    expect([...stage.kept.keys()]).toEqual([]);
  });

  it("keeps an OCSP answer by the certificate that it is about", async () => {
    const stage = setup({ [OCSP]: () => ocspDer({ signer: authority, issuer: authority, about: [{ certificate: bob.certificate }] }) });
    expect([await stage.check(bob), await stage.check(bob)]).toEqual(["good", "good"]);
    expect(stage.asked).toHaveLength(1);
    expect([...stage.kept.keys()][0]).toMatch(/^ocsp 30[0-9a-f]+$/);
  });

  it("replaces a list in the last fifth of its life without waiting, and never by an older or a forged one", async () => {
    let answer = listOf([]);
    const stage = setup({ [LIST]: () => answer });
    await stage.check();
    stage.now.at += 8 * DAY - 1;
    await stage.check();
    expect(stage.asked).toHaveLength(1);
    stage.now.at += 2;
    const after = async (next: Bytes): Promise<string> => {
      answer = next;
      stage.now.at += 6 * 60_000;
      expect(await stage.check()).toBe("good");
      await new Promise((resolve) => setTimeout(resolve, 50));
      return stage.check();
    };
    expect(await after(listOf([alice.certificate.serial], { from: "2026-06-14T00:00:00Z" }))).toBe("good");
    expect(await after(crlDer({ issuer: { ...authority, key: alice.key }, from: "2026-06-23T00:00:00Z", entries: [{ serial: alice.certificate.serial }] }))).toBe("good");
    expect(await after(listOf([alice.certificate.serial], { from: "2026-06-23T00:00:00Z", to: "2026-07-03T00:00:00Z" }))).toBe("revoked");
  });

  it("a list of 100,000 entries costs nothing after its first use", async () => {
    const long = crlDer({ issuer: authority, raw: manyEntries(100_000) });
    const stage = setup({ [LIST]: () => long });
    await stage.check();
    const verify = vi.spyOn(crypto.subtle, "verify");
    await stage.check();
    expect(verify).not.toHaveBeenCalled();
    expect(stage.asked).toHaveLength(1);
    verify.mockRestore();
  });
});

describe("three states (RV-02)", () => {
  it("revoked is revoked, unreachable could not be checked, and each says why", async () => {
    expect(await setup({ [LIST]: () => listOf([alice.certificate.serial]) }).check()).toBe("revoked");
    expect(await setup({}).check()).toBe("revocation.fetch");
    expect(await setup({}, { permitted: false }).check()).toBe("revocation.no-way");
  });

  it("asks nobody about a certificate that names no place, where policy says so, and where only what is kept may be asked", async () => {
    const issuerOnly = person({ more: [accessTo(OID.caIssuers, uri("http://aia.example.test/"))] });
    const stage = setup({ http: () => listOf([]) });
    expect([await stage.check(person()), await stage.check(issuerOnly)]).toEqual(["not-asked", "not-asked"]);
    expect(await stage.check(alice, [], "kept")).toBe("revocation.no-answer");
    const off = setup({ http: () => listOf([]) }, { managed: { DisableCRLCheck: true } });
    expect(await off.check()).toBe("not-asked");
    expect([...stage.asked, ...off.asked]).toEqual([]);
  });

  it("what was revoked stays so when its list has expired and its place is gone", async () => {
    const stage = setup({ [LIST]: () => listOf([alice.certificate.serial]) });
    await stage.check();
    stage.now.at += 20 * DAY;
    expect(await stage.check()).toBe("revoked");
  });
});

describe("lists at hand", () => {
  const pem = (der: Bytes): string => `-----BEGIN X509 CRL-----\n${Buffer.from(der).toString("base64").replaceAll(/.{64}/g, "$&\n")}\n-----END X509 CRL-----\n`;

  it("of the organisation and of the user answer before anybody is asked", async () => {
    const managed = setup({}, { managed: { RevocationLists: ["nonsense -----BEGIN X509 CRL-----", pem(listOf([alice.certificate.serial]))] } });
    expect(await managed.check()).toBe("revoked");
    const imported = setup({});
    expect(await imported.check()).toBe("revocation.fetch");
    imported.kept.set("file 1", { key: "file 1", kind: "crl", octets: listOf([]), fetchedAt: NOW, nextUpdate: null, url: null });
    imported.service().importsChanged();
    expect(await imported.check()).toBe("good");
  });

  it("RV-02: what a sender encloses counts against him at once, and for him only where nobody else could be asked", async () => {
    const old = listOf([], { from: "2026-06-10T00:00:00Z" });
    expect(await setup({ [LIST]: () => listOf([alice.certificate.serial]) }).check(alice, [old])).toBe("revoked");
    expect(await setup({}).check(alice, [old])).toBe("good");
    expect(await setup({ [LIST]: () => listOf([]) }).check(alice, [listOf([alice.certificate.serial])])).toBe("revoked");
  });
});
