import { join } from "node:path";
import { openssl } from "../../lab/openssl.mjs";
import type { Lab } from "../../lab/lab.mjs";

export interface ForeignMail {
  /** Whom From names. */
  from: string;
  to: string;
  /** Whose key signs; another than `from` is somebody who pretends. */
  signer: string;
  text: string;
}

/** A clear-signed message that OpenSSL made, which knows nothing of us. */
export async function signedByOpenssl({ certificates }: Lab, { from, to, signer, text }: ForeignMail): Promise<Buffer> {
  const chain = join(certificates.folder, `${signer === "eve" ? "evil" : "lab"}-chain.pem`);
  const part = Buffer.from(`Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n${text}\r\n`);
  const { stdout } = await openssl(
    ["cms", "-sign", "-binary", "-md", "sha256", "-signer", certificates.pem(signer), "-inkey", certificates.key(signer), "-certfile", chain],
    { input: part },
  );
  const fields = [
    `From: ${from} <${from}@lab.test>`, `To: ${to} <${to}@lab.test>`, `Subject: From ${from} by ${signer}`,
    `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`, `Message-ID: <${from}-${signer}-${Date.now()}@lab.test>`,
  ];
  return Buffer.from(`${fields.join("\r\n")}\r\n${stdout.toString("latin1").replace(/\r?\n/g, "\r\n")}`, "latin1");
}
