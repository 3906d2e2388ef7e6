import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startOutside } from "../../lab/outside.mjs";
import { createProcesses, until } from "../../lab/processes.mjs";
import type { Identity, People } from "../support/people.ts";
import { connectMarionette, type Marionette } from "../../../scripts/lib/marionette.mjs";
import { makeProfile } from "./profile.ts";

export interface Thunderbird extends Marionette {
  /** Whom it asked on the network; nobody answered. */
  asked: { method: string; url: string }[];
  stop: () => Promise<void>;
}

/**
 * Starts Debian's Thunderbird, headless, for somebody whose keys lie in its profile. It leads a process group of its own,
 * and group and profile go at the end, however the test ends.
 */
export async function startThunderbird(people: People, holders: readonly [Identity, ...Identity[]]): Promise<Thunderbird> {
  const processes = createProcesses();
  const folder = mkdtempSync(join(tmpdir(), "mailseal-thunderbird-"));
  processes.removeAtEnd(folder);
  const outside = await startOutside({ port: 0 });
  const stop = async (): Promise<void> => {
    await processes.stopAll();
    await outside.close();
  };
  try {
    const profile = join(folder, "profile");
    makeProfile(profile, people, holders, outside.port);
    const { exited } = processes.start("Thunderbird", "thunderbird", [
      "--headless", "--no-remote", "--profile", profile, "--marionette",
      // Without it Marionette runs no script with the program's own rights.
      "--remote-allow-system-access",
    ], { cwd: folder, env: { HOME: folder, TMPDIR: folder, MOZ_CRASHREPORTER_DISABLE: "1", MOZ_REMOTE_SETTINGS_DEVTOOLS: "1" }, log: join(folder, "log") });
    const portFile = join(profile, "MarionetteActivePort");
    const port = await until(async () => {
      const text = existsSync(portFile) ? readFileSync(portFile, "utf8").trim() : "";
      if (!/^\d+$/.test(text)) throw new Error("no port yet");
      return Promise.resolve(Number(text));
    }, { exited, timeout: 60_000, what: "Thunderbird" });
    const marionette = await connectMarionette(port);
    // Earlier ones do not tell when they are done with a signature (show.ts).
    if (Number.parseInt(marionette.version, 10) < 153) throw new Error(`Thunderbird 153 or later is needed; this is ${marionette.version}`);
    return {
      ...marionette,
      asked: outside.requests,
      stop: async () => {
        marionette.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
