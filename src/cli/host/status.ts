import { spawn } from "node:child_process";
import { decodeBase64 } from "../../base/base64.ts";
import { fromUtf8 } from "../../base/bytes.ts";
import type { Code } from "../../base/codes/index.ts";
import { codeOf, SmimeError } from "../../base/errors.ts";
import { frame, frameReader } from "../../protocol/host-frames.ts";
import { hostHello, hostLimits, hostReply, OUR_EXTENSIONS } from "../../protocol/host-messages.ts";
import type { Disk } from "./disk.ts";
import { launcherOf, manifestFile } from "./files.ts";
import type { Place } from "./places.ts";

/** How the host is with one browser. */
export type HostState =
  | { state: "not-installed" | "not-ours" | "no-program" }
  | { state: "broken"; code: Code }
  | { state: "ready"; version: string };

/** Asks a host who it is, as the browser would. Throws the code that it answered, `host.unavailable`, `host.time`. */
export type Greet = (launcher: string, browser: Place["browser"], manifest: string) => Promise<string>;

/** Looks at one browser's place, and starts the host that stands there. */
export async function stateAt(place: Place, disk: Disk, greet: Greet): Promise<HostState> {
  const content = place.registry !== null && disk.readKey(place.registry) !== place.manifest ? null : disk.read(place.manifest);
  if (content === null) return { state: "not-installed" };
  const launcher = launcherOf(content);
  if (!manifestFile(place, "").isOurs(content) || launcher === null) return { state: "not-ours" };
  if (!disk.isThere(launcher)) return { state: "no-program" };
  try {
    return { state: "ready", version: await greet(launcher, place.browser, place.manifest) };
  } catch (error) {
    return { state: "broken", code: codeOf(error) };
  }
}

/** Milliseconds for starting Node and an answer. */
const PATIENCE = 10_000;

export const greetHost: Greet = (launcher, browser, manifest) =>
  new Promise((resolve, reject) => {
    const args = browser === "firefox" ? [manifest, OUR_EXTENSIONS.firefox] : [OUR_EXTENSIONS.chromium];
    const [program, given] = process.platform === "win32" ? ["cmd.exe", ["/d", "/c", launcher, ...args]] : [launcher, args];
    const child = spawn(program, given, { stdio: ["pipe", "pipe", "ignore"] });
    const fail = (code: Code) => (): void => {
      reject(new SmimeError(code));
      child.kill();
    };
    const timer = setTimeout(fail("host.time"), PATIENCE);
    const read = frameReader(hostLimits.message);
    child.on("error", fail("host.unavailable"));
    child.stdin.on("error", () => undefined);
    child.on("close", () => {
      clearTimeout(timer);
      fail("host.unavailable")();
    });
    child.stdout.on("data", (octets: Uint8Array) => {
      try {
        for (const message of read(octets)) {
          const { part, code } = hostReply(message);
          if (code !== null) throw new SmimeError(code);
          resolve(hostHello(JSON.parse(fromUtf8(part ?? decodeBase64("")))).version);
          child.stdin.end();
        }
      } catch (error) {
        fail(codeOf(error) === "internal.unexpected" ? "host.unavailable" : codeOf(error))();
      }
    });
    child.stdin.write(frame({ do: "hello", id: 1 }));
  });
