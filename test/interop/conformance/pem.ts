import type { Bytes } from "../../../src/base/bytes.ts";
import { codeOf } from "../../../src/base/errors.ts";
import { parseCertificate, type Certificate } from "../../../src/pki/certificate.ts";
import type { PathRequest } from "../../../src/pki/path.ts";
import { checkRevocation, notAsked } from "../../../src/pki/revocation/check-revocation.ts";
import { validateWithRevocation } from "../../../src/pki/revocation/validate-with-revocation.ts";
import { crlsOf } from "../../../src/pki/revocation/revocation-file.ts";
import type { Said } from "./case.ts";

/** The blocks of a PEM text that bear one of these labels, in order; comments around and lines of any length are passed over. */
export function pemBlocks(text: string, ...labels: string[]): Bytes[] {
  return [...text.matchAll(/^-----BEGIN ([^-\n]+)-----([^-]*)^-----END \1-----/gm)].flatMap(([, label = "", body = ""]) =>
    labels.includes(label) ? [new Uint8Array(Buffer.from(body, "base64"))] : [],
  );
}

/** Certificates that can be read; others are of no use to a path (CE-04). */
export function readable(ders: readonly Uint8Array[]): Certificate[] {
  return ders.flatMap((der) => {
    try {
      return [parseCertificate(der)];
    } catch {
      return [];
    }
  });
}

/**
 * Says what becomes of a certificate, read anew; a malformed one is a verdict too.
 * @param policies The policies under which a valid path must hold; not compared if left out.
 * @param crls Revocation lists; each certificate of the path needs an answer from them then.
 */
export async function judge(leaf: Uint8Array | undefined, request: Omit<PathRequest, "leaf">, policies?: readonly string[], crls?: readonly Bytes[]): Promise<Said> {
  try {
    const lists = crls?.flatMap(readableLists);
    const { answer, revocation } = await validateWithRevocation({ ...request, leaf: parseCertificate(leaf ?? new Uint8Array()) }, (path) =>
      lists === undefined ? Promise.resolve(notAsked(path)) : checkRevocation({ path, certificates: request.others, crls: lists, ocsp: [], at: request.at, demand: "every" }),
    );
    if (answer.code === "ok" && revocation.code !== "ok") return { code: revocation.code };
    const differs = policies !== undefined && answer.code === "ok" && !sameSet(answer.policies, policies);
    return differs ? { code: answer.code, difference: `policies ${answer.policies.join(" ") || "none"} instead of ${policies.join(" ") || "none"}` } : { code: answer.code };
  } catch (error) {
    return { code: codeOf(error) };
  }
}

function readableLists(file: Bytes) {
  try {
    return crlsOf(file);
  } catch {
    return [];
  }
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each) => b.includes(each));
}
