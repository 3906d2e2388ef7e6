import { describe, expect, it } from "vitest";
import { directoryFetcher } from "../../../src/background/directory-fetch.ts";
import { directoryService } from "../../../src/background/directory-service.ts";
import { userDirectories } from "../../../src/background/user-directories.ts";
import { codeOf, SmimeError } from "../../../src/base/errors.ts";
import { directoryId } from "../../../src/policy/directory-place.ts";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";
import { issue } from "../pki/support/authority.ts";
import { fakeLdap } from "../directory/fake-ldap.ts";

/** The organisation's directories here are for accounts of its own domain. */
const inLab = { address: "alice@lab.test" };

const directory = (url: string, more: object = {}) => ({ url, startTls: false, loginName: "", password: "", ...more });

describe("directories of the user's own", () => {
  function setup(kept: unknown = undefined) {
    const state = { kept };
    return { state, own: userDirectories({ read: () => Promise.resolve(state.kept), write: (all) => Promise.resolve(void (state.kept = all)) }) };
  }
  const nothing = { id: "", host: "", search: () => Promise.resolve([]), expand: () => Promise.resolve(null), lookUp: () => Promise.resolve({ certificates: [], name: null, list: false }) };
  const serviceOf = (fake: ReturnType<typeof fakeLdap>, managed: object[], made: ReturnType<typeof setup>) =>
    directoryService({
      policy: { current: (account) => Promise.resolve(effectivePolicy({ Scopes: [{ domains: ["lab.test"], settings: { Directories: managed } }] }, defaultUserSettings, account)) },
      own: () => made.own.all(),
      ldapSearch: (question) => fake.search(question),
      fetch: () => Promise.reject(new SmimeError("directory.unreachable")),
      answers: { get: () => Promise.resolve(undefined), put: () => Promise.resolve() },
      contacts: { directory: () => nothing },
      kept: nothing,
      copies: { renew: () => Promise.resolve() },
      clock: fake.clock,
    });
  const names = async ({ own }: ReturnType<typeof setup>) => (await own.all()).map(directoryId);

  it("are added, replaced and removed by their names", async () => {
    const made = setup();
    await made.own.add(directory("ldaps://one.test/dc=x"));
    await made.own.add(directory("ldaps://one.test/dc=x"));
    await made.own.add(directory("https://two.test/search"));
    expect(await names(made)).toEqual(["ldaps://one.test:636/dc=x", "https://two.test/search"]);
    await made.own.remove("ldaps://one.test:636/dc=x");
    expect(await names(made)).toEqual(["https://two.test/search"]);
  });

  it("are refused where they could not be asked safely, or are too many", async () => {
    const made = setup([{ url: "nonsense" }, 3]);
    expect(await names(made)).toEqual([]);
    expect(await made.own.add(directory("ldap://one.test/dc=x")).catch(codeOf)).toBe("directory.address");
    for (let i = 0; i < 20; i++) await made.own.add(directory(`ldaps://h${i}.test/`));
    expect(await made.own.add(directory("ldaps://h20.test/")).catch(codeOf)).toBe("directory.address");
  });

  it("say nothing of lists, whose members are the organisation's to say (CO-09)", async () => {
    const fake = fakeLdap({ "cn=bob,dc=x": { mail: "bob@lab.test", objectClass: "groupOfNames", member: "uid=mallory,dc=x" }, "uid=mallory,dc=x": { mail: "mallory@evil.test" } });
    const asked = async (managed: object[], own: object[]) => {
      const service = serviceOf(fake, managed, setup(own));
      const expanded = await service.expand("bob@lab.test", { deadline: Number.POSITIVE_INFINITY, members: 10 }, inLab);
      return [(await service.lookUp("bob@lab.test", null, inLab)).list, expanded?.members.map(({ address }) => address)];
    };
    const place = directory("ldaps://one.test/dc=x");
    expect(await asked([place], [])).toEqual([true, ["mallory@evil.test"]]);
    expect(await asked([], [place])).toEqual([false, undefined]);
  });

  it("stay when the account is another, for which the organisation's are not asked", async () => {
    const fake = fakeLdap({ "uid=bob,dc=x": { mail: "bob@lab.test", cn: "Bob", userCertificate: issue({ name: "Bob", emails: ["bob@lab.test"] }).certificate.der } });
    const found = async (managed: object[], own: object[], address: string) => (await serviceOf(fake, managed, setup(own)).lookUp("bob@lab.test", null, { address })).certificates.length;
    const place = directory("ldaps://one.test/dc=x");
    expect([await found([place], [], "alice@lab.test"), await found([place], [], "alice@private.test"), await found([], [place], "alice@private.test")]).toEqual([1, 0, 1]);
  });

  it("are asked beside the organisation's, and their word on a person's other addresses is not taken", async () => {
    const certificate = issue({ name: "Bob", emails: ["bobby@old.test"] }).certificate.der;
    const fake = fakeLdap({ "uid=bob,dc=x": { mail: "bob@lab.test", proxyAddresses: "smtp:bobby@old.test", userCertificate: certificate } });
    const proxies = async (managed: object[], own: object[]) => {
      const service = serviceOf(fake, managed, setup(own));
      return (await service.lookUp("bob@lab.test", null, inLab)).certificates.map((one) => one.proxies);
    };
    const place = directory("ldaps://one.test/dc=x");
    expect(await proxies([place], [])).toEqual([["bob@lab.test", "bobby@old.test"]]);
    expect(await proxies([], [place])).toEqual([undefined]);
  });
});

describe("asking an HTTPS store", () => {
  const retrieval = { kind: "directory" as const, url: "https://certs.test/s?email=a", body: null, size: 10 };
  const answers = (response: () => Promise<Response>, { permitted = true, host = (): Promise<Uint8Array<ArrayBuffer>> => Promise.reject(new SmimeError("host.unavailable")) } = {}) =>
    directoryFetcher({ fetch: response, permitted: () => Promise.resolve(permitted) }, { status: () => Promise.resolve({ state: "missing", version: null }), fetch: host })(retrieval).then((octets) => Buffer.from(octets).toString(), codeOf);
  const ok = (text: string, status = 200) => () => Promise.resolve(new Response(status === 204 ? null : text, { status }));

  it("takes an answer up to its size, and none where it says that there is none", async () => {
    expect(await answers(ok("0123456789"))).toBe("0123456789");
    expect(await answers(ok("0123456789a"))).toBe("directory.too-many");
    expect([await answers(ok("x", 404)), await answers(ok("", 204))]).toEqual(["", ""]);
    expect(await answers(ok("x", 500))).toBe("directory.unreachable");
    expect(await answers(() => Promise.reject(new TypeError("redirect")))).toBe("directory.unreachable");
  });

  it("goes by the host where the browser may not, and by the browser where there is no host", async () => {
    expect(await answers(ok("browser"), { permitted: false, host: () => Promise.resolve(new Uint8Array([104])) })).toBe("h");
    expect(await answers(ok("browser"), { permitted: false })).toBe("browser");
    expect(await answers(ok("browser"), { permitted: false, host: () => Promise.reject(new SmimeError("revocation.fetch-time")) })).toBe("directory.time");
  });
});
