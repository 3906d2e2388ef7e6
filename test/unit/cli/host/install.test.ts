import { describe, expect, it } from "vitest";
import { SmimeError } from "../../../../src/base/errors.ts";
import { type Disk, regArguments, regValue } from "../../../../src/cli/host/disk.ts";
import { carryOut, chosenPlaces, type Installation, installSteps, said, uninstallSteps } from "../../../../src/cli/host/install.ts";
import { hostBrowsers, type HostBrowser, type Machine, placeOf, programFolder, type Scope } from "../../../../src/cli/host/places.ts";
import { stateAt } from "../../../../src/cli/host/status.ts";

const NAME = "mailseal.host";
const own: Scope = { machine: false, userDataDir: null };
const whole: Scope = { machine: true, userDataDir: null };
const linux: Machine = { platform: "linux", home: "/home/a", environment: {} };
const mac: Machine = { platform: "darwin", home: "/Users/a", environment: {} };
const windows: Machine = { platform: "win32", home: "C:\\Users\\a", environment: { LOCALAPPDATA: "C:\\Users\\a\\AppData\\Local", ProgramFiles: "C:\\Program Files" } };
const parts = { program: "// The native host of Mailseal.\ncode", licences: "MIT", addon: null, node: "/opt/no'de/bin/node" };

function memory(files: Record<string, string> = {}, keys: Record<string, string> = {}) {
  const disk: Disk = {
    read: (path) => files[path] ?? null,
    isThere: (path) => Object.keys(files).some((each) => each === path || each.startsWith(`${path}/`)),
    write: (path, content) => void (files[path] = content),
    copy: (from, to) => void (files[to] = files[from] ?? ""),
    isSame: (one, other) => files[one] !== undefined && files[one] === files[other],
    remove: (path) => void delete files[path],
    removeFolder: () => undefined,
    readKey: (key) => keys[key] ?? null,
    writeKey: (key, value) => void (keys[key] = value),
    removeKey: (key) => void delete keys[key],
  };
  return { disk, files, keys };
}

const at = (machine: Machine, scope: Scope) => hostBrowsers.map((browser) => placeOf(browser, NAME, machine, scope));

describe("where browsers look for hosts", () => {
  it("on Linux", () => {
    expect(at(linux, own).map(({ manifest }) => manifest)).toEqual([
      "/home/a/.config/google-chrome/NativeMessagingHosts/mailseal.host.json", "/home/a/.config/chromium/NativeMessagingHosts/mailseal.host.json",
      "/home/a/.config/microsoft-edge/NativeMessagingHosts/mailseal.host.json", "/home/a/.mozilla/native-messaging-hosts/mailseal.host.json",
    ]);
    expect(at(linux, whole).map(({ manifest }) => manifest)).toEqual([
      "/etc/opt/chrome/native-messaging-hosts/mailseal.host.json", "/etc/chromium/native-messaging-hosts/mailseal.host.json",
      "/etc/opt/edge/native-messaging-hosts/mailseal.host.json", "/usr/lib/mozilla/native-messaging-hosts/mailseal.host.json",
    ]);
    const moved = { ...linux, environment: { XDG_CONFIG_HOME: "/c", XDG_DATA_HOME: "/d" } };
    expect(placeOf("chromium", NAME, moved, own).manifest).toBe("/c/chromium/NativeMessagingHosts/mailseal.host.json");
    expect(placeOf("firefox", NAME, moved, own).manifest).toBe("/home/a/.mozilla/native-messaging-hosts/mailseal.host.json");
    expect([programFolder(linux, own), programFolder(linux, whole), programFolder(moved, own)]).toEqual(["/home/a/.local/share/mailseal", "/usr/local/lib/mailseal", "/d/mailseal"]);
    expect(placeOf("chromium", NAME, linux, { machine: false, userDataDir: "/ud" }).manifest).toBe("/ud/NativeMessagingHosts/mailseal.host.json");
  });

  it("on macOS", () => {
    const support = "/Users/a/Library/Application Support";
    expect(at(mac, own).map(({ manifest }) => manifest)).toEqual(["Google/Chrome", "Chromium", "Microsoft Edge", "Mozilla"].map((folder) => `${support}/${folder}/NativeMessagingHosts/mailseal.host.json`));
    expect(at(mac, whole).map(({ manifest }) => manifest)).toEqual(["Google/Chrome", "Application Support/Chromium", "Microsoft/Edge", "Application Support/Mozilla"].map((folder) => `/Library/${folder}/NativeMessagingHosts/mailseal.host.json`));
    expect([programFolder(mac, own), programFolder(mac, whole)]).toEqual([`${support}/Mailseal`, "/Library/Application Support/Mailseal"]);
  });

  it("on Windows, in the registry", () => {
    expect(at(windows, own).map(({ registry }) => registry)).toEqual(["Google\\Chrome", "Chromium", "Microsoft\\Edge", "Mozilla"].map((key) => `HKCU\\Software\\${key}\\NativeMessagingHosts\\mailseal.host`));
    expect(at(windows, whole)[0]?.registry).toBe("HKLM\\Software\\Google\\Chrome\\NativeMessagingHosts\\mailseal.host");
    expect(at(windows, own).map(({ manifest }) => manifest.split("\\").at(-1))).toEqual(["chromium.json", "chromium.json", "chromium.json", "firefox.json"]);
    expect(regArguments.write("HKCU\\x", "C:\\a b.json")).toEqual(["add", "HKCU\\x", "/ve", "/t", "REG_SZ", "/d", "C:\\a b.json", "/f"]);
    expect(regValue("\r\nHKEY_CURRENT_USER\\x\r\n    (Standard)    REG_SZ    C:\\a b.json\r\n\r\n")).toBe("C:\\a b.json");
    expect(regValue("ERROR")).toBeNull();
  });
});

