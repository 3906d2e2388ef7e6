import { afterEach, describe, expect, it, vi } from "vitest";
import { codeOf } from "../../../src/base/errors.ts";
import type { HostPort } from "../../../src/protocol/host-port.ts";
import type { Retrieval } from "../../../src/protocol/retrieval.ts";
import { network, type Place } from "./network.ts";

const URL_A = "http://crl.example.org/a.crl";
const list = (url = URL_A, size = 100): Retrieval => ({ kind: "crl", url, body: null, size });
const octets = (length: number) => new Uint8Array(length);

type Network = ReturnType<typeof network>;
const fetchOnce = async ({ retrievals }: Network, question = list(), turns = 1): Promise<number | string> =>
  (await retrievals.check()).fetcher(question, turns).then(({ length }) => length, codeOf);

afterEach(() => vi.useRealTimers());

describe("who fetches (RV-01)", () => {
  const host = (state: "ready" | "missing"): HostPort => ({ status: () => Promise.resolve({ state, version: null }), fetch: () => Promise.resolve(octets(7)) }) as unknown as HostPort;
  const relay = { RevocationRelay: "https://relay.example.org/fetch" };

  it("is the native host if it is ready, then the organisation's relay, then the browser if it was allowed, then nobody", async () => {
    const places = { [URL_A]: () => octets(1), [relay.RevocationRelay]: () => octets(3) };
    expect(await fetchOnce(network(places, { managed: relay }, host("ready")))).toBe(7);
    expect(await fetchOnce(network(places, { managed: relay }, host("missing")))).toBe(3);
    expect(await fetchOnce(network(places, {}, host("missing")))).toBe(1);
    const none = network(places, { permitted: false });
    expect(await fetchOnce(none)).toBe("revocation.no-way");
    expect(none.asked).toEqual([]);
  });

  it("is the organisation's relay for its own accounts, and for no other in the same browser", async () => {
    const places = { [URL_A]: () => octets(1), [relay.RevocationRelay]: () => octets(3) };
    const { retrievals } = network(places, { managed: { AccountDomains: ["example.org"], ...relay } });
    const inAccount = async (address: string) => (await (await retrievals.check({ address })).fetcher(list())).length;
    expect([await inAccount("a@example.org"), await inAccount("a@private.example")]).toEqual([3, 1]);
  });

  it("is told to our own pages without an address that Firefox does not read", async () => {
    expect(await network({}).retrievals.state()).toEqual({ way: "browser", allowed: true, off: false });
    expect(await network({}, { permitted: false }).retrievals.state()).toMatchObject({ way: "none", allowed: false });
    expect(await network({}, { managed: relay, permitted: false }, host("missing")).retrievals.state()).toMatchObject({ way: "relay" });
  });

  it("asks a directory only through the host", async () => {
    const ldap = list("ldap://dir.example.org/cn=CA?certificateRevocationList");
    expect(await fetchOnce(network({}, {}, host("ready")), ldap)).toBe(7);
    expect((await network({}, {}, host("ready")).retrievals.check()).ldap).toBe(true);
    expect(await fetchOnce(network({}, { managed: relay }), ldap)).toBe("revocation.no-way");
    expect(await fetchOnce(network({}), list("file:///etc/passwd"))).toBe("revocation.fetch");
  });

  it("tells the relay what to fetch, and takes its refusals", async () => {
    const body = Uint8Array.of(1, 2, 3);
    const stage = network({ [relay.RevocationRelay]: () => octets(3) }, { managed: relay });
    await fetchOnce(stage, { kind: "ocsp", url: "http://ocsp.example.org", body, size: 100 });
    expect(stage.asked[0]).toMatchObject({ url: relay.RevocationRelay, init: { method: "POST", redirect: "error", credentials: "omit" } });
    expect(JSON.parse(stage.asked[0]?.init.body as string)).toEqual({ kind: "ocsp", url: "http://ocsp.example.org", body: "AQID", size: 100, timeout: 60_000 });
    for (const [status, code] of [[403, "revocation.fetch-address"], [413, "limits.revocation"], [504, "revocation.fetch-time"], [401, "revocation.fetch-refused"], [407, "revocation.fetch-refused"], [502, "revocation.fetch"]] as const) {
      expect(await fetchOnce(network({ [relay.RevocationRelay]: () => new Response(null, { status }) }, { managed: relay }))).toBe(code);
    }
  });
});

