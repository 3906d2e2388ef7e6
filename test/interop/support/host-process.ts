import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { concat, fromUtf8 } from "../../../src/base/bytes.ts";
import { frame, frameReader } from "../../../src/protocol/host-frames.ts";
import { hostLimits, hostReply, OUR_EXTENSIONS } from "../../../src/protocol/host-messages.ts";

const program = resolve(import.meta.dirname, "../../../dist/host/mailseal-host.mjs");

export interface HostProcess {
  child: ChildProcess;
  /** Sends a message; answers the code, or the octets of all parts. */
  ask(message: object): Promise<string | Uint8Array>;
  write(octets: Uint8Array): void;
  ended: Promise<number | null>;
  /** The largest message that came, octets. */
  largest(): number;
  stderr(): string;
}

/** The built host as a browser runs it. */
export function startHost(environment: Record<string, string>, args: string[] = [OUR_EXTENSIONS.chromium]): HostProcess {
  const child = spawn(process.execPath, [program, ...args], { env: { PATH: process.env["PATH"] ?? "", ...environment }, stdio: ["pipe", "pipe", "pipe"] });
  const waiting = new Map<number, { parts: Uint8Array[]; done: (answer: string | Uint8Array) => void }>();
  const read = frameReader(hostLimits.message);
  let [largest, errors, last] = [0, "", 0];
  child.stdin.on("error", () => undefined);
  child.stderr.on("data", (text) => (errors += String(text)));
  child.stdout.on("data", (octets: Uint8Array) => {
    for (const message of read(octets)) {
      largest = Math.max(largest, JSON.stringify(message).length);
      const { id, part, more, code } = hostReply(message);
      const asked = waiting.get(id);
      if (part) asked?.parts.push(part);
      if (!more) asked?.done(code ?? concat(...(asked?.parts ?? [])));
    }
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return {
    child,
    ended,
    write: (octets) => void child.stdin.write(octets),
    ask: (message) =>
      new Promise((done) => {
        const id = ++last;
        waiting.set(id, { parts: [], done });
        void ended.then(() => done("ended"));
        child.stdin.write(frame({ id, ...message }));
      }),
    largest: () => largest,
    stderr: () => errors,
  };
}

export const asJson = (answer: string | Uint8Array): unknown => (typeof answer === "string" ? answer : JSON.parse(fromUtf8(answer)));
