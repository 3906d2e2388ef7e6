import { readFileSync } from "node:fs";
import type { Identity } from "../../lab/authority.mjs";
import type { Lab } from "../../lab/lab.mjs";
import { openssl } from "../../lab/openssl.mjs";

/** A clear-signed message by OpenSSL under one of the certificates whose revocation is told somewhere. */
export async function signedByChecked({ authority: { certificates } }: Lab, identity: Identity, to: string): Promise<Buffer> {
  const who = identity.split("-")[0] as string;
  const part = Buffer.from(`Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\nsigned by ${identity}\r\n`);
  const chain = certificates.chain(identity);
  const enclosed = readFileSync(chain, "utf8").includes("BEGIN") ? ["-certfile", chain] : [];
  const { stdout } = await openssl(["cms", "-sign", "-binary", "-md", "sha256", "-signer", certificates.pem(identity), "-inkey", certificates.key(identity), ...enclosed], { input: part });
  const fields = [
    `From: ${who}@lab.test`, `To: ${to}@lab.test`, `Subject: ${identity}`,
    `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`, `Message-ID: <${identity}-${Date.now()}@lab.test>`,
  ];
  return Buffer.from(`${fields.join("\r\n")}\r\n${stdout.toString("latin1").replace(/\r?\n/g, "\r\n")}`, "latin1");
}
