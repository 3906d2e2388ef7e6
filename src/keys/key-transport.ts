import type { Bytes } from "../base/bytes.ts";
import { webCryptoDigest } from "../base/digest.ts";
import { SmimeError } from "../base/errors.ts";
import { parseAlgorithm } from "../pki/algorithm.ts";
import type { KeyTransportUnwrap } from "../protocol/key-port.ts";
import { decodeOaep, type OaepHash, type OaepParameters, readOaepParameters } from "./oaep.ts";
import { readPkcs8, type RsaPrivateNumbers } from "./pkcs8.ts";
import { rsaPrivateOperation } from "./rsa-private-operation.ts";
import { decryptV15 } from "./rsa-v15.ts";
import { open } from "./sealed-key.ts";
import type { RsaDecryption } from "./stored-key.ts";

/** Opens a KeyTransRecipientInfo's encrypted key. Throws `cms.algorithm-unknown`, `cms.decrypt-failed`. */
export async function unwrapRsa(key: RsaDecryption, request: KeyTransportUnwrap): Promise<Bytes> {
  const algorithm = parseAlgorithm(request.algorithm);
  switch (algorithm.name) {
    case "rsaEncryption":
      return withNumbers(key, (numbers) => decryptV15(numbers, key.rejection, request.encryptedKey, request.keyLength));
    case "rsaesOaep": {
      const found = await decryptOaep(key, readOaepParameters(algorithm), request.encryptedKey);
      if (found === null) throw new SmimeError("cms.decrypt-failed");
      return found;
    }
    default:
      throw new SmimeError("cms.algorithm-unknown");
  }
}

/** Opens the sealed key for one operation and overwrites it; JavaScript keeps copies of numbers that nobody can. */
async function withNumbers<T>(key: RsaDecryption, use: (numbers: RsaPrivateNumbers) => T | Promise<T>): Promise<T> {
  const pkcs8 = await open(key.sealed);
  try {
    const facts = readPkcs8(pkcs8);
    if (facts.kind !== "rsa") throw new SmimeError("keys.algorithm");
    return await use(facts.numbers);
  } finally {
    pkcs8.fill(0);
  }
}

async function decryptOaep(key: RsaDecryption, parameters: OaepParameters, encryptedKey: Bytes): Promise<Bytes | null> {
  const { hash, maskHash, label } = parameters;
  const web = webCryptoDigest(hash) as OaepHash | null;
  if (hash !== maskHash || web === null) return withNumbers(key, (numbers) => decodeOaep(parameters, rsaPrivateOperation(numbers, encryptedKey)));
  return crypto.subtle.decrypt({ name: "RSA-OAEP", label }, key.oaep[web], encryptedKey).then(
    (plain) => new Uint8Array(plain),
    () => null,
  );
}
