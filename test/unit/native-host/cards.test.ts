import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { codeOf, SmimeError } from "../../../src/base/errors.ts";
import { cardHost } from "../../../src/native-host/cards/card-host.ts";
import { CK } from "../../../src/native-host/cards/constants.ts";
import { type Disk, mayLoad, suggested } from "../../../src/native-host/cards/module-rules.ts";
import { moduleWork } from "../../../src/native-host/cards/module-work.ts";
import { readConfiguration } from "../../../src/native-host/configuration.ts";
import type { CardQuestion, SeenCard } from "../../../src/protocol/card-messages.ts";
import { certificateFor } from "../keys/support/certificate.ts";
import { type FakeCard, fakeCard } from "./fake-card.ts";

const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const certificate = certificateFor(publicKey.export({ type: "spki", format: "der" }));

/** One library's process without the process. */
function desk(change: Partial<FakeCard> = {}) {
  const { card, pkcs11 } = fakeCard(certificate, change);
  let now = 0;
  const ask = moduleWork(pkcs11, () => now);
  const code = (question: CardQuestion): unknown => {
    try {
      return ask(question);
    } catch (error) {
      return codeOf(error);
    }
  };
  const [seen] = (ask({ ask: "look", modules: [], known: null, wait: 0 }) as unknown as { cards: SeenCard[] }).cards;
  const place = { module: "/m", slot: seen?.slot ?? "", serial: seen?.serial ?? "", label: seen?.label ?? "" };
  const key = { ...place, id: Uint8Array.of(1) };
  return {
    card, place, key, code,
    seen: () => (ask({ ask: "look", modules: [], known: null, wait: 0 }) as unknown as { cards: SeenCard[] }).cards,
    login: (pin: string | null) => code({ ask: "login", card: place, pin }),
    sign: () => code({ ask: "sign", key, scheme: "rsa-pkcs1", digestName: "sha256", data: new Uint8Array(32) }),
    decrypt: (padding: "pkcs1" | "oaep" = "pkcs1") => code({ ask: "decrypt", key, padding, hash: "sha1", maskHash: "sha1", label: new Uint8Array(), encryptedKey: new Uint8Array(256) }),
    later: (time: number) => (now += time),
  };
}

describe("a card's PIN", () => {
  it("that is locked is said and not tried", () => {
    const { card, login } = desk({ flags: CK.CKF_TOKEN_INITIALIZED | CK.CKF_LOGIN_REQUIRED | CK.CKF_USER_PIN_LOCKED });
    expect(login("123456")).toEqual({ result: "locked", tries: "locked" });
    expect(card.calls).toEqual([]);
  });

  it("that the card locked without a flag is not tried again either, until the card is taken out", () => {
    const { card, login, seen } = desk({ failing: `CKR_PIN_LOCKED:${CK.CKR_PIN_LOCKED}` });
    expect(login("000000")).toEqual({ result: "locked", tries: "locked" });
    expect(login("123456")).toEqual({ result: "locked", tries: "locked" });
    expect(card.calls).toHaveLength(1);
    card.present = false;
    expect(seen()).toEqual([]);
    Object.assign(card, { present: true, failing: null });
    expect(login("123456")).toMatchObject({ result: "ok" });
  });

  it.each([["low", CK.CKF_USER_PIN_COUNT_LOW], ["last", CK.CKF_USER_PIN_FINAL_TRY]] as const)("says how many tries are left as far as the card tells: %s", (tries, flag) => {
    const { card, login, seen } = desk();
    card.flags |= flag;
    expect(login("000000")).toEqual({ result: "wrong", tries });
    expect(seen()[0]).toMatchObject({ tries, loggedIn: false });
  });

  it("of a length that the card has not is not tried; at a PIN pad none is given, and elsewhere one must be", () => {
    const plain = desk();
    for (const pin of ["123", "123456789", null]) expect(plain.login(pin), String(pin)).toMatchObject({ result: "malformed" });
    expect(plain.card.calls).toEqual([]);
    const pad = desk({ flags: CK.CKF_TOKEN_INITIALIZED | CK.CKF_LOGIN_REQUIRED | CK.CKF_PROTECTED_AUTHENTICATION_PATH });
    expect(pad.login(null)).toMatchObject({ result: "ok" });
    expect(pad.card.calls).toEqual(["login 1 pad"]);
  });

  it("goes along for half a minute with a key that wants it each time, and is then wanted anew", () => {
    const { card, login, sign, later } = desk({ eachTime: true });
    expect(login("123456")).toMatchObject({ result: "ok" });
    expect(sign()).toMatchObject({ octets: expect.any(Uint8Array) as Uint8Array });
    expect(card.calls).toContain("login 2 123456");
    later(31_000);
    expect(sign()).toBe("keys.locked");
  });
});

