import { Client, ResultCodeError, SASL_MECHANISMS } from "ldapts";
import type { Socket } from "node:net";
import { copy, utf8 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { LdapEntry, LdapQuestion } from "../protocol/host-port.ts";
import { type Address, bare, expiry, type Resolve, systemResolve } from "./addresses.ts";
import { CheckedSocket, openLdap } from "./ldap-connection.ts";
import { builtFilter } from "./ldap-filter.ts";
import type { Network } from "./network.ts";

/** Octets of all answers to one search: some thousand certificates. */
export const SEARCH_OCTETS = 20 * 1024 * 1024;

/**
 * Searches a directory that the administrator or the user named, wherever it is. Throws `directory.unreachable`, `directory.login`,
 * `directory.too-many`, `directory.protocol`, and `directory.insecure` before a password goes out in the clear.
 */
export async function searchDirectory(question: LdapQuestion, network: Network, cancelled?: AbortSignal, resolve: Resolve = systemResolve): Promise<LdapEntry[]> {
  const time = AbortSignal.timeout(question.timeout);
  const deadline = cancelled === undefined ? time : AbortSignal.any([time, cancelled]);
  if (!isServer(question.server)) throw new SmimeError("directory.protocol");
  const addresses = await Promise.race([resolve(bare(new URL(question.server).hostname)), expiry(deadline)]).catch((error: unknown) => {
    throw new SmimeError("directory.unreachable", { cause: error });
  });
  if (addresses.length === 0) throw new SmimeError("directory.unreachable");
  return searchAt(question, { addresses, network, deadline, octets: SEARCH_OCTETS });
}

function isServer(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^ldaps?:$/.test(url.protocol) && url.hostname !== "" && url.username === "" && url.password === "" && /^\/?$/.test(url.pathname) && url.search === "";
}

interface SearchWay {
  addresses: Address[];
  network: Network;
  deadline: AbortSignal;
  /** Most octets of the answer. */
  octets: number;
}

/** One connection, one search. Throws the codes of `searchDirectory`. */
export async function searchAt(question: LdapQuestion, { addresses, network, deadline, octets }: SearchWay): Promise<LdapEntry[]> {
  const socket = await openLdap({ server: question.server, startTls: question.startTls, addresses, network, deadline });
  const checked = new CheckedSocket(socket, { octets, entries: question.limit });
  // The library would connect again by itself, to wherever a name leads by then.
  const client = new Client({ url: "ldap://checked", createConnection: () => checked as unknown as Socket });
  try {
    if (question.login !== null) await logIn(client, question.login, socket);
    const { searchEntries } = await client.search(question.base, {
      scope: question.scope,
      filter: builtFilter(question.filter),
      attributes: question.attributes,
      explicitBufferAttributes: new Everything(),
      sizeLimit: question.limit,
      timeLimit: Math.max(1, Math.ceil(question.timeout / 1000)),
    });
    return searchEntries.map(entryOf);
  } catch (error) {
    if (checked.failure instanceof SmimeError) throw checked.failure;
    // The base is gone: of one entry that was asked for by name there is none; a whole tree that is not there is a wrong setting.
    if (error instanceof ResultCodeError && error.code === NO_SUCH_OBJECT && question.scope === "base") return [];
    throw failure(error);
  } finally {
    checked.destroy();
  }
}

/** The library decodes what looks like UTF-8; every value is wanted as the octets that came. */
class Everything extends Array<string> {
  override includes(): boolean {
    return true;
  }
}

async function logIn(client: Client, { name, password }: NonNullable<LdapQuestion["login"]>, socket: Socket): Promise<void> {
  if (!("encrypted" in socket) && !isLoopback(socket.remoteAddress ?? "")) throw new SmimeError("directory.insecure");
  // A name without a password logs nobody in and succeeds (RFC 4513 §5.1.2); these names mean other ways to the library.
  if (name === "" || password === "" || SASL_MECHANISMS.includes(name as (typeof SASL_MECHANISMS)[number])) throw new SmimeError("directory.login");
  await client.bind(name, password);
}

function isLoopback(address: string): boolean {
  return address === "::1" || /^(::ffff:)?127\./i.test(address);
}

function entryOf({ dn, ...members }: Record<string, unknown>): LdapEntry {
  if (typeof dn !== "string") throw new SmimeError("directory.protocol");
  const attributes = Object.create(null) as LdapEntry["attributes"];
  for (const [name, value] of Object.entries(members)) {
    const values = (Array.isArray(value) ? value : [value]) as (Uint8Array | string)[];
    // The library names every attribute that was asked for, also those that the entry does not have.
    if (values.length > 0) attributes[name] = values.map((each) => (typeof each === "string" ? utf8(each) : copy(each)));
  }
  return { dn, attributes };
}

/** Result codes of RFC 4511 §A. Active Directory says operationsError where it wants a login first. */
const NO_SUCH_OBJECT = 32;
const LOGIN = [1, 7, 8, 13, 48, 49, 50];
const TOO_MANY = [4, 11];
const UNREACHABLE = [3, 51, 52];

function failure(error: unknown): SmimeError {
  if (error instanceof SmimeError) return error;
  const code = error instanceof ResultCodeError ? error.code : null;
  if (code === null) return new SmimeError("directory.unreachable", { cause: error });
  if (LOGIN.includes(code)) return new SmimeError("directory.login");
  if (TOO_MANY.includes(code)) return new SmimeError("directory.too-many");
  return new SmimeError(UNREACHABLE.includes(code) ? "directory.unreachable" : "directory.protocol");
}
