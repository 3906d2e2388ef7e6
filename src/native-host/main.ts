import { homedir } from "node:os";
import type { Bytes } from "../base/bytes.ts";
import { systemResolve } from "../retrieve/addresses.ts";
import { retrieve } from "../retrieve/fetcher.ts";
import { searchDirectory } from "../retrieve/ldap-search.ts";
import { isOurs } from "./caller.ts";
import { addonFile } from "./cards/addon.ts";
import { cardHost } from "./cards/card-host.ts";
import { startModule } from "./cards/module-child.ts";
import { MODULE_ARGUMENT, serveModule } from "./cards/module-process.ts";
import { configurationFiles, readConfiguration } from "./configuration.ts";
import { serve } from "./serve.ts";

/** Put in by the build, from package.json. */
declare const MAILSEAL_VERSION: string;

// Standard output belongs to the browser, and nothing is logged: what is asked here tells whom somebody writes to.

const [first, second] = process.argv.slice(2);

if (first === MODULE_ARGUMENT && second !== undefined) serveModule(second);
else if (isOurs(process.argv.slice(2))) serveBrowser();
else process.exit(2);

function serveBrowser(): void {
  /** Read for each question, so that a correction needs no new start of the browser. */
  const configured = (): ReturnType<typeof readConfiguration> => readConfiguration(configurationFiles({ platform: process.platform, home: homedir(), environment: process.env }));

  const cards = cardHost({
    supported: addonFile,
    rules: () => ({ platform: process.platform, environment: process.env, ...configured().cards }),
    start: startModule,
  });

  const send = (octets: Bytes): Promise<void> => new Promise((sent) => void process.stdout.write(octets, () => sent()));

  const take = serve(
    {
      version: MAILSEAL_VERSION,
      hello: () => void configured(),
      fetch: async (question, rules, cancelled) => retrieve(question, rules, { network: configured(), resolve: systemResolve }, cancelled),
      search: async (question, cancelled) => searchDirectory(question, configured(), cancelled),
      card: (question, cancelled) => cards.answer(question, cancelled),
    },
    send,
  );

  process.stdin.on("data", (octets: Uint8Array) => {
    try {
      take(octets);
    } catch {
      process.exit(1);
    }
  });
  // The browser is gone, or does not want us any more.
  process.stdin.on("end", () => process.exit(0));
  process.stdin.on("error", () => process.exit(0));
  process.stdout.on("error", () => process.exit(0));
}