describe.each([["Linux", linux, own], ["Linux, the machine", linux, whole], ["macOS", mac, own], ["Windows", windows, own]] as const)("installing on %s", (_name, machine, scope) => {
  const installation: Installation = { machine, scope, parts };
  const places = at(machine, scope);

  it("writes what each browser needs, once; nothing is left when it is taken back", () => {
    const { disk, files, keys } = memory();
    carryOut(installSteps(places, installation, disk), disk);
    for (const place of places) {
      const manifest = JSON.parse(files[place.manifest] ?? "") as { path: string };
      expect(manifest).toMatchObject({ name: NAME, type: "stdio", ...(place.browser === "firefox" ? { allowed_extensions: ["mailseal@mailseal.example"] } : { allowed_origins: ["chrome-extension://bbigagkogdejecdakmpaoaiannnjkpgg/"] }) });
      expect(files[manifest.path]).toBeDefined();
      if (place.registry !== null) expect(keys[place.registry]).toBe(place.manifest);
    }
    expect(installSteps(places, installation, disk)).toEqual([]);
    carryOut(uninstallSteps(places, installation, disk), disk);
    expect([files, keys]).toEqual([{}, {}]);
    expect(uninstallSteps(places, installation, disk)).toEqual([]);
  });

  it("taken back for one browser, goes on working for the others", () => {
    const { disk, files } = memory();
    carryOut(installSteps(places, installation, disk), disk);
    carryOut(uninstallSteps([placeOf("chrome", NAME, machine, scope)], installation, disk), disk);
    const edge = placeOf("edge", NAME, machine, scope);
    expect(files[edge.manifest]).toBeDefined();
    expect(files[(JSON.parse(files[edge.manifest] ?? "") as { path: string }).path]).toBeDefined();
  });
});

