import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { concat, utf8 } from "../../../src/base/bytes.ts";
import { SmimeError } from "../../../src/base/errors.ts";
import { isOurs } from "../../../src/native-host/caller.ts";
import { configurationFiles, readConfiguration } from "../../../src/native-host/configuration.ts";
import { type HostWork, serve } from "../../../src/native-host/serve.ts";
import { frame, frameReader } from "../../../src/protocol/host-frames.ts";
import { hostLimits, hostQuestion, hostReply, type HostReply, OUR_EXTENSIONS } from "../../../src/protocol/host-messages.ts";

const fetchOf = (id: number, url = "http://x.test/") => ({ do: "fetch", id, retrieval: { kind: "crl", url, body: null, size: 10_000_000 }, each: 1000, allowedHosts: [] });

function host(work: Partial<HostWork> = {}) {
  const replies: HostReply[] = [];
  const read = frameReader(hostLimits.message);
  const take = serve(
    { version: "0.1.0", hello: () => undefined, fetch: () => Promise.resolve(utf8("x")), search: () => Promise.resolve([]), card: () => Promise.resolve(null), ...work },
    (octets) => {
      replies.push(...read(octets).map(hostReply));
      return Promise.resolve();
    },
  );
  return { replies, take, ask: (message: unknown) => take(frame(message)) };
}

const settled = (): Promise<void> => new Promise((later) => setTimeout(later, 5));