describe("the PIN of a key that wants it each time", () => {
  const PAD = CK.CKF_TOKEN_INITIALIZED | CK.CKF_LOGIN_REQUIRED | CK.CKF_PROTECTED_AUTHENTICATION_PATH;

  it.each([
    ["CKR_FUNCTION_CANCELED", CK.CKR_FUNCTION_CANCELED], ["CKR_FUNCTION_REJECTED", CK.CKR_FUNCTION_REJECTED], ["CKR_PIN_INCORRECT", CK.CKR_PIN_INCORRECT],
    ["CKR_PIN_INVALID", CK.CKR_PIN_INVALID], ["CKR_PIN_LEN_RANGE", CK.CKR_PIN_LEN_RANGE], ["CKR_PIN_EXPIRED", CK.CKR_PIN_EXPIRED], ["CKR_PIN_LOCKED", CK.CKR_PIN_LOCKED],
  ])("that was not given at the reader is no wrong padding, and leaves nothing begun: %s", (name, result) => {
    const { card, login, sign, decrypt, seen } = desk({ eachTime: true, flags: PAD, plain: Buffer.alloc(256, 9) });
    expect(login(null)).toMatchObject({ result: "ok" });
    card.refusing = `${name}:${result}`;
    expect([sign(), decrypt(), sign()]).toEqual(["keys.locked", "keys.locked", "keys.locked"]);
    expect(seen()[0]).toMatchObject({ loggedIn: true, tries: result === CK.CKR_PIN_LOCKED ? "locked" : "unknown" });
    card.refusing = null;
    expect(sign()).toMatchObject({ octets: expect.any(Uint8Array) as Uint8Array });
    expect(decrypt()).toMatchObject({ form: "encoded" });
    // Some readers ask only when the operation is done.
    card.failing = `${name}:${result}`;
    expect(decrypt()).toBe("keys.locked");
  });

  it("is not sent a second time when it was refused", () => {
    const { card, login, sign } = desk({ eachTime: true });
    login("123456");
    card.refusing = `CKR_PIN_INCORRECT:${CK.CKR_PIN_INCORRECT}`;
    expect([sign(), sign()]).toEqual(["keys.locked", "keys.locked"]);
    expect(card.calls.filter((call) => call.startsWith("login 2"))).toHaveLength(1);
    card.refusing = null;
    login("123456");
    expect(sign()).toMatchObject({ octets: expect.any(Uint8Array) as Uint8Array });
  });
});

describe("a card in use", () => {
  it("that is taken out while it signs is said to be gone", () => {
    const { card, login, sign } = desk();
    login("123456");
    card.failing = `CKR_DEVICE_REMOVED:${CK.CKR_DEVICE_REMOVED}`;
    expect(sign()).toBe("keys.card-removed");
    Object.assign(card, { failing: "CKR_GENERAL_ERROR:5" });
    expect(sign()).toBe("keys.card-failed");
    card.present = false;
    expect(sign()).toBe("keys.card-removed");
  });

  it("is not taken for another one in the same reader", () => {
    const { card, login, sign } = desk();
    login("123456");
    card.serial = "2";
    expect(sign()).toBe("keys.card-removed");
  });

  it("gives the whole block where it can, else what it took out, and says nothing of padding (KT-02)", () => {
    const whole = desk({ plain: Buffer.alloc(255, 9) });
    whole.login("123456");
    expect(whole.decrypt()).toMatchObject({ form: "encoded", octets: { length: 256, 0: 0, 1: 9 } });
    expect(whole.decrypt("oaep")).toMatchObject({ form: "encoded" });
    const own = desk({ mechanisms: [CK.CKM_RSA_PKCS], plain: Buffer.alloc(32, 9) });
    own.login("123456");
    expect(own.decrypt()).toMatchObject({ form: "plain", octets: { length: 32 } });
    for (const failing of ["CKR_ENCRYPTED_DATA_INVALID:64", "CKR_DATA_INVALID:32", "CKR_FUNCTION_FAILED:6", "CKR_GENERAL_ERROR:5"]) {
      own.card.failing = failing;
      expect(own.decrypt(), failing).toEqual({ form: "refused", octets: new Uint8Array() });
    }
    expect(own.decrypt("oaep")).toBe("keys.card-mechanism");
  });
});

