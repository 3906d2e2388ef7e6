import { homedir } from "node:os";
import type { Bytes } from "../base/bytes.ts";
import { systemResolve } from "../retrieve/addresses.ts";
import { retrieve } from "../retrieve/fetcher.ts";
import { searchDirectory } from "../retrieve/ldap-search.ts";
import type { Network } from "../retrieve/network.ts";
import { isOurs } from "./caller.ts";
import { configurationFiles, readConfiguration } from "./configuration.ts";
import { serve } from "./serve.ts";

/** Put in by the build, from package.json. */
declare const MAILSEAL_VERSION: string;

// Standard output belongs to the browser, and nothing is logged: what is asked here tells whom somebody writes to.

if (!isOurs(process.argv.slice(2))) process.exit(2);

/** Read for each question, so that a correction needs no new start of the browser. */
const network = (): Network => readConfiguration(configurationFiles({ platform: process.platform, home: homedir(), environment: process.env }));

const send = (octets: Bytes): Promise<void> => new Promise((sent) => void process.stdout.write(octets, () => sent()));

const take = serve(
  {
    version: MAILSEAL_VERSION,
    hello: () => void network(),
    fetch: async (question, rules, cancelled) => retrieve(question, rules, { network: network(), resolve: systemResolve }, cancelled),
    search: async (question, cancelled) => searchDirectory(question, network(), cancelled),
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
