import type { Choice } from "../../../src/background/people-service.ts";
import type { PolicyService } from "../../../src/background/policy-service.ts";
import { recipientService } from "../../../src/background/recipient-service.ts";
import { type Prepare, sendService } from "../../../src/background/send-service.ts";
import { sendTickets } from "../../../src/background/send-tickets.ts";
import { sessionTable } from "../../../src/background/session-table.ts";
import { effectivePolicy, defaultUserSettings } from "../../../src/policy/effective.ts";
import type { Code } from "../../../src/base/codes/index.ts";
import { SmimeError } from "../../../src/base/errors.ts";
import type { ListMembers } from "../../../src/protocol/directory.ts";
import type { KeptCertificate } from "../../../src/store/people.ts";
import type { RevocationFacts } from "../../../src/protocol/trust-port.ts";
import type { Binding } from "../../../src/background/bindings.ts";
import type { OwnKey } from "../../../src/background/own-keys.ts";
import { issue } from "../pki/support/authority.ts";
import { memoryArea } from "./memory-area.ts";

const binding = { purpose: { kind: "composer", tab: 7, origin: "https://mail.example.org", account: "alice@lab.test" } } as Binding;
const frame = { tab: 7, frame: 2, document: "F1" };
export const person = (address: string) => ({ name: null, address });

const asked: Prepare = {
  from: person("alice@lab.test"),
  to: [person("bob@lab.test")],
  cc: [],
  bcc: [],
  sign: false,
  encrypt: true,
  unreadableFor: [],
  uncheckedFor: [],
  chosen: [],
  leftOut: [],
  members: [],
  receipt: false,
};

function kept(address: string, ciphers: string[]): KeptCertificate {
  const source = address.startsWith("alice") ? "own" : "signed-mail";
  return { sha256: address, certificate: new Uint8Array([address.length]), addresses: [address], name: "", others: [], source, ciphers, preferredAt: null, addedAt: "" };
}

const revocationOf = (code: Code | undefined): RevocationFacts =>
  code === undefined
    ? { state: "good", detail: null }
    : { state: "unreachable", detail: { code, source: null, revokedAt: null, reason: null, invalidityDate: null, thisUpdate: null, nextUpdate: null } };

const noCodes: Record<string, Code> = {};
const noLists: Record<string, ListMembers | Code> = {};

interface Around {
  known?: string[];
  ciphers?: string[];
  /** What single people's programs announced. */
  ciphersOf?: Record<string, string[]>;
  managed?: object;
  policyKnown?: boolean;
  own?: object[];
  unchecked?: Record<string, Code>;
  lists?: Record<string, ListMembers | Code>;
}

export function setup(around: Around = {}) {
  return service(around).prepare;
}

export function service({ known = ["alice", "bob", "carol"], ciphers = [], ciphersOf = {}, managed = {}, policyKnown = true, own = [], unchecked = noCodes, lists = noLists }: Around = {}) {
  const people = {
    choose: (address: string, wanted: string | null = null): Promise<Choice> =>
      Promise.resolve(
        address in lists ? { kept: null, list: true, state: { address, state: "none", code: "send.missing-certificates", certificate: null } } :
        known.some((name) => address.toLowerCase() === `${name}@lab.test`)
          ? { kept: { ...kept(address, ciphersOf[address.split("@")[0] ?? ""] ?? ciphers), ...(wanted !== null && { sha256: wanted, certificate: new Uint8Array(Buffer.from(wanted)) }) }, state: { address, state: "found", code: "ok", certificate: null, revocation: revocationOf(unchecked[address]) } }
          : { kept: null, state: { address, state: "none", code: "send.missing-certificates", certificate: null } },
      ),
  };
  const members = (address: string): Promise<ListMembers> => {
    const list = lists[address];
    return typeof list === "object" ? Promise.resolve(list) : Promise.reject(new SmimeError(list ?? "directory.unreachable"));
  };
  const policy = {
    known: () => Promise.resolve(policyKnown),
    current: () => Promise.resolve(effectivePolicy(managed, defaultUserSettings)),
  } as unknown as PolicyService;
  const made = sendService({
    recipients: recipientService(people, { members }),
    policy,
    trust: { validate: () => Promise.resolve({ code: "ok", chain: [], revocation: "not-asked" }) },
    anchors: () => Promise.resolve([]),
    sendTickets: sendTickets(sessionTable(memoryArea(), "send"), () => new Date()),
    ownKeys: () => Promise.resolve(own as OwnKey[]),
    clock: () => new Date(),
  });
  // The composer showed the members of every list, unless a test says otherwise.
  const shown = Object.values(lists).flatMap((list) => (typeof list === "object" ? list.members.map((member) => member.address) : []));
  return {
    prepare: (changes: Partial<Prepare>) => made.prepare({ ...asked, members: shown, ...changes }, binding, frame),
    cipherFor: (people: string[], leftOut: string[] = []) => made.cipherFor({ from: asked.from.address, people, chosen: [], leftOut }, binding),
  };
}

export const ownKey = (change: { canPss?: boolean; requiredDigest?: string | null }) => {
  const { certificate } = issue({ name: "Alice", emails: ["alice@lab.test"] });
  return { id: "own", key: { certificate: certificate.der, canSign: true, canDecrypt: true, canPss: false, requiredDigest: null, ready: () => Promise.resolve(), ...change }, chain: [] };
};