describe("libraries of card software", () => {
  const folders = (owners: Record<string, [uid: number, mode: number]>, links: Record<string, string> = {}): Disk => ({
    realpath: (path) => links[path] ?? path,
    stat(path) {
      const entry = owners[path];
      if (entry === undefined) throw new Error("ENOENT");
      return { uid: entry[0], mode: entry[1], isFile: () => path.endsWith(".so"), isDirectory: () => !path.endsWith(".so") };
    },
  });
  const disk = folders({
    "/": [0, 0o755], "/usr": [0, 0o755], "/usr/x.so": [0, 0o644], "/usr/open.so": [0, 0o666], "/tmp": [0, 0o1777], "/tmp/x.so": [0, 0o644],
    "/home": [0, 0o755], "/home/a": [1000, 0o755], "/home/a/x.so": [1000, 0o644], "/home/a/root.so": [0, 0o644],
  }, { "/usr/link.so": "/home/a/x.so" });
  const rules = { platform: "linux", environment: {}, listed: [] as string[], only: false, disk } as const;

  it.each([
    ["/usr/x.so", "yes"], ["/usr/open.so", "refused"], ["/tmp/x.so", "refused"], ["/home/a/x.so", "refused"], ["/home/a/root.so", "refused"],
    ["/usr/link.so", "refused"], ["/usr", "refused"], ["x.so", "refused"], ["/usr/none.so", "missing"],
  ] as const)("%s: %s", (path, answer) => expect(mayLoad(path, rules)).toBe(answer));

  it("are also those that the host's configuration names, and with the machine's none else", () => {
    expect(mayLoad("/home/a/x.so", { ...rules, listed: ["/home/a/x.so"] })).toBe("yes");
    expect(mayLoad("/usr/x.so", { ...rules, listed: ["/home/a/x.so"], only: true })).toBe("refused");
    const read = (own: object, machine: object | null) => readConfiguration(["/machine", "/own"], (path) => (path === "/own" ? JSON.stringify(own) : machine && JSON.stringify(machine))).cards;
    expect(read({ cardModules: ["/a.so"] }, null)).toEqual({ listed: ["/a.so"], only: false });
    expect(read({ cardModules: ["/a.so"] }, { cardModules: ["/b.so"] })).toEqual({ listed: ["/b.so"], only: true });
    expect(() => read({ cardModules: ["a.so"] }, null)).toThrow("host.configuration");
  });

  it("on Windows, which names no owner, are those in an administrator's folders", () => {
    const here = folders({ "C:\\Program Files\\OpenSC\\x.so": [0, 0], "C:\\Users\\a\\x.so": [0, 0] });
    const windows = { ...rules, platform: "win32", disk: here } as const;
    expect(mayLoad("C:\\Program Files\\OpenSC\\x.so", windows)).toBe("yes");
    expect(mayLoad("C:\\Users\\a\\x.so", windows)).toBe("refused");
    const system = { ...windows, disk: folders({ "C:\\Windows\\System32\\x.so": [0, 0], "C:\\Windows\\System32\\Tasks\\x.so": [0, 0], "C:\\Windows\\System32\\spool\\drivers\\color\\x.so": [0, 0] }) };
    expect(mayLoad("C:\\Windows\\System32\\x.so", system)).toBe("yes");
    for (const below of ["Tasks", "spool\\drivers\\color"]) expect(mayLoad(`C:\\Windows\\System32\\${below}\\x.so`, system), below).toBe("refused");
  });

  it("are suggested once, where they are and are not used yet", () => {
    const there = folders({ "/": [0, 0o755], "/usr": [0, 0o755], "/usr/lib": [0, 0o755], "/usr/lib/opensc-pkcs11.so": [0, 0o644] });
    expect(suggested([], { ...rules, disk: there })).toEqual(["/usr/lib/opensc-pkcs11.so"]);
    expect(suggested(["/usr/lib/opensc-pkcs11.so"], { ...rules, disk: there })).toEqual([]);
  });
});

