import type { ContentCipher } from "../protocol/draft.ts";

/** What somebody's mail programs announced, OpenSSL names; empty if nothing is known. */
export type Announced = readonly string[];

const CONTENT = /^(aes-(128|192|256)-(cbc|gcm)|chacha20-poly1305|des-ede3-cbc|des-cbc|rc2-cbc)$/;

/**
 * Whether somebody can read a cipher. GCM only if it was announced (AL-05); where no content cipher is known, AES-CBC, which every
 * program of this century reads. AES-128-CBC is asked of everybody who reads AES (RFC 8551 §2.7), and who has a key length in GCM has
 * it in CBC, since GCM stands on the same cipher.
 */
export function canRead(announced: Announced, cipher: ContentCipher): boolean {
  const known = announced.filter((name) => CONTENT.test(name));
  if (known.includes(cipher)) return true;
  if (cipher.endsWith("-gcm")) return false;
  if (known.length === 0 || known.includes(cipher.replace("-cbc", "-gcm"))) return true;
  return cipher === "aes-128-cbc" && known.some((name) => name.startsWith("aes-"));
}

/**
 * The cipher for one message (AL-05, AL-06): the first allowed one that all can read, else the one that most can, of equals the first.
 * Null where none is allowed. Who cannot read the answer counts as somebody without a certificate.
 * @param allowed preferred first
 */
export function chooseCipher(allowed: readonly ContentCipher[], people: readonly Announced[]): ContentCipher | null {
  let best: { cipher: ContentCipher; readers: number } | null = null;
  for (const cipher of allowed) {
    // Nobody to be asked is not everybody's consent to the newest: a copy for oneself may be read elsewhere.
    const readers = people.length === 0 ? (canRead([], cipher) ? 1 : 0) : people.filter((announced) => canRead(announced, cipher)).length;
    if (best === null || readers > best.readers) best = { cipher, readers };
  }
  return best?.cipher ?? null;
}

/**
 * The cipher of `chooseCipher`, and who decided it: those who read none that is preferred to it, or, where each of them reads another
 * one, those who do not read the most preferred. `without` cannot read it at all. Nobody where nobody is asked.
 */
export function explainCipher<P extends { ciphers: Announced }>(allowed: readonly ContentCipher[], people: readonly P[]): { cipher: ContentCipher | null; because: P[]; without: P[] } {
  const cipher = chooseCipher(allowed, people.map(({ ciphers }) => ciphers));
  if (cipher === null) return { cipher, because: [], without: [] };
  const better = allowed.slice(0, allowed.indexOf(cipher));
  const without = people.filter(({ ciphers }) => !canRead(ciphers, cipher));
  const readers = people.filter((person) => !without.includes(person));
  const limited = readers.filter(({ ciphers }) => !better.some((each) => canRead(ciphers, each)));
  const [first] = better;
  return { cipher, without, because: first === undefined ? [] : limited.length > 0 ? limited : readers.filter(({ ciphers }) => !canRead(ciphers, first)) };
}

/** Whether anything is known of the content ciphers that somebody's programs read. */
export const isTold = (announced: Announced): boolean => announced.some((name) => CONTENT.test(name));
