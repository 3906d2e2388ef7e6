import { Base64Writer, base64Length } from "../base/base64-writer.ts";
import { type Bytes, utf8 } from "../base/bytes.ts";
import { LINE, type OctetStream, type Piece, base64Piece, joinPieces } from "../base/pieces.ts";
import type { Draft } from "../protocol/draft.ts";
import { entityChunks, multipart, writeBody } from "./body-writer.ts";
import { headerLine } from "./header-text.ts";
import { type HeaderPolicy, hiddenFields, innerFields, outerFields, writeFields } from "./message-fields.ts";

export interface ProtectionOptions {
  encrypted: boolean;
  policy: HeaderPolicy;
  /** Legacy Display Elements; only where encrypted (HS-06). */
  legacyDisplay: boolean;
  /** False leaves header protection out altogether; for interoperability tests and the command line. */
  headerProtection?: boolean;
}

/**
 * Builds the cryptographic payload of a draft: a MIME entity with the message's fields and `hp` on its Content-Type, and
 * HP-Outer fields when it is to be encrypted (RFC 9788 §5.2.1; HS-01, HS-02). 7-bit, CRLF, no Bcc, the same for every
 * envelope, so that it is signed once. Throws `RangeError` if the draft's date is none.
 */
export function buildPayload(draft: Draft, options: ProtectionOptions): Bytes {
  if (options.headerProtection === false) return joinPieces(entityChunks(writeBody(draft, [])));
  const hidden = options.encrypted && options.legacyDisplay ? hiddenFields(draft, options.policy) : [];
  let head = writeFields(innerFields(draft));
  if (options.encrypted) {
    for (const [name, value] of outerFields(draft, options.policy)) head += headerLine("HP-Outer", `${name}: ${value}`);
  }
  return joinPieces(entityChunks(writeBody(draft, hidden), head, options.encrypted ? '; hp="cipher"' : '; hp="clear"'));
}

/** Builds the outer header: the message's fields, hidden as the policy says if it is encrypted, and MIME-Version. */
export function buildOuterHeader(draft: Draft, options: Pick<ProtectionOptions, "encrypted" | "policy" | "headerProtection">): string {
  // Without header protection nothing inside would bring a hidden field back.
  const hides = options.encrypted && options.headerProtection !== false;
  return `${writeFields(hides ? outerFields(draft, options.policy) : innerFields(draft))}MIME-Version: 1.0\r\n`;
}

/**
 * Puts a payload and its detached signature into multipart/signed (RFC 8551 §3.5.3, CO-11), as pieces that are not joined yet.
 * The payload's octets are exactly what was signed. `micalg` is for example `sha-256`. Without `outerHeader` the result is an
 * entity for a further layer.
 */
export function signedPieces(payload: Bytes, signatureDer: Bytes, micalg: string, outerHeader = ""): Piece[] {
  const signature = utf8(
    'Content-Type: application/pkcs7-signature; name="smime.p7s"\r\n' +
      "Content-Transfer-Encoding: base64\r\n" +
      'Content-Disposition: attachment; filename="smime.p7s"\r\n\r\n',
  );
  const type = `multipart/signed; protocol="application/pkcs7-signature"; micalg="${micalg}"`;
  return entityChunks(multipart(type, [[payload], [signature, base64Piece(signatureDer)]]), outerHeader);
}

/** The same, joined. */
export function wrapSigned(payload: Bytes, signatureDer: Bytes, micalg: string, outerHeader = ""): Bytes {
  return joinPieces(signedPieces(payload, signatureDer, micalg, outerHeader));
}

export type SmimeType = "signed-data" | "signed-receipt" | "enveloped-data" | "authEnveloped-data" | "compressed-data" | "certs-only";

/** File names by content (RFC 8551 §3.2.1). */
const FILE_NAMES: Record<SmimeType, string> = {
  "signed-data": "smime.p7m",
  "signed-receipt": "smime.p7m",
  "enveloped-data": "smime.p7m",
  "authEnveloped-data": "smime.p7m",
  "compressed-data": "smime.p7z",
  "certs-only": "smime.p7c",
};

/**
 * Puts a CMS object into application/pkcs7-mime, base64 (RFC 8551 §3.2), ending at its last base64 line.
 * Without `outerHeader` the result is an entity for a further layer.
 */
export function wrapPkcs7(der: Bytes, smimeType: SmimeType, outerHeader = ""): Bytes {
  return joinPieces([utf8(pkcs7Head(smimeType, outerHeader)), base64Piece(der)]);
}

/** The same for an object of known length that is made piece by piece: each is written as base64 while the next is made. */
export async function wrapPkcs7Stream(der: OctetStream, smimeType: SmimeType, outerHeader = ""): Promise<Bytes> {
  const head = utf8(pkcs7Head(smimeType, outerHeader));
  const out = new Uint8Array(head.length + base64Length(der.length, LINE));
  out.set(head);
  const writer = new Base64Writer(out, head.length, LINE);
  for await (const piece of der.pieces) writer.write(piece);
  writer.end();
  return out;
}

function pkcs7Head(smimeType: SmimeType, outerHeader: string): string {
  const name = FILE_NAMES[smimeType];
  return (
    outerHeader +
    headerLine("Content-Type", `application/pkcs7-mime; smime-type=${smimeType}; name="${name}"`) +
    "Content-Transfer-Encoding: base64\r\n" +
    headerLine("Content-Disposition", `attachment; filename="${name}"`) +
    "\r\n"
  );
}

/** Builds the unprotected message, for what is sent neither signed nor encrypted. It ends in no white space. */
export function buildPlain(draft: Draft): Bytes {
  const message = joinPieces(entityChunks(writeBody(draft, []), buildOuterHeader(draft, { encrypted: false, policy: "baseline" })));
  let end = message.length;
  while (end > 0 && (message[end - 1] as number) <= 32) end--;
  return message.slice(0, end);
}
