import { type Bytes, randomBytes, utf8 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";

/** Crockford's base 32: letters that look like digits, and U, are left out. */
const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** 140 random bits; NIST SP 800-63B-4 §3.1.2.1 asks a look-up secret that is not slowed for 112 at least. */
const SECRET_LENGTH = 28;
const GROUP = 4;
const WHOLE_LENGTH = SECRET_LENGTH + GROUP;

/** Seven random groups of four and one that checks them, as it is shown to a person once. */
export async function newRecoveryCode(): Promise<string> {
  const secret = symbolsOf(randomBytes(SECRET_LENGTH));
  return grouped(secret + (await checkGroup(secret)));
}

/**
 * Reads a code as a person types it: in either case, with whatever between the groups, O for 0 and I or L for 1.
 * Answers its random part. Throws `keys.recovery-code-malformed` if a character is missing, or was mistaken so that the check group tells.
 */
export async function readRecoveryCode(typed: string): Promise<string> {
  const symbols = typed
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, "")
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
  const secret = symbols.slice(0, SECRET_LENGTH);
  const readable = symbols.length === WHOLE_LENGTH && [...symbols].every((symbol) => SYMBOLS.includes(symbol));
  if (!readable || (await checkGroup(secret)) !== symbols.slice(SECRET_LENGTH)) throw new SmimeError("keys.recovery-code-malformed");
  return secret;
}

/** Each octet's lower five bits: all symbols are as likely. */
const symbolsOf = (octets: Bytes): string => [...octets].map((octet) => SYMBOLS[octet & 31]).join("");

async function checkGroup(secret: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(`mailseal recovery code check 1 ${secret}`)));
  return symbolsOf(digest.subarray(0, GROUP));
}

const grouped = (symbols: string): string => symbols.match(/.{4}/g)?.join("-") ?? "";
