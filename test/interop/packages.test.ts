import { execFileSync } from "node:child_process";
import { createHash, generateKeyPairSync } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const has = (program: string): boolean => (process.env["PATH"] ?? "").split(":").some((folder) => existsSync(join(folder, program)));

/** Runs a program; throws with what it said if it fails. */
const run = (program: string, args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): string => execFileSync(program, args, { encoding: "utf8", stdio: "pipe", ...options });

/** `npm run package` twice, from two checkouts that have nothing in common but what git keeps. */
describe("packages", () => {
  let folder: string;
  let here: string;
  let there: string;
  let version: string;
  const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }) as string;

  const make = (checkout: string, out: string, environment: NodeJS.ProcessEnv): string => run(process.execPath, [join(checkout, "scripts/package.mjs"), "--out", out], { cwd: checkout, env: { ...process.env, MAILSEAL_SIGNING_KEY: key, ...environment } });

  /** Another checkout: another path, other times, and its files written in another order. */
  function checkOut(to: string): void {
    for (const path of run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root }).split("\0").filter((name) => name !== "" && existsSync(join(root, name))).reverse()) {
      if (lstatSync(join(root, path)).isSymbolicLink()) continue;
      mkdirSync(dirname(join(to, path)), { recursive: true });
      writeFileSync(join(to, path), readFileSync(join(root, path)));
      utimesSync(join(to, path), 981_173_106, 981_173_106);
    }
    symlinkSync(join(root, "node_modules"), join(to, "node_modules"));
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mailseal-packages-"));
    [here, there] = [join(folder, "here"), join(folder, "there")];
    ({ version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string });
    make(root, here, { TZ: "UTC" });
    const other = join(folder, "an other/check out");
    checkOut(other);
    make(other, there, { TZ: "Pacific/Auckland", LANG: "C" });
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("have the same bytes from two checkouts, and the sums say so", () => {
    const names = readdirSync(here, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(here.length + 1)).sort();
    expect(names).toEqual(expect.arrayContaining([`mailseal-${version}.crx`, `mailseal-${version}.xpi`, `mailseal-${version}-chrome-store.zip`, `mailseal-${version}.tgz`, `mailseal-host_${version}_all.deb`, "updates.xml", "updates.json"]));
    for (const name of names) expect(readFileSync(join(there, name)).equals(readFileSync(join(here, name))), name).toBe(true);
    const sums = readFileSync(join(here, "SHA256SUMS"), "utf8").trimEnd().split("\n").map((line) => line.split("  "));
    expect(sums.map(([, name]) => name).sort()).toEqual(names.filter((name) => name !== "SHA256SUMS"));
    for (const [sum, name] of sums) expect(createHash("sha256").update(readFileSync(join(here, name as string))).digest("hex"), name).toBe(sum);
  });

  it("stay away from a folder that holds something else", () => {
    const other = join(folder, "letters");
    mkdirSync(other);
    writeFileSync(join(other, "dear.txt"), "");
    expect(() => make(root, other, {})).toThrow(/something else/);
    expect(readdirSync(other)).toEqual(["dear.txt"]);
  });

  it("pass Mozilla's linter as an add-on of one's own", () => {
    const report = JSON.parse(run(process.execPath, [join(root, "node_modules/addons-linter/bin/addons-linter"), "--self-hosted", "--output", "json", join(here, `mailseal-${version}.xpi`)])) as { errors: object[] };
    expect(report.errors).toEqual([]);
  });

  it.skipIf(!has("dpkg"))("install host and manifests for the whole machine by dpkg, and take all of it away again", () => {
    const system = join(folder, "system");
    for (const path of ["var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers"]) mkdirSync(join(system, path), { recursive: true });
    writeFileSync(join(system, "var/lib/dpkg/status"), "");
    // Without Node's own package in this root of its own; nothing of the machine is touched.
    const dpkg = (...args: string[]): string => run("dpkg", [`--root=${system}`, "--force-depends", "--force-not-root", "--log=/dev/null", ...args]);
    dpkg("-i", join(here, `mailseal-host_${version}_all.deb`));
    const places = ["etc/opt/chrome", "etc/chromium", "etc/opt/edge", "usr/lib/mozilla"].map((place) => join(system, place, "native-messaging-hosts/mailseal.host.json"));
    const id = /appid="(\w+)"/.exec(readFileSync(join(here, "updates.xml"), "utf8"))?.[1] ?? "";
    for (const place of places) {
      const manifest = JSON.parse(readFileSync(place, "utf8")) as { path: string; allowed_origins?: string[]; allowed_extensions?: string[] };
      expect(manifest.path).toBe("/usr/lib/mailseal/mailseal-host");
      expect(existsSync(join(system, manifest.path))).toBe(true);
      expect(manifest.allowed_origins ?? manifest.allowed_extensions).toEqual(place.includes("mozilla") ? ["mailseal@mailseal.example"] : [`chrome-extension://${id}/`]);
    }
    expect(run(process.execPath, [join(system, "usr/lib/mailseal/cli/mailseal.mjs"), "--version"])).toBe(`mailseal ${version}\n`);
    dpkg("-r", "mailseal-host");
    for (const path of [...places, join(system, "usr/lib/mailseal"), join(system, "usr/bin/mailseal")]) expect(lstatSync(path, { throwIfNoEntry: false }), path).toBeUndefined();
  });

  it("install from the npm tarball, and register a host that answers this package's extension and no other", () => {
    const prefix = join(folder, "npm");
    run("npm", ["install", "--global", "--offline", "--no-audit", "--no-fund", "--prefix", prefix, join(here, `mailseal-${version}.tgz`)]);
    const home = join(folder, "home");
    mkdirSync(join(home, ".config/chromium"), { recursive: true });
    const mailseal = (...args: string[]): string => run(join(prefix, "bin/mailseal"), args, { env: { PATH: process.env["PATH"], HOME: home } });
    expect(mailseal("host", "install")).toContain("mailseal.host.json");
    expect(mailseal("host", "status", "--browser", "chromium")).toContain(`ready, version ${version}`);
    const { path } = JSON.parse(readFileSync(join(home, ".config/chromium/NativeMessagingHosts/mailseal.host.json"), "utf8")) as { path: string };
    expect(() => run(path, ["chrome-extension://bbigagkogdejecdakmpaoaiannnjkpgg/"])).toThrow();
  });
});
