import { type Bytes, latin1 } from "../base/bytes.ts";
import { type Certificate, parseCertificate } from "../pki/certificate.ts";

/** An organisation's authorities and the people of some messages; a certificate takes some KiB. */
const MOST = 1000;

/** Reads certificates, of which a damaged one is of no use and no reason to give the others up (CE-04). */
export const readable = (certificates: readonly Bytes[]): Certificate[] => certificates.flatMap((der) => parsed(der) ?? []);

/** `readable`, each once as long as it is remembered: the same few come along with every message. */
export function certificateReader(most = MOST): (certificates: readonly Bytes[]) => Certificate[] {
  const known = new Map<string, Certificate | null>();

  function read(der: Bytes): Certificate | null {
    const key = latin1(der);
    const before = known.get(key);
    // What was asked for last is forgotten last.
    known.delete(key);
    const certificate = before === undefined ? parsed(der) : before;
    known.set(key, certificate);
    for (const oldest of known.keys()) {
      if (known.size <= most) break;
      known.delete(oldest);
    }
    return certificate;
  }

  return (certificates) => certificates.flatMap((der) => read(der) ?? []);
}

function parsed(der: Bytes): Certificate | null {
  try {
    return parseCertificate(der);
  } catch {
    return null;
  }
}
