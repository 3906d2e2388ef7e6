import { type Bytes, concat, latin1, utf8 } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import { decodeBody } from "../mime/decode.ts";
import { parseMessage } from "../mime/parse.ts";
import { directoryHost, directoryId, type DirectoryPlace } from "../policy/directory-place.ts";
import type { Directory } from "../protocol/directory.ts";
import type { Fetcher } from "../protocol/retrieval.ts";
import { certificatesIn } from "./certificate-values.ts";
import { directoryLimits } from "./limits.ts";

/**
 * A certificate store on the web (RFC 4387), asked `?email=ADDRESS`. It knows neither names nor lists.
 * @param fetch answers with no octets where the store says that it has nothing (404)
 */
export function httpsDirectory(place: Extract<DirectoryPlace, { kind: "https" }>, { fetch, clock }: { fetch: Fetcher; clock: Clock }): Directory {
  const host = directoryHost(place);
  return {
    id: directoryId(place),
    host,
    search: () => Promise.resolve([]),
    expand: () => Promise.resolve(null),
    async lookUp(address) {
      const url = `${place.url}?email=${encodeURIComponent(address)}`;
      const answer = await fetch({ kind: "directory", url, body: null, size: directoryLimits.answer });
      const certificates = certificatesIn(valuesOfAnswer(answer), clock());
      return { certificates: certificates.map((value) => ({ ...value, source: "directory", place: host, ciphers: [], preferredAt: null })), name: null, list: false };
    },
  };
}

/**
 * The certificates of an answer, told apart by their octets, because stores name the type in many ways: one certificate
 * (`application/pkix-cert`) or SignedData, several as parts of `multipart/mixed` (RFC 4387 §2.3), or PEM.
 * Throws `directory.protocol`.
 */
export function valuesOfAnswer(answer: Bytes): Bytes[] {
  if (answer.length > directoryLimits.answer) throw new SmimeError("directory.too-many");
  if (answer.length === 0 || answer[0] === 0x30) return answer.length === 0 ? [] : [answer];
  const start = latin1(answer.subarray(0, 500));
  if (start.includes("-----BEGIN ")) return [answer];
  // The boundary is in a header field that nobody handed on; the first line of the body says it, too.
  const boundary = /^(?:\s*|[^]*?\r?\n)--([^\r\n]{1,200}?)[ \t]*\r?\n/.exec(start)?.[1];
  if (boundary === undefined || boundary.includes('"')) throw new SmimeError("directory.protocol");
  const message = parseMessage(concat(utf8(`Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n`), answer));
  return message.children.slice(0, directoryLimits.values).map(decodeBody);
}
