import { describe, expect, it } from "vitest";
import { encodeBase64 } from "../../../src/base/base64.ts";
import { concat, fromHex, utf8 } from "../../../src/base/bytes.ts";
import { matchAddress, matchingAddress } from "../../../src/pki/address-match.ts";
import { certificateFacts, certificatesOf } from "../../../src/pki/certificate.ts";
import { derElement, derInteger, derOid, derSequence, derSetOf, derTagged } from "../../../src/pki/der.ts";
import { mailboxesOf } from "../../../src/pki/mailboxes.ts";
import { parseName, sameName } from "../../../src/pki/name.ts";
import { OID } from "../../../src/pki/oids.ts";
import { issue, nameOf } from "./support/authority.ts";

const UTF8 = 0x0c;
const PRINTABLE = 0x13;
const IA5 = 0x16;

function name(...parts: [oid: string, tag: number, text: string][]) {
  return parseName(derSequence(...parts.map(([oid, tag, text]) => derSetOf(derSequence(derOid(oid), derElement(tag, utf8(text)))))));
}

describe("names as RFC 4514 strings", () => {
  it("the most specific part comes first", () => {
    expect(name(["2.5.4.6", PRINTABLE, "DE"], ["2.5.4.10", UTF8, "Müller AG"], ["2.5.4.3", UTF8, "Alice"]).rfc4514).toBe("CN=Alice,O=Müller AG,C=DE");
  });

  it.each([
    ["a,b", "CN=a\\,b"],
    ['"+;<>\\', 'CN=\\"\\+\\;\\<\\>\\\\'],
    ["#x", "CN=\\#x"],
    [" x ", "CN=\\ x\\ "],
    [" ", "CN=\\ "],
    ["a\0b", "CN=a\\00b"],
    ["a\u202eb", "CN=a\\e2\\80\\aeb"],
    ["a=b", "CN=a=b"],
    ["", "CN="],
  ])("%j", (text, expected) => {
    expect(name(["2.5.4.3", UTF8, text]).rfc4514).toBe(expected);
  });

  it("unknown types and values that are no text are written as their encoding", () => {
    expect(name(["1.2.3.4", UTF8, "x"]).rfc4514).toBe("1.2.3.4=#0c0178");
    expect(name(["2.5.4.3", 0x04, "x"]).rfc4514).toBe("CN=#040178");
  });

  it("several attributes of one relative name are joined", () => {
    const pair = derSetOf(...(["a", "b"] as const).map((text) => derSequence(derOid("2.5.4.3"), derElement(UTF8, utf8(text)))));
    expect(parseName(derSequence(pair)).rfc4514).toBe("CN=a+CN=b");
  });

  it("are compared without case, string type and needless white space (RFC 5280 §7.1)", () => {
    expect(sameName(name(["2.5.4.3", UTF8, "Test  CA"]), name(["2.5.4.3", PRINTABLE, " test ca "]))).toBe(true);
    expect(sameName(name(["2.5.4.3", UTF8, "Test CA"]), name(["2.5.4.3", UTF8, "TestCA"]))).toBe(false);
    expect(sameName(name(["2.5.4.3", UTF8, "a"]), name(["2.5.4.10", UTF8, "a"]))).toBe(false);
    expect(sameName(name(["2.5.4.3", UTF8, "a"]), name(["2.5.4.3", UTF8, "a"], ["2.5.4.3", UTF8, "b"]))).toBe(false);
  });
});

