import { describe, expect, it } from "vitest";
import { type Bytes, hex } from "../../../../src/base/bytes.ts";
import { SmimeError } from "../../../../src/base/errors.ts";
import { OID } from "../../../../src/pki/oids.ts";
import { detailWithPlaces } from "../../../../src/pki/revocation/detail.ts";
import { checkOnline } from "../../../../src/pki/revocation/check-online.ts";
import type { Retrieval } from "../../../../src/protocol/retrieval.ts";
import { fetchLimits } from "../../../../src/pki/revocation/limits.ts";
import { ocspOverHttp, ocspRequest } from "../../../../src/pki/revocation/ocsp-request.ts";
import { isHttp, isLdap, sourcesOf } from "../../../../src/pki/revocation/sources.ts";
import { nameOf } from "../support/authority.ts";
import { accessTo, crlDer, directory, distributionPoints, ocspDer, uri } from "../support/revocation.ts";
import { authority, NOW, pathOf, person } from "../support/revocation-stage.ts";

const OCSP = "http://ocsp.example.test";
const LIST = "http://crl.example.test/a.crl";
const responder = accessTo(OID.OCSP, uri(OCSP));
const point = distributionPoints({ names: [uri(LIST)] });
const alice = person({ more: [responder, point] });

/** A network of these places; others cannot be reached. */
function network(places: Record<string, () => Bytes | Promise<Bytes>>) {
  const asked: string[] = [];
  const fetcher = async ({ url }: Retrieval): Promise<Bytes> => {
    asked.push(url.startsWith(`${OCSP}/`) ? OCSP : url);
    const place = places[asked.at(-1) as string];
    if (place === undefined) throw new SmimeError("revocation.fetch");
    return place();
  };
  return { asked, fetcher };
}

async function online(places: Parameters<typeof network>[0], leaf = alice, demand: "every" | "named" = "named") {
  const { asked, fetcher } = network(places);
  const verdict = await checkOnline({ path: pathOf(leaf), certificates: [], crls: [], ocsp: [], at: new Date(NOW), demand }, { fetcher });
  return { asked, verdict, said: [verdict.code, verdict.certificates[0]?.state, verdict.certificates[0]?.code] };
}

const good = () => ocspDer({ signer: authority, issuer: authority, about: [{ certificate: alice.certificate }] });
const unknown = () => ocspDer({ signer: authority, issuer: authority, about: [{ certificate: alice.certificate, status: "unknown" }] });
const list = (entries: { serial: string }[] = []) => () => crlDer({ issuer: authority, entries });

describe("asking on line (RV-01, RV-04)", () => {
  it("asks the responder, and nobody else once it answered", async () => {
    const { asked, said } = await online({ [OCSP]: good, [LIST]: list() });
    expect(said).toEqual(["ok", "good", "ok"]);
    expect(asked).toEqual([OCSP]);
  });

  it("asks for the list where the responder cannot be reached, does not know, or answers nonsense", async () => {
    const none: Parameters<typeof network>[0] = {};
    for (const bad of [none, { [OCSP]: unknown }, { [OCSP]: () => new Uint8Array(9) }]) {
      const { asked, said } = await online({ ...bad, [LIST]: list([{ serial: alice.certificate.serial }]) });
      expect(said).toEqual(["revocation.revoked", "revoked", "revocation.revoked"]);
      expect(asked).toEqual([OCSP, LIST]);
    }
  });

  it("could not be checked where nobody answers, and says which places and why", async () => {
    const { verdict, said } = await online({});
    expect(said).toEqual(["revocation.unavailable", "unreachable", "revocation.fetch"]);
    expect(verdict.attempts).toEqual([
      { subject: "CN=Alice", url: OCSP, code: "revocation.fetch" },
      { subject: "CN=Alice", url: LIST, code: "revocation.fetch" },
    ]);
    const forged = await online({ [LIST]: () => crlDer({ issuer: { ...authority, key: alice.key } }) });
    expect(forged.said).toEqual(["revocation.unavailable", "unreachable", "revocation.signer"]);
  });

  it("tells of the places by protocol, host and what came of it, and of a few at most", async () => {
    const { verdict } = await online({});
    const { asked } = detailWithPlaces(verdict.deciding, verdict.attempts);
    expect(asked).toEqual([{ protocol: "http", host: new URL(OCSP).host, code: "revocation.fetch" }, { protocol: "http", host: "crl.example.test", code: "revocation.fetch" }]);
    const many = Array.from({ length: 9 }, (_, i) => ({ subject: "", url: `ldap://d${i}.test:636/cn=x?secret`, code: "ok" as const }));
    expect(detailWithPlaces(verdict.deciding, many).asked).toHaveLength(8);
    expect(detailWithPlaces(verdict.deciding, many).asked?.[0]).toEqual({ protocol: "ldap", host: "d0.test:636", code: "ok" });
    expect(detailWithPlaces(verdict.deciding)).not.toHaveProperty("asked");
  });

  it("asks nobody about a certificate that names no place, nor about what is answered by what is at hand", async () => {
    const { asked, said } = await online({}, person());
    expect({ asked, said }).toEqual({ asked: [], said: ["ok", "not-asked", "ok"] });
    expect((await online({}, person(), "every")).said[0]).toBe("revocation.unavailable");
  });
});

