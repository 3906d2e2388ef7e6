import { createRequire } from "node:module";
import { Socket } from "node:net";
import { codeOf } from "../../base/errors.ts";
import { frame, frameReader } from "../../protocol/host-frames.ts";
import { cardQuestion } from "../../protocol/card-messages.ts";
import { hostLimits } from "../../protocol/host-messages.ts";
import { count, record, toWire } from "../../protocol/shape.ts";
import { addonFile } from "./addon.ts";
import { moduleWork } from "./module-work.ts";
import type { Pkcs11 } from "./pkcs11.ts";

/** The compiled part's class: a library is loaded, begun, and then used. */
interface Compiled extends Pkcs11 {
  load(path: string): void;
  C_Initialize(): void;
  C_GetInfo(): { libraryDescription: string };
}

/** The argument with which the host starts itself for one library. */
export const MODULE_ARGUMENT = "--card-module";

const asked = record({ id: count(), question: cardQuestion });

/** What the host hears first: whether the library works, and how it calls itself. */
export interface Greeting {
  ready: boolean;
  name: string;
}

/**
 * One library in a process of its own. Calls of PKCS#11 block, a library may crash, and one that hangs can only be killed: none of
 * this may touch the host's other work or another library. Answers go to descriptor 3, because libraries write to the others.
 */
export function serveModule(path: string): void {
  const out = new Socket({ fd: 3, readable: false, writable: true });
  const say = (message: unknown): void => void out.write(frame(message));
  process.stdin.on("end", () => process.exit(0));
  process.stdin.on("error", () => process.exit(0));
  out.on("error", () => process.exit(0));
  let work: ReturnType<typeof moduleWork>;
  try {
    const { PKCS11 } = createRequire(import.meta.url)(addonFile()) as { PKCS11: new () => Compiled };
    const pkcs11 = new PKCS11();
    pkcs11.load(path);
    pkcs11.C_Initialize();
    work = moduleWork(pkcs11);
    say({ ready: true, name: pkcs11.C_GetInfo().libraryDescription.trim().slice(0, 128) } satisfies Greeting);
  } catch {
    say({ ready: false, name: "" } satisfies Greeting);
    process.stdin.resume();
    return;
  }
  const read = frameReader(hostLimits.question);
  process.stdin.on("data", (octets: Uint8Array) => {
    for (const message of read(octets)) {
      const { id, question } = asked(message);
      try {
        say({ id, code: null, answer: toWire(work(question)) });
      } catch (error) {
        say({ id, code: codeOf(error), answer: null });
      }
    }
  });
}
