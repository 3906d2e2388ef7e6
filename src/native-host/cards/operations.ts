import { type Bytes, concat, hex } from "../../base/bytes.ts";
import { SmimeError } from "../../base/errors.ts";
import { derNull, derOctetString, derOid, derSequence } from "../../pki/der.ts";
import { OID } from "../../pki/oids.ts";
import type { CardQuestion, DecryptReply } from "../../protocol/card-messages.ts";
import type { OpenCard } from "./card-table.ts";
import { CK } from "./constants.ts";
import type { Logins } from "./login.ts";
import { attribute, type CardKey } from "./objects.ts";
import { type Mechanism, type Pkcs11, unless } from "./pkcs11.ts";

type Asked<A extends CardQuestion["ask"]> = Extract<CardQuestion, { ask: A }>;

/** The kinds of parameters as pkcs11js numbers them (CK_PARAMS_...). */
const PARAMETERS = { oaep: 4, pss: 5, ecdh: 6 } as const;

const HASHES = {
  sha1: { octets: 20, hashAlg: CK.CKM_SHA_1, mgf: CK.CKG_MGF1_SHA1 },
  sha224: { octets: 28, hashAlg: CK.CKM_SHA224, mgf: CK.CKG_MGF1_SHA224 },
  sha256: { octets: 32, hashAlg: CK.CKM_SHA256, mgf: CK.CKG_MGF1_SHA256 },
  sha384: { octets: 48, hashAlg: CK.CKM_SHA384, mgf: CK.CKG_MGF1_SHA384 },
  sha512: { octets: 64, hashAlg: CK.CKM_SHA512, mgf: CK.CKG_MGF1_SHA512 },
} as const;

/** Longer than any answer: RSA of 16,384 bits. */
const ROOM = 2048;

/** What a library answers that cannot do something at all, before it looked at any octets. */
const CANNOT = [CK.CKR_MECHANISM_INVALID, CK.CKR_MECHANISM_PARAM_INVALID, CK.CKR_KEY_FUNCTION_NOT_PERMITTED, CK.CKR_ARGUMENTS_BAD];

/** Finds a key on a card. Throws `keys.locked` where the PIN is wanted first, `keys.not-found`. */
export function keyOn(card: OpenCard, id: Bytes, needsPin: boolean): CardKey {
  const found = card.keys.find((key) => hex(key.id) === hex(id));
  if (found === undefined) throw new SmimeError(needsPin && !card.loggedIn ? "keys.locked" : "keys.not-found");
  return found;
}

function begin(start: () => void, card: OpenCard, key: CardKey, logins: Logins): boolean {
  if (unless(CANNOT, () => (start(), true)) === null) return false;
  if (key.eachTime) logins.again(card);
  return true;
}

/** Signs a digest; RSA PKCS#1 v1.5 over DigestInfo (RFC 8017 §9.2). Throws `keys.card-mechanism`, `protocol.malformed`. */
export function sign(pkcs11: Pkcs11, card: OpenCard, key: CardKey, { scheme, digestName, data }: Asked<"sign">, logins: Logins): Bytes {
  const { octets, hashAlg, mgf } = HASHES[digestName];
  if (scheme !== "ed25519" && data.length !== octets) throw new SmimeError("protocol.malformed");
  const [mechanism, input] = ((): [Mechanism, Bytes] => {
    switch (scheme) {
      case "rsa-pkcs1":
        return [{ mechanism: CK.CKM_RSA_PKCS }, derSequence(derSequence(derOid(OID[digestName]), derNull()), derOctetString(data))];
      case "rsa-pss":
        return [{ mechanism: CK.CKM_RSA_PKCS_PSS, parameter: parameter({ type: PARAMETERS.pss, hashAlg, mgf, saltLen: octets }) }, data];
      case "ecdsa":
        return [{ mechanism: CK.CKM_ECDSA }, data];
      case "ed25519":
        return [{ mechanism: CK.CKM_EDDSA }, data];
    }
  })();
  if (!begin(() => pkcs11.C_SignInit(card.session, mechanism, key.handle), card, key, logins)) throw new SmimeError("keys.card-mechanism");
  const out = Buffer.alloc(ROOM);
  return new Uint8Array(out.subarray(0, pkcs11.C_Sign(card.session, Buffer.from(input), out)));
}

