import { execFileSync } from "node:child_process";
import { createReadStream, existsSync, readFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Lab } from "../../lab/lab.mjs";
import type { BrowserName } from "../driver/launch.ts";

export const GECKO_ID = "mailseal@mailseal.example";

type Json = { [name: string]: Json } & { [name: string]: unknown };

/** What an organisation has on its web server: the packages, signed with its own key, and the policy files for them. */
export interface PackageServer {
  /** The package's id in Chromium. */
  id: string;
  /** Makes the packages anew: for these webmails and the native host, or with neither; in another version. */
  publish(options: { webmails: string[]; version?: string }): void;
  /** The policy file of the documents, as packaging wrote it for this package. */
  policyFile(browser: BrowserName): string;
  /** Paths that browsers fetched. */
  fetched: string[];
  close(): Promise<void>;
}

/** Runs `npm run package` and serves what it made on loopback. */
export async function servePackages(lab: Lab): Promise<PackageServer> {
  const folder = join(lab.folder, "packages");
  const fetched: string[] = [];
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    fetched.push(pathname);
    const path = join(folder, pathname);
    if (!path.startsWith(folder) || !existsSync(path)) return void response.writeHead(404).end();
    createReadStream(path).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const publish: PackageServer["publish"] = ({ webmails, version }) => {
    const given = [...webmails.flatMap((origin) => ["--webmail", origin]), ...(webmails.length > 0 ? ["--with-host"] : []), ...(version === undefined ? [] : ["--version", version])];
    execFileSync(process.execPath, [join(lab.root, "scripts/package.mjs"), "--out", folder, "--base", base, ...given], { stdio: "pipe" });
  };
  publish({ webmails: [lab.web] });
  return {
    id: /appid="(\w+)"/.exec(readFileSync(join(folder, "updates.xml"), "utf8"))?.[1] ?? "",
    publish,
    policyFile: (browser) => readFileSync(join(folder, "policies", browser === "chromium" ? "linux/mailseal.json" : "firefox/policies.json"), "utf8"),
    fetched,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The file with the lab's webmail and authority in it, and what the harness needs to drive an extension that a policy installed. */
export function forLab(file: string, browser: BrowserName, lab: Lab, changed: object = {}): Json {
  const policy = JSON.parse(file.replaceAll("https://mail.example.org", lab.web)) as Json;
  const managed = (browser === "chromium" ? policy["3rdparty"]?.["extensions"] : policy["policies"]?.["3rdparty"]?.["Extensions"]) as Json;
  for (const settings of Object.values(managed)) Object.assign(settings, { TrustAnchors: [readFileSync(lab.certificates.root, "utf8")], UseShippedAnchors: false, ...changed });
  if (browser === "chromium") return { ...policy, DeveloperToolsAvailability: 1 } as unknown as Json;
  return policy;
}

/** The one policy whose name sounds as if it gave access to a site. */
export function withRuntimeAllowedHosts(policy: Json, browser: BrowserName, id: string, web: string): Json {
  const settings = (browser === "chromium" ? policy["ExtensionSettings"]?.[id] : policy["policies"]?.["ExtensionSettings"]?.[GECKO_ID]) as Json;
  Object.assign(settings, { runtime_allowed_hosts: [browser === "chromium" ? web : `*://${new URL(web).hostname}`] });
  return policy;
}
