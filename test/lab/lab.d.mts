export interface StoredMessage {
  uid: number;
  flags: string[];
  /** Octet for octet as the server has it. */
  raw: Buffer;
}

export interface RecordedRequest {
  number: number;
  method: string;
  /** Path and query. */
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  at: number;
  /** Null while the server has not answered. */
  status: number | null;
}

export interface Fault {
  /** Tested against `METHOD path?query`, or given the whole request. */
  match: RegExp | ((request: RecordedRequest) => boolean);
  /**
   * `drop-answer`: the server does its work and the browser sees the connection break; `refuse`: it breaks before;
   * `status`: answered by the proxy; `delay`: passed on after `ms`; `hold`: passed on at `release`.
   */
  action: "drop-answer" | "refuse" | "status" | "delay" | "hold";
  /** How many requests it meets; all if left out. */
  times?: number;
  ms?: number;
  status?: number;
  body?: string;
}

export interface Proxy {
  origin: string;
  folder: string;
  requests: RecordedRequest[];
  fault(given: Fault): { hits: RecordedRequest[]; release: () => void; remove: () => void };
  forget(): void;
}

export interface Processes {
  environment: Record<string, string>;
  start(
    name: string,
    command: string,
    args: string[],
    options?: { env?: Record<string, string>; cwd?: string; log?: string; uid?: number; gid?: number },
  ): { pid: number | undefined; child: import("node:child_process").ChildProcess; exited: Promise<string>; stop(): Promise<void> };
  /** Takes over a process group; the returned function ends it. */
  track(group: number): () => Promise<void>;
  removeAtEnd(folder: string): void;
  stopAll(): Promise<void>;
}

export interface Server {
  pid: number | undefined;
  exited: Promise<string>;
  stop(): Promise<void>;
}

export interface Lab {
  root: string;
  folder: string;
  ports: Record<string, number>;
  processes: Processes;
  certificates: {
    folder: string;
    rootSha256: string;
    root: string;
    chain: string;
    pkcs12(who: string): { path: string; password: string };
    /** Path of the certificate, DER. */
    certificate(who: string): string;
    pem(who: string): string;
    key(who: string): string;
  };
  /** An authority that publishes revocation, and its second certificates of people. */
  authority: import("./authority.d.mts").Authority;
  /** OpenLDAP with the lab's people and lists. */
  openLdap: import("./openldap.d.mts").OpenLdap;
  proxy: Proxy;
  larryProxy: Proxy | null;
  /** What browsers asked of the world outside; everything there was refused. */
  outside: { port: number; requests: { method: string; url: string; body: Buffer }[] };
  roundcube: { servers: Server[]; home: string; database: string; configure(more: Record<string, unknown>, ini?: Record<string, unknown>): Promise<void> };
  dovecot: Server & { mail: string };
  postfix: Server & { queue: string };
  people: string[];
  /** Has the mail server answer RCPT TO of an address with these words; the returned function ends it. */
  refuse(address: string, words: string): () => void;
  /** Origin of the webmail. */
  web: string;
  address(who: string): string;
  password(who: string): string;
  /** Hands a message to Postfix, in the name of `who`, for these addresses; rejects with the server's words. */
  submit(who: string, to: string[], message: Uint8Array): Promise<void>;
  append(who: string, mailbox: string, message: Uint8Array, flags?: string[]): Promise<number>;
  storedMessages(who: string, mailbox: string): Promise<StoredMessage[]>;
  remove(who: string, mailbox: string, uid: number): Promise<void>;
  searchEverywhere(words: string[], more?: string[]): Promise<{ where: string; words: string[] }[]>;
  stop(): Promise<void>;
}

export function startLab(options?: { name?: string; larry?: boolean; uploadLimit?: string }): Promise<Lab>;
