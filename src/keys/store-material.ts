import type { Bytes } from "../base/bytes.ts";
import { storeBornKey } from "./born-key.ts";
import type { KeyMaterial } from "./generate-key.ts";
import { open } from "./sealed-key.ts";
import { importSoftwareKey, type StoredKey } from "./stored-key.ts";

/**
 * A key that waited, with the certificate that was issued for it, as keys are kept.
 * @throws SmimeError `keys.wrong-use` if the certificate is of another key or forbids what the key can, and what `importSoftwareKey` throws
 */
export async function storeMaterial(material: KeyMaterial, certificate: Bytes): Promise<StoredKey> {
  if (material.kind === "born") return storeBornKey(material.key, certificate);
  const pkcs8 = await open(material.sealed);
  try {
    return await importSoftwareKey(pkcs8, certificate);
  } finally {
    pkcs8.fill(0);
  }
}
