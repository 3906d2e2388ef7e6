import type { Bytes } from "../base/bytes.ts";
import { parseCertificate } from "../pki/certificate.ts";
import { keyUsageAllows } from "../pki/purpose.ts";
import { storeBornKey } from "./born-key.ts";
import type { KeyMaterial } from "./generate-key.ts";
import type { KeptKey } from "./kept-key.ts";
import type { KeyFacts } from "./protected-key.ts";
import { open } from "./sealed-key.ts";
import { importSoftwareKey } from "./stored-key.ts";

/**
 * A key that waited, with the certificate that was issued for it, as keys are kept. One under a vault stays as it was sealed, for the
 * name that it waited under, so that nobody has to unlock anything: whether it belongs to the certificate is seen when it is opened.
 * @throws SmimeError `keys.wrong-use` if the certificate is of another key or forbids what the key can, and what `importSoftwareKey` throws
 */
export async function storeMaterial(material: KeyMaterial, certificate: Bytes): Promise<KeptKey> {
  if (material.kind === "born") return storeBornKey(material.key, certificate);
  if (material.kind === "protected") return { ...material.key, sealedFor: material.sealedFor, facts: factsOf(certificate) };
  const pkcs8 = await open(material.sealed);
  try {
    return await importSoftwareKey(pkcs8, certificate);
  } finally {
    pkcs8.fill(0);
  }
}

/** What a made key, of whichever kind, can do with a certificate, as `importSoftwareKey` would tell. */
function factsOf(certificate: Bytes): KeyFacts {
  const parsed = parseCertificate(certificate);
  const [canSign, canDecrypt] = [keyUsageAllows(parsed, "sign"), keyUsageAllows(parsed, "encrypt")];
  return { canSign, canDecrypt, requiredDigest: parsed.keyAlgorithm === "ED25519" ? "sha512" : null, canPss: canSign && parsed.keyAlgorithm === "rsaEncryption" };
}