describe("where revocation is told (RV-04)", () => {
  it("is read from both extensions, HTTP alone, each place once and so many at most", () => {
    const many = Array.from({ length: 20 }, (_, i) => uri(`http://crl${i}.example.test/`));
    const leaf = person({
      more: [
        accessTo(OID.OCSP, uri("ldap://ldap.example.test/"), uri(OCSP), uri(OCSP), directory(nameOf("CA")), uri("file:///etc/passwd"), uri("http://a:b@example.test/")),
        distributionPoints({ names: [uri("http://one/"), uri("http://three/")] }, { names: [uri("http://two/"), uri("ldap:///cn=x")] }, { names: many }),
      ],
    });
    const { ocsp, crls } = sourcesOf(leaf.certificate);
    expect(ocsp).toEqual([OCSP]);
    expect(crls.slice(0, 4)).toEqual(["http://one/", "http://two/", "http://crl0.example.test/", "http://three/"]);
    expect(crls).toHaveLength(fetchLimits.places);
  });

  it("is told over LDAP to whom can do that, behind HTTP and never for OCSP", () => {
    const leaf = person({ more: [accessTo(OID.OCSP, uri("ldap://dir.example.test/cn=x"), uri(OCSP)), distributionPoints({ names: [uri("ldap://dir.example.test/cn=x?certificateRevocationList")] }, { names: [uri("ldaps://dir.example.test/cn=x")] }, { names: [uri("http://one/")] })] });
    expect(sourcesOf(leaf.certificate, true)).toEqual({ ocsp: [OCSP], crls: ["http://one/", "ldap://dir.example.test/cn=x?certificateRevocationList", "ldaps://dir.example.test/cn=x"] });
    expect(sourcesOf(leaf.certificate).crls).toEqual(["http://one/"]);
  });

  it.each(["ldap:///cn=x", "ldap://a:b@dir.test/", "http://dir.test/", ""])("%s is no place of LDAP", (text) => {
    expect(isLdap(text)).toBe(false);
  });

  it.each(["http:", "//host/", "javascript:alert(1)", "http://user@host/", ""])("%s is no place", (text) => {
    expect(isHttp(text)).toBe(false);
  });
});

describe("an OCSP question", () => {
  it("names the certificate by SHA-1 without a nonce (RFC 5019), and goes by GET where it is short", async () => {
    const question = await ocspRequest(alice.certificate, authority.certificate);
    expect(hex(question)).toMatch(/^30..30..30..30..30..300906052b0e03021a05000414[0-9a-f]{40}0414[0-9a-f]{40}02/);
    const short = ocspOverHttp("http://o.test/", question);
    expect(short.body).toBeNull();
    expect(short.url).toMatch(/^http:\/\/o\.test\/ME[0-9A-Za-z%]+$/);
    const far = `http://${"o".repeat(60)}.test/${"p".repeat(120)}`;
    expect(ocspOverHttp(far, question)).toEqual({ url: far, body: question });
  });
});
