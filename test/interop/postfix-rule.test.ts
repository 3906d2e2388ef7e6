import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const postmap = ["/usr/sbin/postmap", "/usr/bin/postmap"].find((path) => existsSync(path));
const table = fileURLToPath(new URL("../../docs/administrator/files/postfix/encrypted_only", import.meta.url));

/** What Postfix answers to one header field; null where no rule speaks. */
function answer(field: string): string | null {
  try {
    return execFileSync(postmap ?? "", ["-q", "-", `regexp:${table}`], { encoding: "utf8", input: `${field}\n` }).split("\t")[1]?.split(" ")[0]?.trim() ?? null;
  } catch {
    return null;
  }
}

describe.skipIf(postmap === undefined)("the example rule for a mail server (docs/administrator/trust.md)", () => {
  it.each([
    'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
    "Content-Type: application/pkcs7-mime; name=smime.p7m; smime-type=authEnveloped-data",
    "content-type: application/x-pkcs7-mime; smime-type=\"enveloped-data\"",
    "Content-Type: multipart/report; report-type=disposition-notification",
  ])("lets pass: %s", (field) => expect(answer(field)).toBe("OK"));

  it.each([
    "Content-Type: text/plain; charset=utf-8",
    "Content-Type: application/pkcs7-mime; smime-type=signed-data",
    'Content-Type: multipart/signed; protocol="application/pkcs7-signature"',
    "Content-Type: multipart/mixed; boundary=x",
  ])("turns away: %s", (field) => expect(answer(field)).toBe("REJECT"));

  it("has nothing to say about other fields", () => expect(answer("Subject: Content-Type: text/plain")).toBeNull());
});