describe("the host's answers", () => {
  it("come in parts of the limit, for an answer of any length", async () => {
    for (const [length, parts] of [[0, 1], [hostLimits.part, 1], [hostLimits.part + 1, 2], [3 * hostLimits.part, 3]] as const) {
      const { replies, ask } = host({ fetch: () => Promise.resolve(new Uint8Array(length)) });
      ask(fetchOf(7));
      await settled();
      expect(replies.map(({ id, more }) => [id, more]), String(length)).toEqual(Array.from({ length: parts }, (_, i) => [7, i < parts - 1]));
      expect(concat(...replies.map(({ part }) => part as Uint8Array)).length).toBe(length);
    }
  });

  it("are codes where something fails, whatever was thrown", async () => {
    const { replies, ask } = host({ fetch: () => Promise.reject(new SmimeError("revocation.fetch-time")), search: () => Promise.reject(new Error("secret words")), hello: () => { throw new SmimeError("host.configuration"); } });
    ask(fetchOf(1));
    ask({ do: "search", id: 2, question: { server: "ldap://x", startTls: false, login: null, base: "", scope: "sub", filter: { kind: "present", attribute: "x" }, attributes: [], limit: 1, timeout: 1 } });
    ask({ do: "hello", id: 3 });
    await settled();
    expect(Object.fromEntries(replies.map(({ id, code }) => [id, code]))).toEqual({ 1: "revocation.fetch-time", 2: "internal.unexpected", 3: "host.configuration" });
  });

  it("say that a message was none, with its number where it has one", async () => {
    const { replies, ask } = host();
    for (const message of [{ id: 5 }, { do: "fetch", id: 6 }, [], null, "x", { do: "hello", id: -1 }, { do: "__proto__", id: 8 }]) ask(message);
    await settled();
    expect(replies.map(({ id, code }) => [id, code])).toEqual([5, 6, 0, 0, 0, 0, 8].map((id) => [id, "protocol.malformed"]));
  });

  it("are worked on a few at once; more wait, and more than that are refused", async () => {
    let running = 0;
    let most = 0;
    const release: (() => void)[] = [];
    const { replies, ask } = host({
      fetch: async () => {
        most = Math.max(most, ++running);
        await new Promise<void>((done) => release.push(done));
        running--;
        return utf8("x");
      },
    });
    const all = hostLimits.atOnce + hostLimits.waiting;
    for (let id = 1; id <= all; id++) ask(fetchOf(id));
    await settled();
    expect(replies).toEqual([]);
    ask(fetchOf(all + 1));
    await settled();
    expect(replies.map(({ id, code }) => [id, code])).toEqual([[all + 1, "limits.host"]]);
    while (release.length > 0) {
      release.splice(0).forEach((done) => done());
      await settled();
    }
    expect(most).toBe(hostLimits.atOnce);
    expect(replies).toHaveLength(all + 1);
  });

  it("about revocation do not wait for directories, nor the other way round, nor either for the greeting (RV-01)", async () => {
    const search = (id: number) => ({ do: "search", id, question: { server: "ldap://x", startTls: false, login: null, base: "", scope: "sub", filter: { kind: "present", attribute: "x" }, attributes: [], limit: 1, timeout: 1 } });
    const store = (id: number) => ({ ...fetchOf(id), retrieval: { ...fetchOf(id).retrieval, kind: "directory" } });
    const never = (): Promise<never> => new Promise(() => undefined);
    const busy = host({ search: never, fetch: (question) => (question.kind === "directory" ? never() : Promise.resolve(utf8("x"))) });
    // Every place at work and every place to wait is taken, by questions of either protocol.
    const all = hostLimits.atOnce + hostLimits.waiting;
    for (let id = 1; id <= all; id++) busy.ask(id % 2 ? search(id) : store(id));
    busy.ask(search(998));
    busy.ask(store(999));
    for (const id of [1001, 1002]) busy.ask(fetchOf(id));
    busy.ask({ do: "hello", id: 1003 });
    await settled();
    expect(busy.replies.map(({ id, code }) => [id, code])).toEqual([[998, "limits.host"], [999, "limits.host"], [1003, null], [1001, null], [1002, null]]);
    const checking = host({ fetch: never });
    for (let id = 1; id <= all; id++) checking.ask(fetchOf(id));
    checking.ask(search(1001));
    await settled();
    expect(checking.replies.map(({ id, code }) => [id, code])).toEqual([[1001, null]]);
  });

  it("stop when nobody wants them, and a number at work is not given twice", async () => {
    const asked: string[] = [];
    let signal: AbortSignal | undefined;
    const { replies, ask } = host({
      fetch: (question, _rules, cancelled) => {
        asked.push(question.url);
        signal = cancelled;
        return new Promise((_, reject) => cancelled.addEventListener("abort", () => reject(new SmimeError("revocation.fetch-time"))));
      },
    });
    for (let id = 1; id <= hostLimits.atOnce; id++) ask(fetchOf(id, "running"));
    ask(fetchOf(99, "waiting"));
    ask({ do: "cancel", id: 200, question: 99 });
    ask(fetchOf(1));
    await settled();
    expect(replies.map(({ id, code }) => [id, code])).toEqual([[1, "protocol.malformed"]]);
    ask({ do: "cancel", id: 201, question: hostLimits.atOnce });
    await settled();
    expect(signal?.aborted).toBe(true);
    expect(asked).not.toContain("waiting");
  });
});

describe("messages of native messaging", () => {
  it("are read however their octets come", () => {
    const octets = concat(frame({ a: "ä" }), frame([1]), frame(null));
    const read = frameReader(100);
    expect([...octets].flatMap((octet) => read(new Uint8Array([octet])))).toEqual([{ a: "ä" }, [1], null]);
    expect(frameReader(100)(octets)).toEqual([{ a: "ä" }, [1], null]);
  });

  it("end everything when one is too long or no JSON", () => {
    const text = "x".repeat(98);
    expect(frameReader(100)(frame(text))).toEqual([text]);
    expect(() => frameReader(99)(frame(text))).toThrow("limits.host");
    // The length alone is enough.
    expect(() => frameReader(99)(new Uint8Array([100, 0, 0, 0]))).toThrow("limits.host");
    expect(() => frameReader(99)(new Uint8Array([1, 0, 0, 0, 0x7b]))).toThrow("protocol.malformed");
  });

  it("hold a filter to its depth, its size and names of attributes", () => {
    const ask = (filter: unknown, attributes: unknown = []) => hostQuestion({ do: "search", id: 1, question: { server: "", startTls: false, login: null, base: "", scope: "sub", filter, attributes, limit: 1, timeout: 1 } });
    const leaf = { kind: "present", attribute: "mail" };
    const deep = (depth: number): unknown => (depth === 1 ? leaf : { kind: "not", filter: deep(depth - 1) });
    expect(() => ask(deep(hostLimits.filterDepth))).not.toThrow();
    expect(() => ask(deep(hostLimits.filterDepth + 1))).toThrow("protocol.malformed");
    const wide = (count: number): unknown => ({ kind: "or", filters: Array<unknown>(count).fill(leaf) });
    expect(() => ask(wide(hostLimits.filterSize - 1))).not.toThrow();
    expect(() => ask(wide(hostLimits.filterSize))).toThrow("protocol.malformed");
    for (const name of ["mail", "userCertificate;binary", "member;range=0-1499", "2.5.4.36", "*", "+", "1.1"]) expect(() => ask(leaf, [name]), name).not.toThrow();
    for (const name of ["", "a)(b", "a=b", "ä", "a b", "a;"]) expect(() => ask({ kind: "present", attribute: name }), name).toThrow("protocol.malformed");
  });
});

