import type { Bytes } from "../../src/base/bytes.ts";
import type { Inputs } from "./inputs.ts";

/** Alice's RSA-2048 key and certificates: she signs, and she is the one recipient, whoever does it. */
export interface Material {
  /** PrivateKeyInfo, DER. */
  pkcs8: Bytes;
  /** Certificates, DER. */
  certificate: Bytes;
  issuer: Bytes;
  root: Bytes;
}

export async function materialFrom(inputs: Inputs): Promise<Material> {
  return { pkcs8: await inputs("pkcs8"), certificate: await inputs("certificate"), issuer: await inputs("issuer"), root: await inputs("root") };
}
