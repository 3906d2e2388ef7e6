import { CK } from "../../../src/native-host/cards/constants.ts";
import type { Attribute, Handle, Pkcs11 } from "../../../src/native-host/cards/pkcs11.ts";

/** What a test changes of a card while it is used. */
export interface FakeCard {
  present: boolean;
  flags: number;
  serial: string;
  pin: string;
  mechanisms: number[];
  eachTime: boolean;
  /** Thrown by the next operation, as a library's answer. */
  failing: string | null;
  /** Thrown by the next login for one use. */
  refusing: string | null;
  /** What a logout does not end: the first way alone, or whatever is tried. */
  stuck: "once" | "always" | null;
  /** What a decryption gives. */
  plain: Buffer;
  calls: string[];
}

const handle = (number: number): Handle => {
  const out = Buffer.alloc(8);
  out.writeUInt32LE(number);
  return out;
};

/** A library of PKCS#11 with one reader and one card that has one key. */
export function fakeCard(certificate: Uint8Array, change: Partial<FakeCard> = {}): { card: FakeCard; pkcs11: Pkcs11 } {
  const card: FakeCard = {
    present: true, flags: CK.CKF_TOKEN_INITIALIZED | CK.CKF_LOGIN_REQUIRED, serial: "1", pin: "123456", eachTime: false, failing: null, refusing: null, stuck: null, plain: Buffer.alloc(0), calls: [],
    mechanisms: [CK.CKM_RSA_PKCS, CK.CKM_RSA_X_509, CK.CKM_ECDSA], ...change,
  };
  let loggedIn = false;
  const answer = (name: string, code: number): never => {
    throw new Error(`${name}:${code}\n    at somewhere`);
  };
  const here = (): void => void (card.present || answer("CKR_TOKEN_NOT_PRESENT", CK.CKR_TOKEN_NOT_PRESENT));
  const fail = (): void => {
    here();
    if (card.failing !== null) throw new Error(card.failing);
  };
  let found: Handle[] = [];
  /** The open sessions, each with whether an operation was begun in it. */
  const sessions = new Map<string, boolean>();
  let opened = 6;
  const begin = (session: Handle): void => {
    if (sessions.get(session.toString("hex")) !== false) answer("CKR_OPERATION_ACTIVE", 0x90);
    sessions.set(session.toString("hex"), true);
  };
  const finish = (session: Handle): void => void sessions.set(session.toString("hex"), false);
  const info = () => ({ label: "Card            ", manufacturerID: "Maker   ", model: "Model   ", serialNumber: card.serial.padEnd(16), flags: card.flags, minPinLen: 4, maxPinLen: 8 });
  const pkcs11 = {
    C_GetSlotList: (present: boolean) => (present && !card.present ? [] : [handle(1)]),
    C_GetSlotInfo: () => ({ slotDescription: "Reader 0   " }),
    C_GetTokenInfo: () => (here(), info()),
    C_GetMechanismList: () => card.mechanisms,
    C_OpenSession: () => {
      const session = handle(++opened);
      finish(session);
      return session;
    },
    C_CloseSession(session: Handle) {
      sessions.delete(session.toString("hex"));
      if (sessions.size === 0) loggedIn = false;
    },
    C_CloseAllSessions() {
      card.calls.push("close all");
      sessions.clear();
      if (card.stuck !== "always") loggedIn = false;
    },
    C_GetSessionInfo: () => (here(), { state: loggedIn ? CK.CKS_RO_USER_FUNCTIONS : 0 }),
    C_Login(_session: Handle, user: number, pin?: string) {
      card.calls.push(`login ${user} ${pin ?? "pad"}`);
      if (card.failing !== null) throw new Error(card.failing);
      if (user === CK.CKU_CONTEXT_SPECIFIC && card.refusing !== null) throw new Error(card.refusing);
      if (pin !== undefined && pin !== card.pin) answer("CKR_PIN_INCORRECT", CK.CKR_PIN_INCORRECT);
      loggedIn = true;
    },
    C_Logout() {
      card.calls.push("logout");
      here();
      if (card.stuck !== null) answer("CKR_FUNCTION_FAILED", 6);
      loggedIn = false;
    },
    C_FindObjectsInit: (_session: Handle, template: Attribute[]) => {
      const wanted = template[0]?.value;
      found = wanted === CK.CKO_CERTIFICATE ? [handle(21)] : loggedIn ? [handle(22)] : [];
    },
    C_FindObjects: () => found.splice(0),
    C_FindObjectsFinal: () => undefined,
    C_GetAttributeValue(_session: Handle, _object: Handle, [{ type } = { type: 0 }]: Attribute[]) {
      const values: Record<number, Buffer> = { [CK.CKA_VALUE]: Buffer.from(certificate), [CK.CKA_ID]: Buffer.from([1]), [CK.CKA_ALWAYS_AUTHENTICATE]: Buffer.from([card.eachTime ? 1 : 0]) };
      return [{ type, value: values[type] ?? Buffer.alloc(0) }];
    },
    C_SignInit: (session: Handle, { mechanism }: { mechanism: number }) => (fail(), begin(session), card.calls.push(`sign ${mechanism}`)),
    C_Sign: (session: Handle, data: Buffer, out: Buffer) => (finish(session), fail(), data.copy(out)),
    C_DecryptInit: (session: Handle, { mechanism }: { mechanism: number }) => {
      if (!card.mechanisms.includes(mechanism)) answer("CKR_MECHANISM_INVALID", CK.CKR_MECHANISM_INVALID);
      begin(session);
      card.calls.push(`decrypt ${mechanism}`);
    },
    C_Decrypt: (session: Handle, _data: Buffer, out: Buffer) => (finish(session), fail(), card.plain.copy(out)),
    C_DeriveKey: () => handle(0),
    C_DestroyObject: () => undefined,
  };
  return { card, pkcs11: pkcs11 as unknown as Pkcs11 };
}
