import { describe, expect, it } from "vitest";
import { derOctetString } from "../../../../src/pki/der.ts";
import { checkRevocation } from "../../../../src/pki/revocation/check-revocation.ts";
import { extension, issue, type Issued, nameOf } from "../support/authority.ts";
import { crl, type CrlWish, directory, distributionPoints, type PointWish, uri } from "../support/revocation.ts";
import { authority, NOW, pathOf, person, root, said, saidOf } from "../support/revocation-stage.ts";

const alice = person();
const path = pathOf(alice);
const { serial } = alice.certificate;
const list = (wish: Partial<CrlWish> = {}) => crl({ issuer: authority, number: 1, ...wish });
const rootList = crl({ issuer: root, number: 1 });
const ask = (...crls: ReturnType<typeof crl>[]): Promise<string> => saidOf(path, { crls });
const listed = [{ serial }];

describe("revocation lists of RFC 5280 (RV-01)", () => {
  it("answers for each certificate of the path but the anchor", async () => {
    expect(await said(path, { crls: [list(), rootList] })).toEqual(["good", "good"]);
    expect(await said(path, { crls: [list()] })).toEqual(["good", "revocation.no-answer"]);
    expect(await said(path, { crls: [list(), crl({ issuer: root, entries: [{ serial: authority.certificate.serial }] })] })).toEqual(["good", "revoked"]);
  });

  it("tells date, reason, invalidity date and age of the answer", async () => {
    const crls = [list({ entries: [{ serial, at: "2026-05-01T00:00:00Z", reason: 1, invalidity: "2026-04-01T00:00:00Z" }] }), rootList];
    const verdict = await checkRevocation({ path, certificates: [], crls, ocsp: [], at: new Date(NOW), demand: "every" });
    expect(verdict).toMatchObject({ code: "revocation.revoked", state: "revoked" });
    expect(verdict.deciding).toMatchObject({
      source: "crl",
      revokedAt: new Date("2026-05-01T00:00:00Z"),
      reason: "keyCompromise",
      invalidityDate: new Date("2026-04-01T00:00:00Z"),
      thisUpdate: new Date("2026-06-01T00:00:00Z"),
      nextUpdate: new Date("2026-07-01T00:00:00Z"),
    });
  });

  it("counts a hold as revoked while it lasts", async () => {
    expect(await ask(list({ entries: [{ serial, reason: 6 }] }))).toBe("revoked");
  });

  it("uses the newest list of an authority, whatever a sender encloses (RV-02)", async () => {
    const older = list({ number: 1, from: "2026-05-20T00:00:00Z" });
    expect(await ask(older, list({ number: 2, entries: listed }))).toBe("revoked");
    const released = list({ number: 3 });
    expect(await ask(list({ number: 2, entries: [{ serial, reason: 6 }] }), released)).toBe("good");
    expect(await ask(list({ number: 2, issuer: person({ name: "Authority" }) }), older)).toBe("good");
  });

  it("lets no list of a stranger bring an older list before a newer one (RV-02)", async () => {
    const stranger = issue({ name: "Stranger", ca: true });
    const [older, newer] = [list({ number: 5, from: "2026-06-05T00:00:00Z" }), list({ number: 6, from: "2026-06-10T00:00:00Z", entries: listed })];
    const strange = [crl({ issuer: stranger, from: "2026-06-04T00:00:00Z" }), crl({ issuer: stranger, number: 1000, from: "2026-06-03T00:00:00Z" })];
    expect(await ask(older, ...strange, newer)).toBe("revoked");
    expect(await ask(newer, ...strange, older)).toBe("revoked");
  });

  it.each<[string, Partial<CrlWish>, string]>([
    ["in its time", {}, "good"],
    ["after its time", { to: "2026-06-14T00:00:00Z" }, "revocation.outdated"],
    ["before its time", { from: "2026-06-15T01:00:00Z" }, "revocation.outdated"],
    ["a clock a little behind", { from: "2026-06-15T00:04:00Z" }, "good"],
    ["without an end, and young", { to: null, from: "2026-06-06T00:00:00Z" }, "good"],
    ["without an end, and old", { to: null, from: "2026-06-04T00:00:00Z" }, "revocation.outdated"],
    ["after its time, but naming the certificate", { to: "2026-06-14T00:00:00Z", entries: listed }, "revoked"],
    ["after its time, with a hold that may have been lifted", { to: "2026-06-14T00:00:00Z", entries: [{ serial, reason: 6 }] }, "revocation.outdated"],
  ])("%s: could not be checked is never good (RV-02)", async (_name, wish, expected) => {
    expect(await ask(list(wish))).toBe(expected);
  });

  it("judges at the present, whatever the signer claims about his time (RV-03)", async () => {
    expect(await ask(list({ entries: [{ serial, at: "2026-06-14T23:59:00Z" }] }))).toBe("revoked");
    expect(await saidOf(path, { crls: [list({ entries: listed })], at: new Date("2026-05-01T00:00:00Z") })).toBe("revocation.outdated");
  });

  it("does not use a list with a condition that it does not understand, even where it names the certificate", async () => {
    const odd = extension("1.2.3.4", true, derOctetString(new Uint8Array(0)));
    expect(await ask(list({ more: [odd] }))).toBe("revocation.critical-extension");
    expect(await ask(list({ entries: [{ serial: "7f", more: [odd] }] }))).toBe("revocation.critical-extension");
    expect(await ask(list({ more: [extension("1.2.3.4", false, derOctetString(new Uint8Array(0)))] }))).toBe("good");
  });

  it("refuses SHA-1 unless somebody chose it", async () => {
    expect(await ask(list({ digest: "sha1" }))).toBe("revocation.algorithm");
    expect(await saidOf(path, { crls: [list({ digest: "sha1" })], acceptOutdated: true })).toBe("good");
  });
});

