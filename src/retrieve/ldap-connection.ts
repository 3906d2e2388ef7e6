import { connect, isIP, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { type Bytes, concat, fromLatin1 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { type Address, bare, pinned } from "./addresses.ts";
import { type AnswerLimits, ldapMessages, resultCodeOf } from "./ldap-messages.ts";
import { type Network, serverTrust } from "./network.ts";

export interface LdapWay {
  /** `ldap://HOST:PORT` or `ldaps://HOST:PORT`. */
  server: string;
  startTls: boolean;
  /** Addresses that may be connected to. */
  addresses: Address[];
  network: Network;
  deadline: AbortSignal;
}

/**
 * Connects to a directory's server, with TLS where it was asked for; the server's certificate is held to its name. Throws
 * `directory.unreachable`, `directory.protocol`.
 */
export async function openLdap({ server, startTls, addresses, network, deadline }: LdapWay): Promise<Socket> {
  const { protocol, hostname, port } = new URL(server);
  const name = bare(hostname);
  const secure = protocol === "ldaps:";
  const socket = connect({ host: name, port: Number(port || (secure ? 636 : 389)), ...pinned(addresses) });
  const close = (): void => void socket.destroy();
  deadline.addEventListener("abort", close, { once: true });
  try {
    await reached(socket, "connect", deadline);
    if (!secure && !startTls) return socket;
    if (startTls && !secure) await askForTls(socket);
    const encrypted = connectTls({ socket, host: name, secureContext: serverTrust(network), ...(isIP(name) === 0 ? { servername: name } : {}) });
    await reached(encrypted, "secureConnect", deadline);
    return encrypted;
  } catch (error) {
    socket.destroy();
    throw error instanceof SmimeError ? error : new SmimeError("directory.unreachable", { cause: error });
  }
}

function reached(socket: Socket, event: string, deadline: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (deadline.aborted) reject(new Error("too late"));
    socket.once(event, resolve);
    socket.on("error", reject);
    socket.once("close", () => reject(new Error("closed")));
  });
}

/** ExtendedRequest of StartTLS with message number 1 (RFC 4511 §4.14.1). */
const START_TLS = concat(new Uint8Array([0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16]), fromLatin1("1.3.6.1.4.1.1466.20037"));
const START_TLS_ANSWER = 4096;

/** Done here and not by the library, because what somebody slips in behind the answer must not be read as if it came encrypted. */
async function askForTls(socket: Socket): Promise<void> {
  const read = ldapMessages({ octets: START_TLS_ANSWER, entries: 0 });
  const answer = await new Promise<Bytes>((resolve, reject) => {
    const take = (octets: Uint8Array): void => {
      try {
        const [message, ...more] = read.push(octets);
        if (message === undefined) return;
        socket.off("data", take);
        socket.pause();
        if (more.length > 0 || read.held() > 0) throw new SmimeError("directory.protocol");
        resolve(message);
      } catch (error) {
        reject(error instanceof SmimeError ? error : new SmimeError("directory.protocol", { cause: error }));
      }
    };
    socket.on("data", take);
    socket.once("close", () => reject(new Error("closed")));
    socket.write(START_TLS);
  });
  if (resultCodeOf(answer) !== 0) throw new SmimeError("directory.protocol");
}

/**
 * A socket for the library, over one that is connected and encrypted as it is to be: what comes out of it are whole messages that
 * were looked at. `failure` tells why it ended them.
 */
export class CheckedSocket extends Duplex {
  readonly connecting = false;
  readonly readyState = "open";
  failure: unknown = null;
  readonly #socket: Socket;

  constructor(socket: Socket, limits: AnswerLimits) {
    super({ readableObjectMode: true, allowHalfOpen: false });
    this.#socket = socket;
    const messages = ldapMessages(limits);
    socket.on("data", (octets: Uint8Array) => {
      try {
        for (const message of messages.push(octets)) if (!this.push(Buffer.from(message.buffer, message.byteOffset, message.length))) socket.pause();
      } catch (error) {
        this.failure = error;
        this.destroy(error as Error);
      }
    });
    socket.on("error", (error) => this.destroy(error));
    socket.on("close", () => this.destroy());
    socket.on("end", () => this.push(null));
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(octets: Uint8Array, _encoding: string, done: (error?: Error | null) => void): void {
    this.#socket.write(octets, done);
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