describe("the host's side of cards", () => {
  const look = (modules: string[], more: object = {}): CardQuestion => ({ ask: "look", modules, known: null, wait: 0, ...more });
  const never = new AbortController().signal;
  const rules = (links: Record<string, string> = {}) => ({ platform: "linux", environment: {}, listed: ["/a.so", "/b.so"], only: true, disk: { realpath: (path: string) => links[path] ?? path, stat: () => ({ isFile: () => true, isDirectory: () => false, uid: 1, mode: 0 }) } }) as const;

  function host(links: Record<string, string> = {}) {
    const ended: Record<string, (code: "keys.card-module" | "keys.card-silent") => void> = {};
    const ask = vi.fn((_path: string, question: CardQuestion): Promise<unknown> => Promise.resolve(question.ask === "look" ? { readers: ["R"], cards: [] } : null));
    const stopped: string[] = [];
    const started: string[] = [];
    const cards = cardHost({
      supported: () => undefined,
      rules: () => rules(links),
      start(path, end) {
        started.push(path);
        ended[path] = end;
        return { name: Promise.resolve("A library"), ask: (question) => ask(path, question), end: () => (stopped.push(path), end("keys.card-module")) };
      },
      now: () => 0,
    });
    return { cards, ask, stopped, started, ended };
  }

  it("runs the libraries that are asked for and ends the others, which logs their cards out", async () => {
    const { cards, stopped, started } = host();
    await cards.answer(look(["/a.so", "/b.so"]), never);
    expect(await cards.answer(look(["/b.so", "/c.so"]), never)).toMatchObject({ modules: [{ path: "/b.so", state: "ready", name: "A library", readers: ["R"] }, { path: "/c.so", state: "refused" }] });
    expect([started, stopped]).toEqual([["/a.so", "/b.so"], ["/a.so"]]);
  });

  it("starts the file that the rules looked at, so that a link that is another one's by then loads nothing", async () => {
    const { cards, started } = host({ "/a.so": "/usr/lib/a.so.1" });
    expect(await cards.answer(look(["/a.so"]), never)).toMatchObject({ modules: [{ path: "/a.so", state: "ready" }] });
    expect(started).toEqual(["/usr/lib/a.so.1"]);
  });

  it("leaves a library that hung or crashed alone for a while, and the others work on", async () => {
    const { cards, ask, started, ended } = host();
    ask.mockImplementation((path) => {
      if (path === "/b.so") return Promise.resolve({ readers: [], cards: [] });
      ended["/a.so"]?.("keys.card-silent");
      return Promise.reject(new Error());
    });
    for (let i = 0; i < 3; i++) expect(await cards.answer(look(["/a.so", "/b.so"]), never)).toMatchObject({ modules: [{ state: "silent" }, { state: "ready" }] });
    expect(started).toEqual(["/a.so", "/b.so"]);
  });

  it("answers a question about changes when there is one, and at once to whoever knows something else", async () => {
    const { cards, ask } = host();
    const { version } = (await cards.answer(look(["/a.so"]), never)) as { version: string };
    const change = cards.answer(look(["/a.so"], { known: version, wait: 0 }), never);
    expect(await change).toMatchObject({ version });
    ask.mockResolvedValue({ readers: ["R", "S"], cards: [] });
    expect(await cards.answer(look(["/a.so"], { known: version, wait: 30_000 }), never)).not.toMatchObject({ version });
  });

  it("keeps a library that was named while an older question was open, which then hears of it", async () => {
    const { cards, stopped, started } = host();
    const { version } = (await cards.answer(look([]), never)) as { version: string };
    const older = cards.answer(look([], { known: version, wait: 30_000 }), never);
    await cards.answer(look(["/a.so"]), never);
    expect(await older).toMatchObject({ modules: [{ path: "/a.so", state: "ready" }] });
    expect([started, stopped]).toEqual([["/a.so"], []]);
  });

  it("says that it has not what cards need, and works otherwise", async () => {
    const cards = cardHost({ supported: () => { throw new SmimeError("keys.card-unsupported"); }, rules: () => rules(), start: () => { throw new Error("not to be started"); } });
    expect(await cards.answer(look(["/a.so"]), never)).toMatchObject({ supported: false, cards: [] });
    await expect(cards.answer({ ask: "logout", card: null }, never)).rejects.toThrow("keys.card-unsupported");
  });
});
