import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Certificate, certificatesOf } from "../../../src/pki/certificate.ts";
import { validatePath } from "../../../src/pki/path.ts";

const corpora = join(import.meta.dirname, "../../../../shared/corpora");
const present = existsSync(corpora);
if (!present) console.log("skipped: path validation against the corpora, which are not here");

function only(file: string): Certificate {
  return certificatesOf(readFileSync(join(corpora, file)))[0] as Certificate;
}

describe.skipIf(!present)("chains of other collections", () => {
  const validate = (leaf: Certificate, anchors: Certificate[], others: Certificate[] = [], purpose: "sign" | "encrypt" = "sign", at = "2026-11-01T00:00:00Z") =>
    validatePath({ leaf, anchors, others, purpose, at: new Date(at) });

  it.each(["alice.sign", "alice.encrypt", "bob.sign", "bob.encrypt"])("RFC 9216 %s under its RSA authority", async (name) => {
    const purpose = name.endsWith("sign") ? "sign" : "encrypt";
    const answer = await validate(only(`rfc9216/${name}.crt.pem`), [only("rfc9216/ca.rsa.crt.pem")], [], purpose);
    expect(answer.code).toBe("ok");
    expect(answer.path).toHaveLength(2);
  });

  it.each(["carlos.sign", "carlos.encrypt", "dana.sign", "dana.encrypt"])("RFC 9216 %s under its Ed25519 authority", async (name) => {
    const purpose = name.endsWith("sign") ? "sign" : "encrypt";
    expect((await validate(only(`rfc9216/${name}.crt.pem`), [only("rfc9216/ca.25519.crt.pem")], [], purpose)).code).toBe("ok");
  });

  it("RFC 9216: a cross certificate leads from one authority to the other, in a chain of three", async () => {
    const cross = [only("rfc9216/ca.25519.cross.crt.pem"), only("rfc9216/ca.rsa.cross.crt.pem")];
    const answer = await validate(only("rfc9216/dana.sign.crt.pem"), [only("rfc9216/ca.rsa.crt.pem")], cross);
    expect(answer).toMatchObject({ code: "ok" });
    expect(answer.path).toHaveLength(3);
    expect((await validate(only("rfc9216/dana.sign.crt.pem"), [only("rfc9216/ca.rsa.crt.pem")])).code).toBe("pki.untrusted");
  });

  it("RFC 9216: an encryption certificate does not sign", async () => {
    expect((await validate(only("rfc9216/alice.encrypt.crt.pem"), [only("rfc9216/ca.rsa.crt.pem")])).code).toBe("pki.key-usage");
    expect((await validate(only("rfc9216/alice.sign.crt.pem"), [only("rfc9216/ca.rsa.crt.pem")], [], "encrypt")).code).toBe("pki.key-usage");
  });

  it("RFC 9216: before and after its time", async () => {
    const anchors = [only("rfc9216/ca.rsa.crt.pem")];
    expect((await validate(only("rfc9216/alice.sign.crt.pem"), anchors, [], "sign", "2010-01-01T00:00:00Z")).code).toBe("pki.not-yet-valid");
    expect((await validate(only("rfc9216/alice.sign.crt.pem"), anchors, [], "sign", "2090-01-01T00:00:00Z")).code).toBe("pki.expired");
  });
});
