import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { encodeBase64 } from "../../../src/base/base64.ts";
import { latin1, utf8 } from "../../../src/base/bytes.ts";
import { codeOf } from "../../../src/base/errors.ts";
import { type HostBrowser, hostConnection, type HostEvents, hostTimes } from "../../../src/background/host-connection.ts";
import { HOST_NAME, hostLimits } from "../../../src/protocol/host-messages.ts";
import type { LdapQuestion } from "../../../src/protocol/host-port.ts";
import type { Retrieval } from "../../../src/protocol/retrieval.ts";

interface Said {
  do: string;
  id: number;
  question?: unknown;
  retrieval?: { url: string };
}

/** A browser with a host of the test's own; `allowed` and `absent` can be changed. */
function fakeBrowser(answer: (said: Said, events: HostEvents) => void = () => undefined) {
  const seen = { connections: 0, closed: 0, said: [] as Said[], allowed: true, absent: "", events: null as HostEvents | null };
  const browser: HostBrowser = {
    allowed: () => Promise.resolve(seen.allowed),
    connect(events) {
      seen.connections++;
      seen.events = events;
      if (seen.absent !== "") queueMicrotask(() => events.ended(seen.absent));
      return {
        post(message) {
          const said = message as Said;
          seen.said.push(said);
          if (seen.absent !== "") return;
          if (said.do === "hello") part(events, said.id, JSON.stringify({ version: "0.1.0", host: HOST_NAME }));
          else answer(said, events);
        },
        close: () => void seen.closed++,
      };
    },
  };
  return { browser, seen };
}

const part = (events: HostEvents, id: number, text: string, more = false): void =>
  events.message({ id, part: { $octets: encodeBase64(utf8(text)) }, more, code: null });

const crl: Retrieval = { kind: "crl", url: "http://crl.example.test/", body: null, size: 10 };
const rules = { each: 5000, allowedHosts: [] };
const question: LdapQuestion = { server: "ldap://d.test", startTls: true, login: null, base: "", scope: "sub", filter: { kind: "present", attribute: "mail" }, attributes: [], limit: 5, timeout: 1000 };
const outcome = (fetched: Promise<Uint8Array>): Promise<string> => fetched.then((octets) => latin1(octets), codeOf);

