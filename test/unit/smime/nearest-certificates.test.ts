import { describe, expect, it } from "vitest";
import { equal } from "../../../src/base/bytes.ts";
import { fileTrust } from "../../../src/cli/trust.ts";
import { cmsLimits } from "../../../src/cms/limits.ts";
import { OID } from "../../../src/pki/oids.ts";
import { trustRequest } from "../../../src/protocol/shapes.ts";
import { certificateLimits, type TrustPort, type TrustRequest } from "../../../src/protocol/trust-port.ts";
import { inspect } from "../../../src/smime/inspect.ts";
import { localKeyPort } from "../../../src/smime/local-key-port.ts";
import { nearestCertificates } from "../../../src/smime/nearest-certificates.ts";
import { type Issued, issue } from "../pki/support/authority.ts";
import { message, opaque, plain, signedObject } from "./attacks/stage.ts";

const NOW = new Date("2026-06-15T00:00:00Z");
const root = issue({ name: "Root", ca: true });
const upper = issue({ name: "Upper", issuer: root, ca: true });
const lower = issue({ name: "Lower", issuer: upper, ca: true });
const alice = issue({ name: "Alice", issuer: lower, emails: ["alice@lab.test"], keyUsage: 0x80, extendedKeyUsage: [OID.emailProtection] });
const crowd = (count: number): Issued[] => Array.from({ length: count }, (_, i) => issue({ name: `Passer-by ${i}`, keyOf: root, issuer: root }));
const ders = (all: Issued[]) => all.map(({ certificate }) => certificate.der);

async function reading(certificates: Issued[]) {
  const asked: TrustRequest[] = [];
  const trust: TrustPort = fileTrust({ anchors: [root.certificate], intermediates: [], at: NOW });
  const { status, learned, stranger } = await inspect(message(opaque(await signedObject([alice], plain("x"), { certificates }))), {
    keys: localKeyPort([], null, () => NOW),
    trust: { ...trust, validate: (request) => (asked.push(request), trust.validate(request)) },
  });
  return { asked, status, learned, stranger };
}

describe("CE-04: what a signature brings along is handed on within limits", () => {
  it("a full object's verdict is made, with the issuers among what is asked although they come last", async () => {
    const { asked, status, learned } = await reading([alice, ...crowd(cmsLimits.certificates - 3), lower, upper]);
    expect([status.summary.signed, ...status.problems]).toEqual(["verified"]);
    expect(asked[0]?.others).toHaveLength(certificateLimits.count);
    expect(asked[0]?.others.slice(0, 2).every((der, i) => equal(der, ders([lower, upper])[i] as Uint8Array))).toBe(true);
    // The shape is what the background takes.
    expect(() => trustRequest({ address: null, revocation: null, ...asked[0] })).not.toThrow();
    expect(learned[0]?.certificates).toHaveLength(certificateLimits.count);
  });

  it("as many as the limit go as they came, and of one more the last that is no issuer stays behind", () => {
    const passing = ders(crowd(certificateLimits.count - 1));
    const [issuer] = ders([lower]);
    expect(nearestCertificates(alice.certificate, [...passing, issuer as never])).toEqual([...passing, issuer]);
    const more = ders(crowd(1));
    expect(nearestCertificates(alice.certificate, [...passing, ...more, issuer as never])).toEqual([issuer, ...passing]);
  });

  it("neither the certificate itself, nor one longer than the limit, nor one that cannot be read takes its place", () => {
    const [own, issuer] = ders([alice, lower]);
    const long = new Uint8Array(certificateLimits.octets + 1);
    const most = new Uint8Array(certificateLimits.octets);
    expect(nearestCertificates(alice.certificate, [own as never, long, most])).toEqual([most]);
    expect(nearestCertificates(alice.certificate, [own as never, long, most, issuer as never], 1)).toEqual([issuer]);
  });

  it("certificates that vouch for each other in a circle come to an end", () => {
    const a = issue({ name: "A", ca: true, issuer: issue({ name: "B", ca: true }) });
    const b = issue({ name: "B", ca: true, issuer: a });
    const leaf = issue({ name: "Leaf", issuer: a });
    expect(nearestCertificates(leaf.certificate, [...ders(crowd(3)), ...ders([b, a])], 2)).toEqual(ders([a, b]));
  });
});
