import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Chromium takes no smaller one from a packer. */
const LEAST_BITS = 2048;

/**
 * The key that signs the package for Chromium's family, and so decides the extension's id. `MAILSEAL_SIGNING_KEY` is a PEM or the
 * path of one; without it a key for tests is made once and kept in the checkout's cache. Throws `Error` for what is no RSA key.
 * @param {string} root the checkout
 * @param {string | undefined} given
 * @returns {{pem: string, test: boolean}}
 */
export function signingKey(root, given) {
  if (given === "") throw new Error("MAILSEAL_SIGNING_KEY is empty: a package under another key would be another extension; unset it for a key for tests");
  if (given !== undefined) return { pem: checked(given.includes("-----BEGIN") ? given : readFileSync(given, "utf8")), test: false };
  const kept = join(root, "node_modules/.cache/mailseal/test-signing-key.pem");
  if (!existsSync(kept)) {
    mkdirSync(dirname(kept), { recursive: true });
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: LEAST_BITS, privateKeyEncoding: { type: "pkcs8", format: "pem" }, publicKeyEncoding: { type: "spki", format: "pem" } });
    const own = `${kept}.${process.pid}`;
    writeFileSync(own, privateKey, { mode: 0o600 });
    try {
      linkSync(own, kept);
    } catch (error) {
      // Another run was quicker: its key is the one.
      if (error.code !== "EEXIST") throw error;
    }
    rmSync(own);
  }
  return { pem: checked(readFileSync(kept, "utf8")), test: true };
}

function checked(pem) {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== "rsa" || key.asymmetricKeyDetails.modulusLength < LEAST_BITS) throw new Error(`the signing key must be RSA with ${LEAST_BITS} bits or more`);
  return pem;
}
