import { readFileSync } from "node:fs";
import type { Bytes } from "../../src/base/bytes.ts";
import { readCertificates } from "../../src/cli/files.ts";
import type { Certificates } from "../lab/ca.mjs";
import type { Material } from "./material.ts";

/** Reads what `makeCertificates` made. */
export function readMaterial(certificates: Certificates): Material {
  const first = (path: string): Bytes => {
    const [certificate] = readCertificates([path]);
    if (!certificate) throw new Error(`there is no certificate in ${path}`);
    return certificate.der;
  };
  const pem = readFileSync(certificates.key("alice"), "latin1").replace(/-----.*?-----/g, "");
  return { pkcs8: new Uint8Array(Buffer.from(pem, "base64")), certificate: first(certificates.pem("alice")), issuer: first(certificates.chain), root: first(certificates.root) };
}