describe("who signs a list (RV-01)", () => {
  it("is a key of its issuer: another one's is not", async () => {
    const stranger = issue({ name: "Authority", issuer: root, ca: true, keyUsage: 0x06 });
    expect(await ask(list({ issuer: { ...authority, key: stranger.key } }))).toBe("revocation.signer");
    expect(await ask(list({ issuer: root }))).toBe("revocation.no-answer");
  });

  it("is an authority that may sign lists", async () => {
    const mute = issue({ name: "Mute", issuer: root, ca: true, keyUsage: 0x04 });
    const bob = issue({ name: "Bob", issuer: mute });
    expect(await saidOf(pathOf(bob, mute, root), { crls: [crl({ issuer: mute })] })).toBe("revocation.signer");
  });

  it("may have a key for lists of its own, if its certificate ends in the same anchor and is good itself", async () => {
    const separate = issue({ name: "Authority", issuer: root, keyUsage: 0x02 });
    const crls = [list({ issuer: separate })];
    expect(await saidOf(path, { crls })).toBe("revocation.signer");
    expect(await saidOf(path, { crls: [...crls, rootList], certificates: [separate.certificate] })).toBe("good");
    expect(await saidOf(path, { crls, certificates: [separate.certificate] })).toBe("revocation.signer-unchecked");
    const revoked = crl({ issuer: root, entries: [{ serial: separate.certificate.serial }] });
    expect(await saidOf(path, { crls: [...crls, revoked], certificates: [separate.certificate] })).toBe("revocation.signer");
    const foreign = issue({ name: "Authority", issuer: issue({ name: "Root", ca: true, keyUsage: 0x06 }), keyUsage: 0x02 });
    expect(await saidOf(path, { crls: [list({ issuer: foreign }), rootList], certificates: [foreign.certificate] })).toBe("revocation.signer");
    const expired = issue({ name: "Authority", issuer: root, keyUsage: 0x02, to: "2026-06-01T00:00:00Z" });
    expect(await saidOf(path, { crls: [list({ issuer: expired }), rootList], certificates: [expired.certificate] })).toBe("revocation.signer");
  });

  it("is not somebody under the same anchor who took the issuer's name", async () => {
    const below = issue({ name: "Below", issuer: authority, ca: true, keyUsage: 0x06 });
    const beside = issue({ name: "Beside", issuer: root, ca: true, keyUsage: 0x06 });
    const [subBelow, subBeside] = [below, beside].map((issuer) => issue({ name: "Authority", issuer, keyUsage: 0x02 })) as [typeof below, typeof below];
    for (const [impostor, above] of [[subBelow, below], [subBeside, beside]] as const) {
      const certificates = [impostor.certificate, above.certificate];
      const forged = list({ issuer: impostor, number: 99999, from: "2026-06-14T00:00:00Z" });
      const rest = [rootList, crl({ issuer: above, number: 1 })];
      expect(await saidOf(path, { crls: [forged, list({ entries: listed }), ...rest], certificates })).toBe("revoked");
      expect(await saidOf(path, { crls: [forged, crl({ issuer: root, number: 1 }), crl({ issuer: above, number: 1 })], certificates })).toBe("revocation.signer");
    }
  });

  it("is first the key that issued the certificate: a renewed authority's other list comes behind", async () => {
    const renewed = issue({ name: "Authority", issuer: root, ca: true, keyUsage: 0x06 });
    const certificates = [renewed.certificate];
    const [old, fresh] = [list({ number: 1, entries: listed }), list({ issuer: renewed, number: 2, from: "2026-06-10T00:00:00Z" })];
    expect(await saidOf(path, { crls: [fresh, old, rootList], certificates })).toBe("revoked");
    expect(await saidOf(path, { crls: [old, fresh, rootList], certificates })).toBe("revoked");
    expect(await saidOf(path, { crls: [fresh, rootList], certificates })).toBe("good");
    const handedOver = issue({ name: "Authority", issuer: authority, keyUsage: 0x02 });
    expect(await saidOf(path, { crls: [list({ issuer: handedOver })], certificates: [handedOver.certificate] })).toBe("good");
  });

  it("may be vouched for by what it signs, where nothing better is at hand", async () => {
    const issuer = issue({ name: "Lists", issuer: authority, keyUsage: 0x02, more: [distributionPoints({ issuers: [directory(nameOf("Lists"))] })] });
    const bob = person({ more: [distributionPoints({ issuers: [directory(nameOf("Lists"))] })] });
    const certificates = [issuer.certificate];
    const entries = (who: typeof bob) => [{ serial: who.certificate.serial, issuer: nameOf("Authority") }];
    const own = (wish: Partial<CrlWish> = {}) => crl({ issuer, scope: { indirect: true }, ...wish });
    expect(await saidOf(pathOf(bob), { crls: [own()], certificates })).toBe("good");
    expect(await saidOf(pathOf(bob), { crls: [own({ entries: entries(bob) })], certificates })).toBe("revoked");
    expect(await saidOf(pathOf(bob), { crls: [own({ entries: entries(issuer) })], certificates })).toBe("revocation.signer");
  });
});

