import { describe, expect, it } from "vitest";
import type { Bytes } from "../../../../src/base/bytes.ts";
import { checkOnline } from "../../../../src/pki/revocation/check-online.ts";
import { readEvidence } from "../../../../src/pki/revocation/evidence.ts";
import { issue } from "../support/authority.ts";
import { accessTo, crlDer, distributionPoints, ocspDer, uri } from "../support/revocation.ts";
import { authority, NOW, pathOf, person, root } from "../support/revocation-stage.ts";
import { OID } from "../../../../src/pki/oids.ts";

const LIST = "http://crl.example.test/a.crl";
const alice = person({ more: [distributionPoints({ names: [uri(LIST)] })] });
const list = (entries: { serial: string }[] = [], from?: string) => crlDer({ issuer: authority, entries, ...(from !== undefined && { from }) });
const listed = [{ serial: alice.certificate.serial }];

async function online(enclosed: { crls?: Bytes[]; ocsp?: Bytes[] }, fetched: Bytes | null, leaf = alice, others: (typeof alice)[] = []) {
  const asked: string[] = [];
  const verdict = await checkOnline(
    { path: pathOf(leaf), certificates: others.map(({ certificate }) => certificate), crls: [], ocsp: [], at: new Date(NOW), demand: "named" },
    {
      fetcher: ({ url }) => {
        asked.push(url);
        return fetched === null ? Promise.reject(new Error("no network")) : Promise.resolve(fetched);
      },
      enclosed: readEvidence({ crls: [], ocsp: [], ...enclosed }),
    },
  );
  return { asked, state: verdict.state };
}

describe("what a sender encloses about revocation (RV-01, RV-02)", () => {
  it("saves no question to the places that the certificate names", async () => {
    expect(await online({ crls: [list()] }, list(listed, "2026-06-10T00:00:00Z"))).toEqual({ asked: [LIST], state: "revoked" });
    expect(await online({ crls: [list()] }, null)).toEqual({ asked: [LIST], state: "good" });
    expect(await online({}, null)).toEqual({ asked: [LIST], state: "unreachable" });
  });

  it("takes nothing back, and can say that a certificate was revoked", async () => {
    const newer = list([], "2026-06-12T00:00:00Z");
    const good = await ocspDer({ signer: authority, issuer: authority, about: [{ certificate: alice.certificate }] });
    expect((await online({ crls: [newer], ocsp: [good] }, list(listed))).state).toBe("revoked");
    expect((await online({ crls: [list(listed)] }, list([], "2026-05-20T00:00:00Z"))).state).toBe("revoked");
  });

  it("cannot be so much that an answer which was there without it is lost", async () => {
    // The authority's lists have a signer of their own, whose standing has to be looked at; sixty impostors' use that budget up.
    const signer = issue({ name: "Authority", issuer: root, keyUsage: 0x02 });
    const impostor = issue({ name: "Authority", ca: true, keyUsage: 0x06 });
    const others = [...Array.from({ length: 60 }, () => issue({ name: "Authority", ca: true, keyUsage: 0x06, keyOf: impostor })), signer];
    const junk = crlDer({ issuer: impostor, from: "2026-06-14T00:00:00Z" });
    const fetched = (entries: typeof listed = []) => crlDer({ issuer: signer, entries });
    const good = await ocspDer({ signer: authority, issuer: authority, about: [{ certificate: alice.certificate }] });
    expect((await online({ crls: [junk] }, fetched(), alice, others)).state).toBe("good");
    expect((await online({ crls: [junk], ocsp: [good] }, fetched(listed), alice, others)).state).toBe("revoked");
  });

  it("makes nobody's silence of a certificate that names no place to ask", async () => {
    const bob = person();
    const forged = crlDer({ issuer: { ...authority, key: alice.key } });
    expect((await online({ crls: [forged] }, null, bob)).state).toBe("not-asked");
    expect((await online({ crls: [list()] }, null, bob)).state).toBe("good");
    expect((await online({ crls: [forged] }, null, person({ more: [accessTo(OID.OCSP, uri("http://ocsp.example.test"))] }))).state).toBe("unreachable");
  });

  it("that cannot be read speaks for nobody", () => {
    expect(readEvidence({ crls: [Uint8Array.of(1), list()], ocsp: [Uint8Array.of(0x30, 0)] })).toMatchObject({ crls: [{}], ocsp: [] });
  });
});
