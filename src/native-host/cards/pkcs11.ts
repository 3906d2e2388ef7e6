import type { Attribute, Handle, Mechanism, SessionInfo, SlotInfo, TokenInfo } from "pkcs11js";

export type { Attribute, Handle, Mechanism, TokenInfo } from "pkcs11js";

/**
 * What is used of PKCS#11, as the compiled part of pkcs11js offers it; tests give their own. Every call blocks, and throws what
 * `resultOf` reads. `C_Sign` and `C_Decrypt` fill `out` and answer how many octets they wrote.
 */
export interface Pkcs11 {
  C_GetSlotList(tokenPresent: boolean): Handle[];
  C_GetSlotInfo(slot: Handle): SlotInfo;
  C_GetTokenInfo(slot: Handle): TokenInfo;
  C_GetMechanismList(slot: Handle): number[];
  C_OpenSession(slot: Handle, flags: number): Handle;
  C_CloseSession(session: Handle): void;
  C_CloseAllSessions(slot: Handle): void;
  C_GetSessionInfo(session: Handle): SessionInfo;
  C_Login(session: Handle, user: number, pin?: string): void;
  C_Logout(session: Handle): void;
  C_FindObjectsInit(session: Handle, template: Attribute[]): void;
  C_FindObjects(session: Handle, most: number): Handle[];
  C_FindObjectsFinal(session: Handle): void;
  C_GetAttributeValue(session: Handle, object: Handle, template: Attribute[]): { type: number; value: Buffer }[];
  C_SignInit(session: Handle, mechanism: Mechanism, key: Handle): void;
  C_Sign(session: Handle, data: Buffer, out: Buffer): number;
  C_DecryptInit(session: Handle, mechanism: Mechanism, key: Handle): void;
  C_Decrypt(session: Handle, data: Buffer, out: Buffer): number;
  C_DeriveKey(session: Handle, mechanism: Mechanism, key: Handle, template: Attribute[]): Handle;
  C_DestroyObject(session: Handle, object: Handle): void;
}

/** The library's own answer (CKR_...) to a call that threw; null if it was no answer of a library. */
export function resultOf(error: unknown): number | null {
  const found = error instanceof Error ? /CKR_\w+:(\d+)/.exec(error.message) : null;
  return found ? Number(found[1]) : null;
}

/** Answers what a call gives, or null where the library answered one of these; everything else goes on. */
export function unless<T>(results: readonly number[], call: () => T): T | null {
  try {
    return call();
  } catch (error) {
    const result = resultOf(error);
    if (result !== null && results.includes(result)) return null;
    throw error;
  }
}
