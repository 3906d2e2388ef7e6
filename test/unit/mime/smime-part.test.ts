import { describe, expect, it } from "vitest";
import { smimeKind } from "../../../src/mime/smime-part.ts";
import { parse } from "./support.ts";

describe("RD-01: which parts are S/MIME", () => {
  it.each([
    ["application/pkcs7-mime; smime-type=enveloped-data", "pkcs7-mime"],
    ["Application/X-PKCS7-MIME", "pkcs7-mime"],
    ["application/pkcs7-signature", "pkcs7-signature"],
    ["application/x-pkcs7-signature; name=x.txt", "pkcs7-signature"],
    ["multipart/signed; boundary=b; protocol=\"application/x-pkcs7-signature\"", "multipart-signed"],
    ["multipart/signed; boundary=b; protocol=\"application/pgp-signature\"", null],
    ["multipart/signed; boundary=b", null],
    ["application/octet-stream; name=smime.p7m", "pkcs7-mime"],
    ["application/octet-stream; name=SMIME.P7S", "pkcs7-signature"],
    ["application/octet-stream; name=x.p7c", "pkcs7-mime"],
    ["application/octet-stream; name=x.p7z", "pkcs7-mime"],
    ["application/octet-stream; name=x.p7m.txt", null],
    ["text/plain; name=smime.p7m", null],
    ["application/pdf; name=smime.p7m", null],
    ["application/pkcs7-mime-x", null],
  ])("%s", (type, kind) => {
    expect(smimeKind(parse(`Content-Type: ${type}`, "", ""))).toBe(kind);
  });

  it("takes the suffix from Content-Disposition as well", () => {
    expect(smimeKind(parse("Content-Type: application/octet-stream", "Content-Disposition: attachment; filename=\"a.p7m\"", "", ""))).toBe("pkcs7-mime");
  });

  it("lets the signature's type speak where protocol is missing", () => {
    const signed = parse("Content-Type: multipart/signed; boundary=b", "", "--b", "", "x", "--b", "Content-Type: application/pkcs7-signature", "", "y", "--b--");
    expect(smimeKind(signed)).toBe("multipart-signed");
  });
});