describe("whom the host serves", () => {
  it("is the extension whose key stands in the manifest", () => {
    const { key, browser_specific_settings: { gecko } } = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../../manifest.json"), "utf8")) as { key: string; browser_specific_settings: { gecko: { id: string } } };
    const id = createHash("sha256").update(Buffer.from(key, "base64")).digest("hex").slice(0, 32).replace(/./g, (digit) => String.fromCharCode(97 + parseInt(digit, 16)));
    expect(OUR_EXTENSIONS).toEqual({ chromium: `chrome-extension://${id}/`, firefox: gecko.id });
    expect(isOurs([OUR_EXTENSIONS.chromium])).toBe(true);
    expect(isOurs([OUR_EXTENSIONS.chromium, "--parent-window=7"])).toBe(true);
    expect(isOurs(["/x/mailseal.host.json", OUR_EXTENSIONS.firefox])).toBe(true);
    for (const args of [[], ["x", OUR_EXTENSIONS.chromium], [OUR_EXTENSIONS.firefox], ["/x/mailseal.host.json", "other"], ["https://evil.test/"]]) expect(isOurs(args), args.join()).toBe(false);
  });
});

describe("the host's configuration", () => {
  const read = (files: Record<string, string>) => readConfiguration(["machine", "user"], (path) => files[path] ?? null);
  const pem = "-----BEGIN CERTIFICATE-----";

  it("is nothing without a file, and the machine's word counts before the user's", () => {
    const cards = { listed: [], only: false };
    expect(read({})).toEqual({ proxy: null, authorities: null, cards });
    expect(read({ user: '{"proxy":"http://user.test:3128","caFile":"ca"}', machine: '{"proxy":"http://machine.test:3128"}', ca: pem })).toEqual({ proxy: "http://machine.test:3128", authorities: pem, cards });
  });

  it.each(["", "[]", "{", '{"proxy":1}', '{"proxy":"socks://x:1"}', '{"proxy":"http://a:b@x/"}', '{"proxy":"https://x/"}', '{"other":1}', '{"caFile":"absent"}', '{"caFile":"user"}'])("%s is refused", (user) => {
    expect(() => read({ user })).toThrow("host.configuration");
  });

  it("lies where each system keeps such things", () => {
    expect(configurationFiles({ platform: "linux", home: "/home/a", environment: {} })).toEqual(["/etc/mailseal/host.json", "/home/a/.config/mailseal/host.json"]);
    expect(configurationFiles({ platform: "linux", home: "/home/a", environment: { XDG_CONFIG_HOME: "/c" } })[1]).toBe("/c/mailseal/host.json");
    expect(configurationFiles({ platform: "darwin", home: "/Users/a", environment: {} })).toEqual(["/Library/Application Support/Mailseal/host.json", "/Users/a/Library/Application Support/Mailseal/host.json"]);
    expect(configurationFiles({ platform: "win32", home: "C:\\Users\\a", environment: { ProgramData: "D:\\Data", APPDATA: "C:\\R" } })).toEqual(["D:\\Data\\Mailseal\\host.json", "C:\\R\\Mailseal\\host.json"]);
  });
});

