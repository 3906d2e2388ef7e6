import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Bytes, fromLatin1, latin1, utf8 } from "../../src/base/bytes.ts";
import { buildPayload, wrapPkcs7 } from "../../src/mime/build.ts";
import { alice, clear, encrypted, encryptedObject, eve, html, message, multi, plain, signed, signedObject, signedOpaque, withFields } from "../unit/smime/attacks/stage.ts";
import { draft } from "../unit/mime/support.ts";
import { MAX } from "./mutate.ts";

export interface Seed {
  name: string;
  bytes: Bytes;
}

/** What Alice and Eve signed in the cases below: nothing else may ever be shown as verified. */
export const SIGNED_TEXTS = new Set(["Meet me at noon.", "Meet me at nine.", "<p>noon</p>"]);

/** Messages and objects of our own making, one of each form. */
export async function structured(): Promise<{ mails: Seed[]; objects: Seed[] }> {
  const text = plain("Meet me at noon.");
  const fields = withFields({ From: "Alice <alice@lab.test>", To: "bob@lab.test", Subject: "Noon" }, "Meet me at nine.");
  const letter = draft({ subject: "Gr\u00fc\u00dfe", html: "<p>x</p>", attachments: [{ name: "\u00e4.pdf", type: "application/pdf", bytes: utf8("x".repeat(300)), contentId: null }] });
  const payload = latin1(buildPayload(letter, { encrypted: true, policy: "baseline", legacyDisplay: true }));
  const entities: Record<string, string> = {
    plain: text,
    alternative: multi("alternative", text, html("<p>noon</p>")),
    signed: await signed(alice, text),
    opaque: await signedOpaque(alice, fields),
    "signed HTML": await signed(alice, html("<p>noon</p>")),
    cbc: await encrypted(payload),
    gcm: await encrypted(payload, "aes-128-gcm"),
    "signed and encrypted": await encrypted(await signedOpaque(alice, fields)),
    "triple wrapped": await signed(eve, await encrypted(await signed(alice, fields))),
    "with a list's footer": multi("mixed", await signed(alice, fields), plain("footer")),
    "a ciphertext as a part": multi("mixed", plain("question"), await encrypted(text)),
    "two signers": clear(text, await signedObject([alice, eve], text, { content: null })),
    wrapped: await signed(alice, `Content-Type: message/rfc822\r\n\r\n${latin1(message(text))}`),
    "certificates only": latin1(wrapPkcs7(await signedObject([], text, { content: null, certificates: [alice, eve] }), "certs-only")),
  };
  return {
    mails: Object.entries(entities).map(([name, entity]) => ({ name, bytes: message(entity) })),
    objects: [
      { name: "SignedData", bytes: await signedObject([alice], text) },
      { name: "SignedData, detached", bytes: await signedObject([alice, eve], text, { content: null }) },
      { name: "EnvelopedData", bytes: await encryptedObject(text) },
      { name: "AuthEnvelopedData", bytes: await encryptedObject(text, "aes-256-gcm") },
      { name: "certificate", bytes: alice.certificate.der },
    ],
  };
}

const corpora = resolve(process.cwd(), "../shared/corpora");

/** Other people's inputs from beside the checkout; none, said in a line, where they are not there. */
export function foreign(...folders: string[]): Seed[] {
  if (!existsSync(corpora)) return [];
  return folders.flatMap((folder) => files(folder)).filter(({ bytes }) => bytes.length > 0 && bytes.length <= MAX);
}

export function folders(prefix: RegExp): string[] {
  const root = join(corpora, "fuzz-seeds");
  return existsSync(root) ? readdirSync(root).filter((name) => prefix.test(name)).map((name) => `fuzz-seeds/${name}`) : [];
}

function files(folder: string): Seed[] {
  return readdirSync(join(corpora, folder)).flatMap((name) => {
    const path = join(corpora, folder, name);
    if (statSync(path).isDirectory()) return files(`${folder}/${name}`);
    return /README|LICENSE|\.json$/.test(name) ? [] : [{ name: `${folder}/${name}`, bytes: new Uint8Array(readFileSync(path)) }];
  });
}

/** An object as the mail it would come in. */
export function asMail({ name, bytes }: Seed): Seed {
  const text = Buffer.from(bytes).toString("base64").replace(/.{76}/g, "$&\r\n");
  return { name, bytes: fromLatin1(`From: alice@lab.test\r\nContent-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n${text}\r\n`) };
}
