import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { type Code, isCode } from "../../base/codes/index.ts";
import { SmimeError } from "../../base/errors.ts";
import type { CardQuestion } from "../../protocol/card-messages.ts";
import { frame, frameReader } from "../../protocol/host-frames.ts";
import { toWire } from "../../protocol/shape.ts";
import { type Greeting, MODULE_ARGUMENT } from "./module-process.ts";

/** Milliseconds that a library has. A person at a PIN pad takes longest. */
export const moduleTimes = { start: 20_000, look: 20_000, operation: 40_000, login: 120_000 } as const;

/** Octets of one answer of a library's process. */
const MOST = 32 * 1024 * 1024;

/** A library's process, from the host's side. */
export interface ModuleChild {
  name: Promise<string>;
  /** The answer as it came. Throws its code, `keys.card-silent` (the process is ended then), `keys.card-module` where it ended. */
  ask(question: CardQuestion): Promise<unknown>;
  end(): void;
}

export type StartModule = (path: string, ended: (code: "keys.card-module" | "keys.card-silent") => void) => ModuleChild;

export const startModule: StartModule = (path, ended) => {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), MODULE_ARGUMENT, path], { stdio: ["pipe", "ignore", "ignore", "pipe"], windowsHide: true });
  const waiting = new Map<number, { done: (answer: unknown) => void; fail: (error: SmimeError) => void; timer: NodeJS.Timeout }>();
  let greet: { done: (name: string) => void; fail: (error: SmimeError) => void } | undefined;
  const name = new Promise<string>((done, fail) => (greet = { done, fail }));
  name.catch(() => undefined);
  let [last, over] = [0, false];

  function end(code: "keys.card-module" | "keys.card-silent"): void {
    if (over) return;
    over = true;
    clearTimeout(starting);
    // What hangs in a library hears nothing else.
    child.kill("SIGKILL");
    process.off("exit", kill);
    greet?.fail(new SmimeError(code));
    for (const { fail, timer } of waiting.values()) {
      clearTimeout(timer);
      fail(new SmimeError(code));
    }
    waiting.clear();
    ended(code);
  }

  const kill = (): void => void child.kill("SIGKILL");
  const starting = setTimeout(() => end("keys.card-silent"), moduleTimes.start);
  process.on("exit", kill);
  child.on("error", () => end("keys.card-module"));
  child.on("exit", () => end("keys.card-module"));
  child.stdin?.on("error", () => end("keys.card-module"));
  const read = frameReader(MOST);
  (child.stdio[3] as Readable).on("error", () => end("keys.card-module")).on("data", (octets: Uint8Array) => {
    try {
      read(octets).forEach(receive);
    } catch {
      end("keys.card-module");
    }
  });

  function receive(message: unknown): void {
    const { ready, name: called } = message as Partial<Greeting>;
    if (typeof ready === "boolean") {
      clearTimeout(starting);
      if (ready) greet?.done(String(called));
      else end("keys.card-module");
      return;
    }
    const { id, code, answer } = message as { id: number; code: Code | null; answer: unknown };
    const asked = waiting.get(id);
    if (asked === undefined) return;
    waiting.delete(id);
    clearTimeout(asked.timer);
    if (code === null) asked.done(answer);
    else asked.fail(new SmimeError(isCode(code) ? code : "keys.card-failed"));
  }

  return {
    name,
    ask: (question) =>
      new Promise((done, fail) => {
        if (over) {
          fail(new SmimeError("keys.card-module"));
          return;
        }
        const id = ++last;
        const patience = question.ask === "login" ? moduleTimes.login : question.ask === "look" ? moduleTimes.look : moduleTimes.operation;
        // Whatever is before it takes its own time.
        const timer = setTimeout(() => end("keys.card-silent"), patience + moduleTimes.login * Math.sign(waiting.size));
        waiting.set(id, { done, fail, timer });
        child.stdin?.write(frame({ id, question: toWire(question) }));
      }),
    end: () => end("keys.card-module"),
  };
};
