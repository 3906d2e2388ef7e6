import type { Bytes } from "../../src/base/bytes.ts";
import { type Certificate, parseCertificate } from "../../src/pki/certificate.ts";
import { DerReader } from "../../src/pki/der-reader.ts";
import { rawEcdsaSignature } from "../../src/pki/ecdsa-signature.ts";
import { validatePath } from "../../src/pki/path.ts";
import { newPathCache } from "../../src/pki/path-cache.ts";
import type { Work } from "./rounds.ts";

/** End entities under one authority. */
export const LEAVES = 5000;

export const LEAF_SIGNATURES = "their signatures alone";

const ECDSA = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

function separate(joined: Bytes): Certificate[] {
  return new DerReader(joined).rest().map(({ raw }) => parseCertificate(raw));
}

/** Ours: the path of each, one after the other, with what the one before left. */
export function validateLeaves(root: Bytes, issuer: Bytes, joined: Bytes): Work {
  const [others, anchors] = [[parseCertificate(issuer)], [parseCertificate(root)]];
  return () => {
    const leaves = separate(joined);
    const cache = newPathCache();
    const at = new Date();
    return async () => {
      for (const leaf of leaves) {
        const { code } = await validatePath({ leaf, others, anchors, at, purpose: "sign", cache });
        if (code !== "ok") throw new Error(`the path is ${code}`);
      }
    };
  };
}

/** What cannot be done without: each one's signature, with a key that was imported before. */
export async function verifyLeaves(issuer: Bytes, joined: Bytes): Promise<Work> {
  const { spki, keyAlgorithm } = parseCertificate(issuer);
  const algorithm = keyAlgorithm === "id-ecPublicKey" ? ECDSA : RSA;
  const key = await crypto.subtle.importKey("spki", spki, algorithm, false, ["verify"]);
  return () => {
    const leaves = separate(joined).map(({ tbs, signature }) => ({ tbs, signature: algorithm === ECDSA ? (rawEcdsaSignature(signature, 32) as Bytes) : signature }));
    return async () => {
      for (const { tbs, signature } of leaves) if (!(await crypto.subtle.verify(algorithm, key, signature, tbs))) throw new Error("the signature is broken");
    };
  };
}
