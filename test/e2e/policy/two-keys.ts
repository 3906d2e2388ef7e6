import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../../lab/lab.mjs";
import { openssl } from "../../lab/openssl.mjs";

export interface IssuedKey {
  /** PEM files. */
  pem: string;
  key: string;
  pkcs12: { path: string; password: string };
}

/** Gives somebody one certificate that only signs and one that is only encrypted to, from the lab's issuing authority. */
export async function twoKeys(lab: Lab, who: string): Promise<{ signing: IssuedKey; encryption: IssuedKey }> {
  return { signing: await issueKey(lab, who, "signing"), encryption: await issueKey(lab, who, "encryption") };
}

/** @param bits of the RSA key */
export async function issueKey(lab: Lab, who: string, use: "signing" | "encryption", bits = 2048): Promise<IssuedKey> {
  const folder = join(lab.folder, "two-keys");
  mkdirSync(folder, { recursive: true });
  const authority = (name: string): string => join(lab.certificates.folder, `lab-issuing.${name}.pem`);
  const file = (name: string): string => join(folder, `${who}-${use}.${name}`);
  const extensions = ["basicConstraints = critical, CA:FALSE", `keyUsage = critical, ${use === "signing" ? "digitalSignature" : "keyEncipherment"}`, "extendedKeyUsage = emailProtection",
    `subjectAltName = email:${lab.address(who)}`, "subjectKeyIdentifier = hash", "authorityKeyIdentifier = keyid:always"];
  writeFileSync(file("cnf"), `[req]\ndistinguished_name = dn\nprompt = no\n[dn]\nO = Mailseal Lab\nCN = ${who} ${use}\n[person]\n${extensions.join("\n")}\n`);
  await openssl(["req", "-new", "-nodes", "-newkey", `rsa:${bits}`, "-keyout", file("key.pem"), "-out", file("csr"), "-config", file("cnf")]);
  await openssl(["x509", "-req", "-in", file("csr"), "-days", "825", "-sha256", "-set_serial", `0x4${randomBytes(15).toString("hex")}`, "-CA", authority("crt"), "-CAkey", authority("key"), "-extfile", file("cnf"), "-extensions", "person", "-out", file("crt.pem")]);
  const password = `${who}-${use}`;
  await openssl(["pkcs12", "-export", "-inkey", file("key.pem"), "-in", file("crt.pem"), "-certfile", lab.certificates.chain, "-passout", `pass:${password}`, "-out", file("p12")]);
  return { pem: file("crt.pem"), key: file("key.pem"), pkcs12: { path: file("p12"), password } };
}