describe("what the browser's own fetch may do (RV-04)", () => {
  it("goes without anything of the user, and nobody sends it elsewhere", async () => {
    const stage = network({ [URL_A]: () => octets(1) });
    await fetchOnce(stage);
    expect(stage.asked[0]?.init).toMatchObject({ method: "GET", redirect: "error", credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" });
  });

  it.each(["http://127.0.0.1/a", "http://2130706433/a", "http://10.1.2.3:8080/a", "http://[::1]/a", "http://[fd00::1]/a", "http://localhost/a", "http://x.localhost./a", "http://169.254.169.254/a"])(
    "asks nobody at %s unless an administrator listed him",
    async (url) => {
      const stage = network({ http: () => octets(1) });
      expect(await fetchOnce(stage, list(url))).toBe("revocation.fetch-address");
      expect(stage.asked).toEqual([]);
      const allowed = network({ http: () => octets(1) }, { managed: { RevocationHosts: [new URL(url).hostname] } });
      expect(await fetchOnce(allowed, list(url))).toBe(1);
    },
  );

  it("takes so many octets and no more, and nothing but a plain answer", async () => {
    expect(await fetchOnce(network({ [URL_A]: () => octets(100) }))).toBe(100);
    expect(await fetchOnce(network({ [URL_A]: () => octets(101) }))).toBe("limits.revocation");
    for (const status of [204, 400, 404, 500]) expect(await fetchOnce(network({ [URL_A]: () => new Response(null, { status }) }))).toBe("revocation.fetch");
    // We send no login, so whoever wants one stands in between.
    for (const status of [401, 403, 407]) expect(await fetchOnce(network({ [URL_A]: () => new Response(null, { status }) }))).toBe("revocation.fetch-refused");
  });
});

describe("time and repetition", () => {
  const never: Place = () => new Promise(() => undefined);

  it("waits as long as the settings say: for one place, its share of what all may take, and for nobody where that is nought", async () => {
    vi.useFakeTimers();
    const managed = { RevocationURLRetrievalTimeout: 20_000, CertURLRetrievalTimeout: 30_000 };
    const wait = async (turns: number, after: number): Promise<unknown> => {
      const stage = network({ [URL_A]: never }, { managed });
      let said: unknown = "waiting";
      void fetchOnce(stage, list(), turns).then((code) => (said = code));
      await vi.advanceTimersByTimeAsync(after);
      return said;
    };
    expect(await wait(1, 19_999)).toBe("waiting");
    expect(await wait(1, 20_000)).toBe("revocation.fetch-time");
    expect(await wait(3, 9_999)).toBe("waiting");
    expect(await wait(3, 10_000)).toBe("revocation.fetch-time");
    const offline = network({ [URL_A]: () => octets(1) }, { managed: { CertURLRetrievalTimeout: 0 } });
    expect(await fetchOnce(offline)).toBe("revocation.fetch-time");
    expect(offline.asked).toEqual([]);
  });

  it("asks the same place once at a time", async () => {
    const stage = network({ [URL_A]: () => octets(5) });
    expect(await Promise.all([fetchOnce(stage), fetchOnce(stage), fetchOnce(stage)])).toEqual([5, 5, 5]);
    expect(stage.asked).toHaveLength(1);
    await fetchOnce(stage);
    expect(stage.asked).toHaveLength(2);
  });

  it("leaves a list's place to the list when something else was looked for there", async () => {
    const stage = network({ [URL_A]: () => octets(90) });
    expect(await fetchOnce(stage, { ...list(URL_A, 80), kind: "issuer" })).toBe("limits.revocation");
    expect(await fetchOnce(stage)).toBe(90);
  });

  it("asks at once when failures are forgotten, and what was on its way then is not remembered", async () => {
    const stage = network({});
    await fetchOnce(stage);
    stage.retrievals.forgetFailures();
    await fetchOnce(stage);
    expect(stage.asked).toHaveLength(2);
    let fail = (): void => undefined;
    const slow = network({ [URL_A]: () => new Promise((_resolve, reject) => (fail = () => reject(new TypeError("gone")))) });
    const first = fetchOnce(slow);
    await vi.waitFor(() => expect(slow.asked).toHaveLength(1));
    slow.retrievals.forgetFailures();
    fail();
    expect(await first).toBe("revocation.fetch");
    void fetchOnce(slow);
    await vi.waitFor(() => expect(slow.asked).toHaveLength(2));
  });

  it("leaves a place that failed alone for five minutes, and asks at once when a way was opened", async () => {
    const stage = network({});
    expect([await fetchOnce(stage), await fetchOnce(stage)]).toEqual(["revocation.fetch", "revocation.fetch"]);
    stage.now.at += 5 * 60_000 - 1;
    await fetchOnce(stage);
    expect(stage.asked).toHaveLength(1);
    stage.now.at += 1;
    await fetchOnce(stage);
    expect(stage.asked).toHaveLength(2);
  });
});