describe("the connection to the native host", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is made when something is asked, shared, and answers are found by their number", async () => {
    const later: (() => void)[] = [];
    const { browser, seen } = fakeBrowser((said, events) => later.push(() => part(events, said.id, said.retrieval?.url.at(-1) ?? "")));
    const host = hostConnection(browser);
    expect(seen.connections).toBe(0);
    const both = Promise.all(["1", "2"].map((end) => outcome(host.fetch({ ...crl, url: end }, rules))));
    await vi.waitFor(() => expect(later).toHaveLength(2));
    later.reverse().forEach((answer) => answer());
    expect(await both).toEqual(["1", "2"]);
    expect(seen.connections).toBe(1);
    expect(seen.said.filter(({ do: what }) => what === "hello")).toHaveLength(1);
  });

  it("joins the parts of an answer, up to what was asked for and not beyond", async () => {
    const { browser, seen } = fakeBrowser((said, events) => {
      for (const [text, more] of said.retrieval?.url === "fits" ? ([["12345", true], ["67890", false]] as const) : ([["12345", true], ["678901", true], ["2", false]] as const)) part(events, said.id, text, more);
    });
    const host = hostConnection(browser);
    expect(await outcome(host.fetch({ ...crl, url: "fits" }, rules))).toBe("1234567890");
    expect(await outcome(host.fetch({ ...crl, url: "over" }, rules))).toBe("limits.host");
    // The host is told not to go on.
    expect(seen.said.at(-1)).toMatchObject({ do: "cancel", question: seen.said.at(-2)?.id });
  });

  it("passes the host's codes on, and takes an answer that is none of its own for the end of it", async () => {
    const { browser, seen } = fakeBrowser((said, events) => {
      if (said.retrieval?.url === "code") events.message({ id: said.id, part: null, more: false, code: "revocation.fetch-address" });
      else events.message({ id: said.id, part: null, more: false, code: "no.such-code" });
    });
    const host = hostConnection(browser);
    expect(await outcome(host.fetch({ ...crl, url: "code" }, rules))).toBe("revocation.fetch-address");
    expect(await outcome(host.fetch(crl, rules))).toBe("host.unavailable");
    expect(seen.closed).toBe(1);
  });

  it("gives entries whose attributes have the names of JavaScript's own", async () => {
    const entries = [{ dn: "cn=a", attributes: [{ name: "__proto__", values: [{ $octets: encodeBase64(utf8("x")) }] }, { name: "mail", values: [] }] }];
    const { browser } = fakeBrowser((said, events) => part(events, said.id, JSON.stringify(entries)));
    const [entry] = await hostConnection(browser).ldapSearch(question);
    expect(entry?.dn).toBe("cn=a");
    expect(Object.keys(entry?.attributes ?? {})).toEqual(["__proto__", "mail"]);
  });

  it.each(["[{}]", "{", '[{"dn":1,"attributes":[]}]'])("takes %s for no entries", async (text) => {
    const { browser } = fakeBrowser((said, events) => part(events, said.id, text));
    await expect(hostConnection(browser).ldapSearch(question)).rejects.toMatchObject({ code: "protocol.malformed" });
  });

  it("tells permission, missing, broken and ready apart", async () => {
    const { browser, seen } = fakeBrowser();
    const status = (): Promise<unknown> => hostConnection(browser).status();
    seen.allowed = false;
    expect(await status()).toEqual({ state: "permission", version: null });
    expect(seen.connections).toBe(0);
    seen.allowed = true;
    for (const reason of ["Specified native messaging host not found.", "No such native application mailseal.host", "Access to the specified native messaging host is forbidden."]) {
      seen.absent = reason;
      expect(await status(), reason).toEqual({ state: "missing", version: null });
    }
    for (const reason of ["Native host has exited.", "Failed to start native messaging host.", ""]) {
      seen.absent = reason || "An unexpected error occurred";
      expect(await status(), reason).toEqual({ state: "broken", version: null });
    }
    seen.absent = "";
    expect(await status()).toEqual({ state: "ready", version: "0.1.0" });
  });

  it("says that a host which is something else is broken, and asks it nothing", async () => {
    const { browser, seen } = fakeBrowser();
    const other: HostBrowser = { ...browser, connect: (events) => ({ post: (said) => part(events, (said as Said).id, '{"version":"9","host":"other"}'), close: () => void seen.closed++ }) };
    expect(await hostConnection(other).status()).toEqual({ state: "broken", version: null });
    expect(seen.closed).toBe(1);
  });

  it("waits longer after each failure, and begins anew after a success", async () => {
    let time = 0;
    const { browser, seen } = fakeBrowser((said, events) => part(events, said.id, "ok"));
    const host = hostConnection(browser, () => time);
    const ask = (): Promise<string> => outcome(host.fetch(crl, rules));
    seen.absent = "Native host has exited.";
    for (const pause of [1000, 2000, 4000]) {
      const before = seen.connections;
      expect(await ask()).toBe("host.unavailable");
      expect(seen.connections).toBe(before + 1);
      time += pause - 1;
      expect(await ask()).toBe("host.unavailable");
      expect(seen.connections).toBe(before + 1);
      time += 1;
    }
    seen.absent = "";
    expect(await ask()).toBe("ok");
    seen.events?.ended("");
    time += hostTimes.firstPause;
    expect(await ask()).toBe("ok");
  });

  it("fails what was asked when the host ends, and does not hear what an old one still says", async () => {
    const { browser, seen } = fakeBrowser();
    let time = 0;
    const host = hostConnection(browser, () => time);
    const first = outcome(host.fetch(crl, rules));
    await vi.waitFor(() => expect(seen.said).toHaveLength(2));
    const old = seen.events as HostEvents;
    old.ended("Native host has exited.");
    expect(await first).toBe("host.unavailable");
    time += hostTimes.firstPause;
    const second = outcome(host.fetch(crl, rules));
    await vi.waitFor(() => expect(seen.said).toHaveLength(4));
    part(old, seen.said[3]?.id ?? 0, "old");
    old.ended("");
    part(seen.events as HostEvents, seen.said[3]?.id ?? 0, "new");
    expect(await second).toBe("new");
  });

  it("gives up a question in its time, and a silent host too", async () => {
    const { browser, seen } = fakeBrowser();
    const fetched = outcome(hostConnection(browser).fetch(crl, rules));
    await vi.waitFor(() => expect(seen.said).toHaveLength(2));
    await vi.advanceTimersByTimeAsync(rules.each + hostTimes.beyond);
    expect(await fetched).toBe("host.time");
    expect(seen.said.at(-1)).toMatchObject({ do: "cancel" });
    const silent: HostBrowser = { allowed: () => Promise.resolve(true), connect: () => ({ post: () => undefined, close: () => undefined }) };
    const status = hostConnection(silent).status();
    await vi.advanceTimersByTimeAsync(hostTimes.hello);
    expect(await status).toEqual({ state: "broken", version: null });
  });

  it("is given up when nobody asks anything, and not while somebody waits", async () => {
    const { browser, seen } = fakeBrowser((said, events) => {
      if (said.retrieval?.url !== "slow") part(events, said.id, "ok");
    });
    const host = hostConnection(browser);
    await host.fetch(crl, rules);
    await vi.advanceTimersByTimeAsync(hostTimes.idle - 1);
    expect(seen.closed).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(seen.closed).toBe(1);
    const slow = outcome(host.fetch({ ...crl, url: "slow" }, { ...rules, each: hostTimes.idle * 2 }));
    await vi.waitFor(() => expect(seen.connections).toBe(2));
    await vi.advanceTimersByTimeAsync(hostTimes.idle + 1);
    expect(seen.closed).toBe(1);
    seen.events?.ended("");
    expect(await slow).toBe("host.unavailable");
  });

  it("takes no more for a search than the limit of all its parts", async () => {
    const whole = { $octets: encodeBase64(new Uint8Array(hostLimits.part)) };
    const { browser } = fakeBrowser((said, events) => {
      for (let i = 0; i <= hostLimits.search / hostLimits.part; i++) events.message({ id: said.id, part: whole, more: true, code: null });
    });
    await expect(hostConnection(browser).ldapSearch(question)).rejects.toMatchObject({ code: "limits.host" });
  });
});