describe("the scope of a list (RV-01)", () => {
  const point = (...points: PointWish[]) => person({ more: [distributionPoints(...points)] });
  const here = uri("http://crl.example.test/a.crl");
  const there = uri("http://crl.example.test/b.crl");
  const scoped = (scope: CrlWish["scope"], wish: Partial<CrlWish> = {}) => list({ ...(scope ? { scope } : {}), ...wish });

  it.each<[string, PointWish[], CrlWish["scope"], string]>([
    ["a list for all", [{ names: [here] }], undefined, "good"],
    ["the certificate's own point", [{ names: [there, here] }], { names: [here] }, "good"],
    ["another point", [{ names: [there] }], { names: [here] }, "revocation.no-answer"],
    ["a point of a certificate that names none", [], { names: [here] }, "revocation.no-answer"],
    ["the issuer's own name, of a certificate that names no point", [], { names: [directory(nameOf("Authority"))] }, "good"],
    ["user certificates", [], { only: "user" }, "good"],
    ["authorities", [], { only: "authority" }, "revocation.no-answer"],
    ["attribute certificates", [], { only: "attribute" }, "revocation.no-answer"],
    ["a relative name on both sides", [{ relative: "part 1" }], { relative: "part 1" }, "good"],
    ["another relative name", [{ relative: "part 1" }], { relative: "part 2" }, "revocation.no-answer"],
    ["some reasons only", [], { reasons: [1, 2] }, "revocation.reasons"],
  ])("%s", async (_name, points, scope, expected) => {
    const bob = points.length > 0 ? point(...points) : person();
    expect(await saidOf(pathOf(bob), { crls: [scoped(scope)] })).toBe(expected);
  });

  it("takes an authority's list for authorities", async () => {
    expect(await said(path, { crls: [list(), crl({ issuer: root, scope: { only: "authority" } })] })).toEqual(["good", "good"]);
    expect(await said(path, { crls: [list(), crl({ issuer: root, scope: { only: "user" } })] })).toEqual(["good", "revocation.no-answer"]);
  });

  it("joins lists of some reasons until all are spoken of", async () => {
    const [some, others] = [scoped({ reasons: [1, 2] }), scoped({ reasons: [3, 4, 5, 6, 7, 8] })];
    expect(await ask(some, others)).toBe("good");
    expect(await ask(some, scoped({ reasons: [3, 4, 5, 6, 7, 8] }, { entries: listed }))).toBe("revoked");
    const bob = point({ names: [here], reasons: [1, 2] }, { names: [there], reasons: [3, 4, 5, 6, 7, 8] });
    expect(await saidOf(pathOf(bob), { crls: [scoped({ names: [here] })] })).toBe("revocation.reasons");
    expect(await saidOf(pathOf(bob), { crls: [scoped({ names: [here] }), scoped({ names: [there] })] })).toBe("good");
  });

  it("asks the indirect list that a certificate names, and not its own issuer's", async () => {
    const other = issue({ name: "Lists", issuer: root, ca: true, keyUsage: 0x06 });
    const bob = point({ issuers: [directory(nameOf("Lists"))] });
    const at = (crls: ReturnType<typeof crl>[]) => saidOf(pathOf(bob), { crls: [...crls, rootList], certificates: [other.certificate] });
    const named = [{ serial: bob.certificate.serial, issuer: nameOf("Authority") }];
    expect(await at([crl({ issuer: other, scope: { indirect: true } })])).toBe("good");
    expect(await at([crl({ issuer: other, scope: { indirect: true }, entries: named })])).toBe("revoked");
    expect(await at([crl({ issuer: other, scope: { indirect: true }, entries: [{ serial: bob.certificate.serial }] })])).toBe("good");
    expect(await at([crl({ issuer: other })])).toBe("revocation.no-answer");
    expect(await at([list()])).toBe("revocation.no-answer");
  });

  it("believes a CRL issuer of that name whose certificate an authority above made, and no other under the same anchor", async () => {
    const bob = point({ issuers: [directory(nameOf("Lists"))] });
    const beside = issue({ name: "Beside", issuer: root, ca: true, keyUsage: 0x06 });
    const below = issue({ name: "Below", issuer: authority, ca: true, keyUsage: 0x06 });
    const ordinary = { keyUsage: 0x02, name: "Lists" };
    const [ofIssuer, ofRoot, ofBeside, ofBelow] = [authority, root, beside, below].map((issuer) => issue({ ...ordinary, issuer })) as [Issued, Issued, Issued, Issued];
    const rest = [rootList, list(), crl({ issuer: beside }), crl({ issuer: below })];
    const others = [beside, below].map(({ certificate }) => certificate);
    const at = (signers: Issued[], ...lists: ReturnType<typeof crl>[]) => saidOf(pathOf(bob), { crls: [...lists, ...rest], certificates: [...signers.map(({ certificate }) => certificate), ...others] });
    const clears = (issuer: Issued, from = "2026-06-01T00:00:00Z") => crl({ issuer, from, scope: { indirect: true } });
    const names = (issuer: Issued) => crl({ issuer, scope: { indirect: true }, entries: [{ serial: bob.certificate.serial, issuer: nameOf("Authority") }] });
    for (const good of [ofIssuer, ofRoot]) {
      expect(await at([good], clears(good))).toBe("good");
      expect(await at([good], names(good))).toBe("revoked");
    }
    for (const stranger of [ofBeside, ofBelow]) {
      expect(await at([stranger], clears(stranger))).toBe("revocation.signer");
      expect(await at([stranger], names(stranger))).toBe("revocation.signer");
      expect(await at([stranger, ofRoot], clears(stranger, "2026-06-14T00:00:00Z"), names(ofRoot))).toBe("revoked");
    }
  });

  it("says nothing for a certificate whose points cannot be read", async () => {
    const bob = person({ more: [extension("2.5.29.31", false, derOctetString(new Uint8Array(0)))] });
    expect(await saidOf(pathOf(bob), { crls: [list()] })).toBe("revocation.malformed");
  });
});

