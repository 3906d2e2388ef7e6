import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Certificates } from "../../lab/ca.mjs";
import { openssl } from "../../lab/openssl.mjs";

/** Makes messages with OpenSSL, so that the attacker owes nothing to our engine. */
export interface Mailer {
  /** Encrypts an entity to Bob; with CBC, which anybody can change, if no other cipher is named. */
  encrypt(entity: string, header?: Partial<OuterHeader>, cipher?: string): Promise<Buffer>;
  /** Signs an entity, opaque, and answers it as an entity. */
  sign(entity: string, who: string): Promise<string>;
  /** Signs and then encrypts to Bob. */
  signAndEncrypt(entity: string, who: string, header?: Partial<OuterHeader>): Promise<Buffer>;
  /** A signed entity as a message; without the certificates of its authorities if they are not to come along. */
  signed(entity: string, who: string, header?: Partial<OuterHeader>, withChain?: boolean): Promise<Buffer>;
}

export interface OuterHeader {
  from: string;
  to: string;
  subject: string;
  /** Further fields, each a whole line. */
  more: string[];
}

const crlf = (text: string): string => text.replace(/\r?\n/g, "\r\n");

/** An entity of plain text. */
export const plain = (text: string): string => crlf(`Content-Type: text/plain; charset=utf-8\n\n${text}\n`);
export const html = (text: string): string => crlf(`Content-Type: text/html; charset=utf-8\n\n${text}\n`);

function withHeader(entity: string, header: Partial<OuterHeader> = {}): Buffer {
  const { from = "Alice Example <alice@lab.test>", to = "Bob Example <bob@lab.test>", subject = "[...]", more = [] } = header;
  const fields = [`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, "Date: Tue, 01 Sep 2026 10:00:00 +0000", `Message-ID: <${Math.random().toString(36).slice(2)}@lab.test>`, ...more];
  return Buffer.from(crlf(`${fields.join("\n")}\n${entity.replace(/^MIME-Version:.*\n/im, "MIME-Version: 1.0\n")}`), "latin1");
}

export function mailer(certificates: Certificates, folder: string): Mailer {
  let count = 0;
  const file = (content: string): string => {
    const path = join(folder, `entity-${++count}`);
    writeFileSync(path, content, "latin1");
    return path;
  };
  const sign = async (entity: string, who: string, withChain = true): Promise<string> => {
    const chain = who === "eve" ? join(certificates.folder, "evil-chain.pem") : certificates.chain;
    const signer = ["-signer", certificates.pem(who), "-inkey", certificates.key(who), ...(withChain ? ["-certfile", chain] : [])];
    return (await openssl(["cms", "-sign", "-nodetach", "-in", file(entity), "-binary", ...signer])).stdout.toString("latin1");
  };
  const encrypt = async (entity: string, header?: Partial<OuterHeader>, cipher = "aes-256-cbc"): Promise<Buffer> =>
    withHeader((await openssl(["cms", "-encrypt", `-${cipher}`, "-binary", "-in", file(entity), certificates.pem("bob")])).stdout.toString("latin1"), header);
  return {
    encrypt,
    sign: (entity, who) => sign(entity, who),
    signAndEncrypt: async (entity, who, header) => encrypt(crlf(await sign(entity, who)), header),
    signed: async (entity, who, header, withChain) => withHeader(await sign(entity, who, withChain), header),
  };
}
