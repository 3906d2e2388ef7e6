import { type Bytes, randomBytes } from "../../src/base/bytes.ts";
import { entityBytes } from "../../src/mime/entity.ts";
import { parseEntity } from "../../src/mime/parse.ts";
import type { Draft } from "../../src/protocol/draft.ts";
import type { Engine } from "./engine.ts";

/** One message that all sides work on. */
export interface Sample {
  attachment: Bytes;
  /** The MIME entity that a draft with this attachment becomes and that is signed: what the other sides are given. */
  entity: Bytes;
  /** That draft signed and encrypted by the engine. */
  mail: Bytes;
}

/** Octets that one line of base64 stands for, and that it has with its line end (RFC 2045 §6.8). */
const LINE = { holds: 57, takes: 78 };

/** Makes a message whose signed entity has that many octets, or less than one line fewer. */
export async function makeSample(engine: Engine, octets: number): Promise<Sample> {
  const around = (await signedEntity(engine, await engine.seal(draftWith(new Uint8Array(0))))).length;
  const attachment = randomBytes(LINE.holds * Math.max(1, Math.floor((octets - around) / LINE.takes)));
  const mail = await engine.seal(draftWith(attachment.slice()));
  return { attachment, entity: (await signedEntity(engine, mail)).slice(), mail };
}

/** A draft that owns its attachment. */
export function draftWith(bytes: Bytes): Draft {
  const alice = { name: "Alice Example", address: "alice@lab.test" };
  return {
    from: alice, to: [alice], cc: [], bcc: [], subject: "Measured", text: "See the file.", inReplyTo: null, references: [],
    attachments: [{ name: "measured.bin", type: "application/octet-stream", bytes, contentId: null }],
    messageId: "measured@lab.test", date: new Date().toISOString(),
  };
}

/** Takes the signed part out of the multipart/signed that was encrypted. */
async function signedEntity(engine: Engine, mail: Bytes): Promise<Bytes> {
  const { decryptedSource } = await engine.open(mail);
  const [signed] = decryptedSource === null ? [] : parseEntity(decryptedSource).children;
  if (!signed) throw new Error("the message holds no multipart/signed");
  return entityBytes(signed);
}