describe("delta lists (RV-01)", () => {
  const base = list({ number: 3, entries: [{ serial, reason: 6 }] });
  const delta = (wish: Partial<CrlWish> = {}) => list({ number: 5, base: 3, ...wish });

  it.each<[string, Partial<CrlWish>, string]>([
    ["adds what was revoked since", { base: 2, entries: listed }, "revoked"],
    ["lifts a hold", { entries: [{ serial, reason: 8 }] }, "good"],
    ["of no word leaves the base's", {}, "revoked"],
    ["that builds on a later list is left aside", { base: 4, entries: [{ serial, reason: 8 }] }, "revoked"],
    ["that is older than the list is left aside", { number: 3, base: 1, entries: [{ serial, reason: 8 }] }, "revoked"],
    ["of another scope is left aside", { scope: { only: "user" }, entries: [{ serial, reason: 8 }] }, "revoked"],
    ["after its time is left aside", { to: "2026-06-14T00:00:00Z", entries: [{ serial, reason: 8 }] }, "revoked"],
    ["with an unknown condition is left aside", { more: [extension("1.2.3.4", true, derOctetString(new Uint8Array(0)))], entries: [{ serial, reason: 8 }] }, "revoked"],
    ["of another key is left aside", { issuer: { ...authority, key: root.key }, entries: [{ serial, reason: 8 }] }, "revoked"],
  ])("%s", async (_name, wish, expected) => {
    expect(await ask(base, delta(wish))).toBe(expected);
  });

  it("brings an outdated list up to date, and alone says nothing", async () => {
    const outdated = list({ number: 3, to: "2026-06-14T00:00:00Z" });
    expect(await ask(outdated)).toBe("revocation.outdated");
    expect(await ask(outdated, delta())).toBe("good");
    expect(await ask(outdated, delta({ issuer: { ...authority, key: root.key } }))).toBe("revocation.outdated");
    expect(await ask(delta())).toBe("revocation.no-answer");
  });
});
