import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { shippedAnchors } from "../../../src/pki/shipped-anchors/shipped-anchors.ts";
import { corpora, corpusExpectations } from "../../interop/support/corpora.ts";
import { openssl } from "../../lab/openssl.mjs";
import type { KeyFile } from "../people/set-up.ts";

/** A message of `../shared/corpora/smime-attacks` with what its README and `expected.json` ask. */
export interface CorpusAttack {
  file: string;
  attackClass: string;
  expected: string;
  requirement: string;
}

const folder = join(corpora, "smime-attacks");
const root = join(folder, "certs/GlobalSign_Root_CA_-_R3.pem");

/** When the corpus's certificates were valid: the time that its expectations are stated for. */
export const CORPUS_TIME = "2019-03-01T00:00:00Z";

export const corpusAttacks: CorpusAttack[] = corpusExpectations<CorpusAttack>("smime-attacks");

/** A message as a server keeps it: with CRLF. */
export function corpusMessage(file: string): Buffer {
  return Buffer.from(readFileSync(join(folder, file), "latin1").replace(/\r?\n/g, "\r\n"), "latin1");
}

/** The manager's key in a file for set-up, with the root beside it, since the corpus's own file ends below it. */
export async function managersKey(path: string): Promise<KeyFile> {
  const password = "corpus";
  const [key, certificate] = [join(folder, "keys/manager@bigcorporation.key.pem"), join(folder, "keys/manager@bigcorporation.crt")];
  await openssl(["pkcs12", "-export", "-inkey", key, "-in", certificate, "-certfile", root, "-out", path, "-passout", `pass:${password}`]);
  const sha256 = new X509Certificate(readFileSync(root)).fingerprint256.replaceAll(":", "").toLowerCase();
  // An authority that came along with the extension is trusted already, and set-up does not offer it.
  return { path, password, trust: shippedAnchors().some((anchor) => anchor.sha256 === sha256) ? [] : [sha256] };
}

/**
 * An unsigned message with the manager's true signature of another text as a file beside its own. A webmail sees an S/MIME
 * object then and our reader draws the message, which without one stays the webmail's own.
 */
export function besideASignature(raw: Buffer): Buffer {
  const [head, ...body] = raw.toString("latin1").split("\r\n\r\n");
  const type = /^Content-Type:.*$/im.exec(head ?? "")?.[0] ?? "";
  const signature = corpusMessage("valid-manager-smime.eml").toString("latin1").split("--BOUNDARY\r\n")[2]?.split("\r\n--BOUNDARY--")[0] ?? "";
  const text = `${type}\r\n\r\n${body.join("\r\n\r\n")}`;
  const outer = `${(head ?? "").replace(type, 'Content-Type: multipart/mixed; boundary="=_beside"')}\r\nMIME-Version: 1.0`;
  return Buffer.from(`${outer}\r\n\r\n--=_beside\r\n${text}\r\n--=_beside\r\n${signature}\r\n--=_beside--\r\n`, "latin1");
}