/**
 * Opens a wrapped key. The whole block is asked for where the card gives it: then nothing that the card says depends on padding.
 * Throws `keys.card-mechanism` where it can neither give the block nor open it itself.
 */
export function decrypt(pkcs11: Pkcs11, card: OpenCard, key: CardKey, { padding, hash, maskHash, label, encryptedKey }: Asked<"decrypt">, logins: Logins): DecryptReply {
  const started = (mechanism: Mechanism): boolean => begin(() => pkcs11.C_DecryptInit(card.session, mechanism, key.handle), card, key, logins);
  const raw = card.mechanisms.includes("rsa-raw") && started({ mechanism: CK.CKM_RSA_X_509 });
  if (!raw) {
    const mechanism: Mechanism =
      padding === "pkcs1"
        ? { mechanism: CK.CKM_RSA_PKCS }
        : { mechanism: CK.CKM_RSA_PKCS_OAEP, parameter: parameter({ type: PARAMETERS.oaep, hashAlg: HASHES[hash].hashAlg, mgf: HASHES[maskHash].mgf, source: CK.CKZ_DATA_SPECIFIED, sourceData: Buffer.from(label) }) };
    if (!started(mechanism)) throw new SmimeError("keys.card-mechanism");
  }
  const out = Buffer.alloc(ROOM);
  const octets = new Uint8Array(out.subarray(0, pkcs11.C_Decrypt(card.session, Buffer.from(encryptedKey), out)));
  out.fill(0);
  // Some libraries leave out what the number begins with where it is zero.
  return raw ? { form: "encoded", octets: concat(new Uint8Array(Math.max(0, encryptedKey.length - octets.length)), octets) } : { form: "plain", octets };
}

/** The shared secret of ECDH, raw; the derivation of a key from it is not the card's. Throws `keys.card-mechanism`. */
export function derive(pkcs11: Pkcs11, card: OpenCard, key: CardKey, { point }: Asked<"derive">): Bytes {
  const octets = (point.length - 1) / 2;
  if (point[0] !== 4 || !Number.isInteger(octets) || octets < 28) throw new SmimeError("protocol.malformed");
  const template = [
    { type: CK.CKA_CLASS, value: CK.CKO_SECRET_KEY },
    { type: CK.CKA_KEY_TYPE, value: CK.CKK_GENERIC_SECRET },
    { type: CK.CKA_TOKEN, value: false },
    { type: CK.CKA_SENSITIVE, value: false },
    { type: CK.CKA_EXTRACTABLE, value: true },
    { type: CK.CKA_VALUE_LEN, value: octets },
  ];
  // PKCS#11 2.40 §2.3.10 wants the point bare, and lets libraries take it as an OCTET STRING, which some want.
  for (const publicData of [point, derOctetString(point)]) {
    const mechanism = { mechanism: CK.CKM_ECDH1_DERIVE, parameter: parameter({ type: PARAMETERS.ecdh, kdf: CK.CKD_NULL, publicData: Buffer.from(publicData) }) };
    const secret = unless(CANNOT, () => pkcs11.C_DeriveKey(card.session, mechanism, key.handle, template));
    if (secret === null) continue;
    try {
      const value = attribute(pkcs11, card.session, secret, CK.CKA_VALUE);
      if (value === null || value.length > octets) throw new SmimeError("keys.card-failed");
      return concat(new Uint8Array(octets - value.length), value);
    } finally {
      pkcs11.C_DestroyObject(card.session, secret);
    }
  }
  throw new SmimeError("keys.card-mechanism");
}

/** pkcs11js reads more members than its declarations name. */
const parameter = <P extends { type: number }>(members: P): P => members;