describe("addresses of a certificate", () => {
  const subject = name([OID.emailAddress, IA5, "old@example.org"], [OID.emailAddress, IA5, "a@example.org"]);

  it("AD-01: subjectAltName first, then the subject's, each once, and nothing that is no address", () => {
    const found = mailboxesOf(subject, [
      { kind: "rfc822", text: "a@example.org" },
      { kind: "rfc822", text: "no address" },
      { kind: "rfc822", text: "x@example.org\nBcc: y@example.org" },
      { kind: "rfc822", text: "x@example.org\0.example.com" },
      { kind: "smtp-utf8", text: "jürgen@example.org" },
      { kind: "smtp-utf8", text: "ascii@example.org" },
    ]);
    expect(found.map(({ address }) => address)).toEqual(["a@example.org", "jürgen@example.org", "old@example.org"]);
  });

  const plain = issue({ name: "Alice", emails: ["Alice@Example.ORG"] }).certificate;

  it.each([
    ["alice@example.org", "ok"],
    ["ALICE@EXAMPLE.org", "ok"],
    ["alice+tag@example.org", "pki.address-mismatch"],
    ["al.ice@example.org", "pki.address-mismatch"],
    ["alice@example.org.evil.example", "pki.address-mismatch"],
    ["alice", "pki.address-mismatch"],
    ["", "pki.address-mismatch"],
  ])("AD-02: %s", (address, expected) => {
    expect(matchAddress(plain, address)).toBe(expected);
  });

  it("AD-03: international local parts are compared octet by octet, domains as A-labels", () => {
    const international = { ...plain, mailboxes: mailboxesOf(parseName(nameOf("x")), [{ kind: "smtp-utf8", text: "Jürgen@bücher.example" }]) };
    expect(matchingAddress(international, "Jürgen@xn--bcher-kva.example")).toBe("Jürgen@bücher.example");
    expect(matchingAddress(international, "jürgen@bücher.example")).toBeNull();
    const ascii = { ...plain, mailboxes: mailboxesOf(parseName(nameOf("x")), [{ kind: "rfc822", text: "a@xn--bcher-kva.example" }]) };
    expect(matchingAddress(ascii, "a@bücher.example")).toBe("a@xn--bcher-kva.example");
  });

  it("AD-01: a certificate may name none", () => {
    expect(matchAddress(issue({ name: "Nobody" }).certificate, "a@example.org")).toBe("pki.no-address");
  });
});

describe("certificate files (CE-03)", () => {
  const one = issue({ name: "One" }).certificate;
  const two = issue({ name: "Two" }).certificate;
  const pem = (label: string, der: Uint8Array) => `-----BEGIN ${label}-----\r\n${encodeBase64(der).replaceAll(/.{64}/g, "$&\r\n")}\r\n-----END ${label}-----\r\n`;
  const subjects = (file: Uint8Array) => certificatesOf(file).map(({ subject }) => subject.commonName);
  const attribute = derTagged(2, derSequence());

  function certsOnly(...elements: Uint8Array[]) {
    const signedData = derSequence(derInteger(1), derSetOf(), derSequence(derOid(OID.data)), derTagged(0, ...elements), derSetOf());
    return derSequence(derOid(OID.signedData), derTagged(0, signedData));
  }

  it("reads DER, PEM with words around, and certs-only messages", () => {
    expect(subjects(one.der)).toEqual(["One"]);
    expect(subjects(utf8(`subject=One\n${pem("CERTIFICATE", one.der)}\nissuer=…\n${pem("X509 CERTIFICATE", two.der)}`))).toEqual(["One", "Two"]);
    expect(subjects(certsOnly(one.der, attribute, two.der))).toEqual(["One", "Two"]);
    expect(subjects(utf8(pem("PKCS7", certsOnly(two.der))))).toEqual(["Two"]);
  });

  it("leaves out what cannot be read, and refuses a file with nothing", () => {
    expect(subjects(certsOnly(derSequence(derInteger(1)), two.der))).toEqual(["Two"]);
    for (const file of ["", "hello", "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----"]) expect(() => certificatesOf(utf8(file))).toThrow("pki.malformed");
    expect(() => certificatesOf(certsOnly())).toThrow("pki.malformed");
    expect(() => certificatesOf(concat(fromHex("30"), new Uint8Array(5_000_000)))).toThrow("pki.malformed");
  });
});

describe("facts for people", () => {
  it("say what a certificate says", async () => {
    const { certificate } = issue({ name: "Alice", emails: ["alice@example.org"], keyUsage: 0x80 });
    expect(await certificateFacts(certificate, "file")).toEqual({
      subject: "CN=Alice",
      name: "Alice",
      addresses: ["alice@example.org"],
      issuer: "CN=Alice",
      issuerName: "Alice",
      serial: certificate.serial,
      notBefore: "2020-01-01T00:00:00.000Z",
      notAfter: "2040-01-01T00:00:00.000Z",
      sha256: await certificate.sha256(),
      key: "EC P-256",
      canSign: true,
      canEncrypt: false,
      source: "file",
    });
  });

  it("serial numbers are hexadecimal of whole octets without a sign octet", () => {
    expect(issue({ name: "x" }).certificate.serial).toMatch(/^([0-9a-f]{2})+$/);
  });
});
