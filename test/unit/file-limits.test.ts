import { describe, expect, it } from "vitest";
import { type Bytes, concat, fromLatin1 } from "../../src/base/bytes.ts";
import { codeOf } from "../../src/base/errors.ts";
import { readPkcs12 } from "../../src/keys/pkcs12.ts";
import { freshBudget, pkcs12Limits, spend } from "../../src/keys/pkcs12-limits.ts";
import { certificateBlobs, certificateFileLimits } from "../../src/pki/certificate-file.ts";
import { derInteger, derNull, derOctetString, derOid, derSequence, derTagged } from "../../src/pki/der.ts";
import { OID } from "../../src/pki/oids.ts";

/** [limit, what to do, the outcome at the limit, the outcome beyond it]. */
type Case = [limit: number, attempt: (count: number) => string | Promise<string>, at: string, beyond: string];

const SECRET_BAG = "1.2.840.113549.1.12.10.1.5";
const bag = (type: string, value: Bytes): Bytes => derSequence(derOid(type), derTagged(0, value));
const secret = (octets: number): Bytes => bag(SECRET_BAG, derOctetString(new Uint8Array(octets)));

/** A PKCS#12 file without keys around these bags; `mac` is a MacData. */
function pfx(bags: Bytes[], ...mac: Bytes[]): Bytes {
  const data = (content: Bytes): Bytes => derSequence(derOid(OID.data), derTagged(0, derOctetString(content)));
  return derSequence(derInteger(3), data(derSequence(data(derSequence(...bags)))), ...mac);
}

const read = (file: Bytes): Promise<string> => readPkcs12(file, "x").then(() => "read", codeOf);

/** A file of so many octets: lengths of lengths stay the same near the limit. */
function fileOf(octets: number): Bytes {
  const around = pfx([secret(octets - 200)]).length - (octets - 200);
  const file = pfx([secret(octets - around)]);
  if (file.length !== octets) throw new Error(`${file.length} octets`);
  return file;
}

const nested = (depth: number): Bytes => (depth === 0 ? secret(1) : bag(OID.safeContentsBag, derSequence(nested(depth - 1))));

/** A MAC of the old kind over nothing in particular: what it asks for is looked at before it is computed. */
function macWith({ salt = 8, rounds = 1 }: { salt?: number; rounds?: number }): Bytes {
  const info = derSequence(derSequence(derOid(OID.sha256), derNull()), derOctetString(new Uint8Array(32)));
  return derSequence(info, derOctetString(new Uint8Array(salt)), derInteger(rounds));
}

/** So much work, of which the last piece is asked for by itself: the work at the limit would take seconds. */
function spent(what: "pbkdf2" | "kdf", count: number): string {
  const budget = freshBudget();
  try {
    spend(budget, what, count - 1);
    spend(budget, what, 1);
    return "read";
  } catch (error) {
    return codeOf(error);
  }
}

const pkcs12: Record<Exclude<keyof typeof pkcs12Limits, "messageRounds">, Case> = {
  size: [pkcs12Limits.size, (octets) => read(fileOf(octets)), "read", "limits.pkcs12"],
  bags: [pkcs12Limits.bags, (count) => read(pfx(Array<Bytes>(count).fill(secret(1)))), "read", "limits.pkcs12"],
  depth: [pkcs12Limits.depth, (depth) => read(pfx([nested(depth)])), "read", "limits.pkcs12"],
  pbkdf2Rounds: [pkcs12Limits.pbkdf2Rounds, (rounds) => spent("pbkdf2", rounds), "read", "limits.pkcs12"],
  kdfRounds: [pkcs12Limits.kdfRounds, (rounds) => spent("kdf", rounds), "read", "limits.pkcs12"],
  saltLength: [pkcs12Limits.saltLength, (salt) => read(pfx([], macWith({ salt }))), "keys.pkcs12-password", "keys.pkcs12-malformed"],
};

const pem = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";

function found(file: Bytes): string {
  try {
    return `${certificateBlobs(file).length > 0}`;
  } catch (error) {
    return codeOf(error);
  }
}

const certificates: Record<keyof typeof certificateFileLimits, Case> = {
  size: [certificateFileLimits.size, (octets) => found(concat(fromLatin1(pem), new Uint8Array(octets - pem.length).fill(0x20))), "true", "pki.malformed"],
  certificates: [certificateFileLimits.certificates, (count) => found(fromLatin1(pem.repeat(count))), "true", "pki.malformed"],
};

describe.each<[string, Record<string, Case>]>([["PKCS#12", pkcs12], ["certificates", certificates]])("limits of files of %s", (_what, cases) => {
  it.each(Object.entries(cases))("%s: what is at the limit is read, and one more is not", async (_name, [limit, attempt, at, beyond]) => {
    expect(await attempt(limit)).toBe(at);
    expect(await attempt(limit + 1)).toBe(beyond);
  });
});

it("the rounds that a PKCS#12 file asks for are counted before they are computed", async () => {
  expect(await read(pfx([], macWith({ rounds: pkcs12Limits.kdfRounds + 1 })))).toBe("limits.pkcs12");
});
