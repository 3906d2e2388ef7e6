import { SmimeError } from "../../base/errors.ts";

/** Refuses octets that are no list and no answer. */
export function refuse(): never {
  throw new SmimeError("revocation.malformed");
}

/** Runs a reader whose refusal of DER speaks of certificates, and lets it speak of revocation. */
export function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SmimeError && error.code === "pki.malformed") throw new SmimeError("revocation.malformed", { cause: error });
    throw error;
  }
}
