import { decodeBase64Lenient } from "../base/base64-lines.ts";
import { type Bytes, copy, fromLatin1, hex, latin1 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { readAlgorithm } from "../pki/algorithm.ts";
import { DerReader, TAG, contextTag, octetStringContent } from "../pki/der-reader.ts";
import { countOf, oidOf, textOf } from "../pki/der-values.ts";
import { OID } from "../pki/oids.ts";
import { type Budget, freshBudget, pkcs12Limits, spend } from "./pkcs12-limits.ts";
import { type MacData, macFits, readMacData } from "./pkcs12-mac.ts";
import { type PasswordForm, passwordForms } from "./pkcs12-password.ts";
import { decryptWithPassword } from "./pkcs12-pbe.ts";

export { matchIdentities } from "./identity.ts";

/** What a PKCS#12 file holds, in its order. */
export interface Pkcs12Contents {
  keys: Pkcs12Key[];
  certificates: Pkcs12Certificate[];
}

export interface Pkcs12Key {
  /** PrivateKeyInfo (RFC 5958), DER. */
  pkcs8: Bytes;
  /** Lower-case hexadecimal; null if absent. */
  localKeyId: string | null;
  friendlyName: string | null;
}

export interface Pkcs12Certificate {
  certificate: Bytes;
  localKeyId: string | null;
  friendlyName: string | null;
}

/**
 * Reads a PKCS#12 file (RFC 7292): PBES2 or the old 3DES and RC2 schemes, MAC of either kind or none.
 * An empty password also stands for none. In PEM armour as well.
 * @throws SmimeError `keys.pkcs12-password` if the password does not open it, `keys.pkcs12-malformed`,
 * `keys.pkcs12-algorithm`, `limits.pkcs12`.
 */
export async function readPkcs12(file: Uint8Array, password: string): Promise<Pkcs12Contents> {
  if (file.length > pkcs12Limits.size) throw new SmimeError("limits.pkcs12");
  try {
    return await readPfx(unarmoured(copy(file)), passwordForms(password));
  } catch (error) {
    if (error instanceof SmimeError && error.code === "pki.malformed") throw new SmimeError("keys.pkcs12-malformed", { cause: error });
    throw error;
  }
}

/** GnuTLS's certtool writes PEM armour around such files; no standard does. */
function unarmoured(file: Bytes): Bytes {
  const body = /^\s*-----BEGIN PKCS12-----([A-Za-z0-9+/=\s]*)-----END PKCS12-----/.exec(file[0] === TAG.sequence ? "" : latin1(file))?.[1];
  return body === undefined ? file : decodeBase64Lenient(fromLatin1(body)).bytes;
}

async function readPfx(file: Bytes, forms: PasswordForm[]): Promise<Pkcs12Contents> {
  const pfx = new DerReader(file, "ber").enter();
  if (countOf(pfx.next(TAG.integer)) !== 3) throw new SmimeError("pki.malformed");
  const authSafe = pfx.enter();
  // SignedData here is the public-key integrity mode, which no mail program writes.
  if (oidOf(authSafe.next(TAG.oid)) !== OID.data) throw new SmimeError("keys.pkcs12-algorithm");
  const content = octetStringContent(authSafe.enter(contextTag(0)).next());
  const mac = pfx.enterOptional(TAG.sequence);
  const budget = freshBudget();
  let fitting = forms;
  if (mac !== null) {
    const fits = await fittingForm(readMacData(mac), content, forms, budget);
    if (fits === null) throw new SmimeError("keys.pkcs12-password");
    // The MAC tells that the password is right, and not in which form the encryption was given it: the others stay in play.
    fitting = [fits, ...forms.filter((form) => form !== fits)];
  }
  const safe: Safe = { forms: fitting, budget, out: { keys: [], certificates: [] } };
  for (const info of new DerReader(content, "ber").enter().rest()) await readContentInfo(safe, new DerReader(info.content, "ber"));
  return safe.out;
}

async function fittingForm(mac: MacData, content: Bytes, forms: PasswordForm[], budget: Budget): Promise<PasswordForm | null> {
  const tried = new Set<string>();
  for (const form of forms) {
    // Forms that differ only in what the other derivation takes would be the same work again.
    const taken = hex(mac.algorithm.name === "PBMAC1" ? form.octets : form.wide);
    if (!tried.has(taken) && (await macFits(mac, content, form, budget))) return form;
    tried.add(taken);
  }
  return null;
}

interface Safe {
  forms: PasswordForm[];
  budget: Budget;
  out: Pkcs12Contents;
}

async function readContentInfo(safe: Safe, info: DerReader): Promise<void> {
  const type = oidOf(info.next(TAG.oid));
  const content = info.enter(contextTag(0));
  if (type === OID.data) return readBags(safe, octetStringContent(content.next()), 0);
  if (type !== OID.encryptedData) throw new SmimeError("keys.pkcs12-algorithm");
  const encryptedData = content.enter();
  encryptedData.next(TAG.integer);
  const encrypted = encryptedData.enter();
  encrypted.next(TAG.oid);
  const algorithm = readAlgorithm(encrypted.next(TAG.sequence));
  const data = octetStringContent(encrypted.next(), contextTag(0, "primitive"));
  return readBags(safe, await decrypt(safe, algorithm, data), 0);
}

/** Tries the forms of the password and puts the one that fitted first for what follows. */
async function decrypt(safe: Safe, algorithm: ReturnType<typeof readAlgorithm>, data: Bytes): Promise<Bytes> {
  for (const form of safe.forms) {
    const plain = await decryptWithPassword(algorithm, form, data, safe.budget);
    // One wrong password in 256 leaves a padding: what is inside must begin as what it should be, a SEQUENCE.
    if (plain === null || !beginsAsSequence(plain)) continue;
    safe.forms = [form, ...safe.forms.filter((other) => other !== form)];
    return plain;
  }
  throw new SmimeError("keys.pkcs12-password");
}

function beginsAsSequence(plain: Bytes): boolean {
  try {
    const reader = new DerReader(plain, "ber");
    reader.next(TAG.sequence);
    reader.end();
    return true;
  } catch {
    return false;
  }
}

async function readBags(safe: Safe, contents: Bytes, depth: number): Promise<void> {
  if (depth > pkcs12Limits.depth) throw new SmimeError("limits.pkcs12");
  for (const bag of new DerReader(contents, "ber").enter().rest()) {
    spend(safe.budget, "bags", 1);
    const fields = new DerReader(bag.content, "ber");
    const type = oidOf(fields.next(TAG.oid));
    const value = fields.enter(contextTag(0));
    const attributes = readAttributes(fields.enterOptional(TAG.set));
    switch (type) {
      case OID.keyBag:
        safe.out.keys.push({ pkcs8: copy(value.next(TAG.sequence).raw), ...attributes });
        break;
      case OID.pkcs8ShroudedKeyBag: {
        const encrypted = value.enter();
        const algorithm = readAlgorithm(encrypted.next(TAG.sequence));
        const pkcs8 = await decrypt(safe, algorithm, octetStringContent(encrypted.next()));
        safe.out.keys.push({ pkcs8: copy(pkcs8), ...attributes });
        break;
      }
      case OID.certBag: {
        const certificate = value.enter();
        if (oidOf(certificate.next(TAG.oid)) !== OID.x509Certificate) break;
        safe.out.certificates.push({ certificate: copy(octetStringContent(certificate.enter(contextTag(0)).next())), ...attributes });
        break;
      }
      case OID.safeContentsBag:
        await readBags(safe, value.next(TAG.sequence).raw, depth + 1);
        break;
      // Revocation lists and secrets are not what a mail program reads here.
      default:
        break;
    }
  }
}

function readAttributes(set: DerReader | null): { localKeyId: string | null; friendlyName: string | null } {
  const out: { localKeyId: string | null; friendlyName: string | null } = { localKeyId: null, friendlyName: null };
  for (const attribute of set?.rest() ?? []) {
    const fields = new DerReader(attribute.content, "ber");
    const type = oidOf(fields.next(TAG.oid));
    const value = fields.enter(TAG.set).rest()[0];
    if (value === undefined) continue;
    if (type === OID.localKeyID) out.localKeyId = hex(octetStringContent(value));
    if (type === OID.friendlyName) out.friendlyName = textOf(value);
  }
  return out;
}