describe("what cards need", () => {
  it("is copied beside the program where it was compiled, anew when it changed, and goes with the program", () => {
    const { disk, files } = memory({ "/built/pkcs11.node": "one" });
    const installation: Installation = { machine: linux, scope: own, parts: { ...parts, addon: "/built/pkcs11.node" } };
    const place = [placeOf("firefox", NAME, linux, own)];
    const there = "/home/a/.local/share/mailseal/pkcs11.node";
    carryOut(installSteps(place, installation, disk), disk);
    expect(files[there]).toBe("one");
    expect(installSteps(place, installation, disk)).toEqual([]);
    files["/built/pkcs11.node"] = "two";
    expect(installSteps(place, installation, disk)).toEqual([{ do: "copy", from: "/built/pkcs11.node", to: there }]);
    carryOut(uninstallSteps(place, { ...installation, parts }, disk), disk);
    expect(Object.keys(files)).toEqual(["/built/pkcs11.node"]);
  });
});

describe("what belongs to somebody else", () => {
  const installation: Installation = { machine: linux, scope: own, parts };
  const [firefox] = [placeOf("firefox", NAME, linux, own)];

  it.each([["a manifest of another program", firefox.manifest, '{"name":"mailseal.host","description":"Other"}'], ["a program", "/home/a/.local/share/mailseal/mailseal-host", "#!/bin/sh\nrm\n"], ["what is no JSON", firefox.manifest, "x"]])("%s is neither replaced nor removed", (_name, path, content) => {
    const { disk, files } = memory({ [path]: content });
    expect(() => installSteps([firefox], installation, disk)).toThrow("host.not-ours");
    carryOut(uninstallSteps([firefox], installation, disk), disk);
    expect(files).toEqual({ [path]: content });
  });

  it("a registry key that leads elsewhere is not changed", () => {
    const place = placeOf("chrome", NAME, windows, own);
    const { disk, keys } = memory({}, { [place.registry as string]: "C:\\other.json" });
    expect(() => installSteps([place], { ...installation, machine: windows }, disk)).toThrow("host.not-ours");
    carryOut(uninstallSteps([place], { ...installation, machine: windows }, disk), disk);
    expect(keys).toEqual({ [place.registry as string]: "C:\\other.json" });
  });
});

describe("which browsers are meant", () => {
  const chosen = (named: HostBrowser[], scope: Scope, files: Record<string, string> = {}) => chosenPlaces(named, { machine: linux, scope }, memory(files).disk).map(({ browser }) => browser);

  it("are those named, else those used, else for a machine all", () => {
    expect(chosen(["edge"], own)).toEqual(["edge"]);
    expect(chosen([], own, { "/home/a/.mozilla/x": "", "/home/a/.config/chromium/y": "" })).toEqual(["chromium", "firefox"]);
    expect(chosen([], whole)).toEqual([...hostBrowsers]);
    expect(() => chosen([], own)).toThrow("host.no-browser");
  });
});

describe("what is said", () => {
  it("shows short files whole, and quotes what a shell would take apart", () => {
    const steps = installSteps([placeOf("firefox", NAME, linux, own)], { machine: linux, scope: own, parts }, memory().disk);
    const text = steps.map((step) => said(step, true)).join("\n");
    expect(text).toContain(`exec '/opt/no'\\''de/bin/node' '/home/a/.local/share/mailseal/mailseal-host.mjs' "$@"`);
    expect(text).toContain('"mailseal@mailseal.example"');
    expect(steps.map((step) => said(step, false)).join("\n").split("\n")).toHaveLength(4);
  });

  it("is how each browser's host is", async () => {
    const installation: Installation = { machine: linux, scope: own, parts };
    const place = placeOf("firefox", NAME, linux, own);
    const { disk, files } = memory();
    const state = (greet = () => Promise.resolve("0.1.0")) => stateAt(place, disk, greet);
    expect(await state()).toEqual({ state: "not-installed" });
    carryOut(installSteps([place], installation, disk), disk);
    expect(await state()).toEqual({ state: "ready", version: "0.1.0" });
    expect(await state(() => Promise.reject(new SmimeError("host.configuration")))).toEqual({ state: "broken", code: "host.configuration" });
    delete files["/home/a/.local/share/mailseal/mailseal-host"];
    expect(await state()).toEqual({ state: "no-program" });
    files[place.manifest] = "{}";
    expect(await state()).toEqual({ state: "not-ours" });
  });
});
