import { generateKeyPairSync, type KeyPairKeyObjectResult } from "node:crypto";
import { describe, expect, it } from "vitest";
import { proveKey } from "../../../src/background/key-proof.ts";
import { importSoftwareKey, openStoredKey } from "../../../src/keys/private-key.ts";
import { certificateFor } from "../keys/support/certificate.ts";
import { bytes } from "../keys/support/key-of.ts";

const kinds: [string, () => KeyPairKeyObjectResult][] = [
  ["RSA-2048", () => generateKeyPairSync("rsa", { modulusLength: 2048 })],
  ["P-256", () => generateKeyPairSync("ec", { namedCurve: "P-256" })],
  ["Ed25519", () => generateKeyPairSync("ed25519")],
  ["X25519", () => generateKeyPairSync("x25519")],
];

const certificateOf = ({ publicKey }: KeyPairKeyObjectResult) => certificateFor(bytes(publicKey.export({ type: "spki", format: "der" })));

describe("the proof by use, before a key takes another one's place", () => {
  it.each(kinds)("%s: holds for the certificate's key and for no other", async (_name, make) => {
    const pair = make();
    const certificate = certificateOf(pair);
    const key = openStoredKey(await importSoftwareKey(bytes(pair.privateKey.export({ type: "pkcs8", format: "der" })), certificate));
    await expect(proveKey(key)).resolves.toBeUndefined();
    await expect(proveKey({ ...key, certificate: certificateOf(make()) })).rejects.toMatchObject({ code: "keys.vault-damaged" });
    if (key.canSign && key.canDecrypt) await expect(proveKey({ ...key, canSign: false, certificate: certificateOf(make()) })).rejects.toMatchObject({ code: "keys.vault-damaged" });
  });
});
