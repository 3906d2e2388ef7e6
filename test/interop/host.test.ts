import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hex } from "../../src/base/bytes.ts";
import { toWire } from "../../src/protocol/shape.ts";
import { asJson, type HostProcess, startHost } from "./support/host-process.ts";
import { type Identity, makePeople, type People, RSA } from "./support/people.ts";
import { must, run } from "./support/programs.ts";
import { BASE, haveSlapd, READER, serverCertificate, startSlapd } from "./support/slapd.ts";

let people: People;
let home: string;
const hosts: HostProcess[] = [];

function start(configuration: object | null = null, args?: string[]): HostProcess {
  const folder = join(home, `.config-${hosts.length}`);
  mkdirSync(join(folder, "mailseal"), { recursive: true });
  if (configuration !== null) writeFileSync(join(folder, "mailseal/host.json"), JSON.stringify(configuration));
  const host = startHost({ HOME: home, XDG_CONFIG_HOME: folder }, args);
  hosts.push(host);
  return host;
}

beforeAll(() => {
  people = makePeople();
  home = people.folder;
});
afterAll(() => {
  for (const { child } of hosts) child.kill();
  people.remove();
});

describe("the built host, as a browser runs it", () => {
  it("says who it is, to our extensions alone, and ends with its browser", async () => {
    const host = start();
    const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../package.json"), "utf8")) as { version: string };
    expect(asJson(await host.ask({ do: "hello" }))).toEqual({ version, host: "mailseal.host" });
    host.child.stdin?.end();
    expect(await host.ended).toBe(0);
    expect(host.stderr()).toBe("");
    const firefox = start(null, ["/x/mailseal.host.json", "mailseal@mailseal.example"]);
    expect(asJson(await firefox.ask({ do: "hello" }))).toMatchObject({ version });
    for (const args of [[], ["chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/"], ["/x/mailseal.host.json", "other@example.test"]]) expect(await start(null, args).ended, args.join()).toBe(2);
  });

  it("answers what is no question with a code and goes on; what is no message ends it", async () => {
    const host = start();
    expect(await host.ask({ do: "format-disk" })).toBe("protocol.malformed");
    expect(await host.ask({ do: "hello" })).toBeInstanceOf(Uint8Array);
    host.write(new Uint8Array([0xff, 0xff, 0xff, 0xff]));
    expect(await host.ended).toBe(1);
    const other = start();
    other.write(new Uint8Array([2, 0, 0, 0, 0x7b, 0x7b]));
    expect(await other.ended).toBe(1);
    expect(other.stderr()).toBe("");
  });

  it("fetches what is larger than one message may be, in parts that Chromium takes", async () => {
    const body = Buffer.alloc(3_000_000, 7);
    const server = createServer((_request, response) => response.end(body));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const host = start();
    const question = (more: object) => ({ do: "fetch", retrieval: { kind: "crl", url, body: null, size: body.length, ...more }, each: 20_000, allowedHosts: ["127.0.0.1"] });
    const octets = await host.ask(question({}));
    expect(Buffer.compare(Buffer.from(octets as Uint8Array), body)).toBe(0);
    expect(host.largest()).toBeGreaterThan(500_000);
    expect(host.largest()).toBeLessThan(1024 * 1024);
    expect(await host.ask(question({ size: body.length - 1 }))).toBe("limits.revocation");
    expect(await host.ask({ ...question({}), allowedHosts: [] })).toBe("revocation.fetch-address");
    server.close();
  });

  it("says that its configuration cannot be understood, and then fetches nothing past a proxy", async () => {
    for (const wrong of [{ proxy: "socks://x:1" }, { prxy: "http://x:1" }, { caFile: "/does/not/exist" }]) {
      const host = start(wrong);
      expect(await host.ask({ do: "hello" }), JSON.stringify(wrong)).toBe("host.configuration");
      expect(await host.ask({ do: "fetch", retrieval: { kind: "crl", url: "http://example.test/", body: null, size: 1 }, each: 1000, allowedHosts: [] })).toBe("host.configuration");
    }
  });
});

describe.skipIf(!haveSlapd)("the built host and OpenLDAP", () => {
  let directory: Awaited<ReturnType<typeof startSlapd>>;
  let alice: Identity;
  let crlFile: string;

  beforeAll(async () => {
    const server = serverCertificate(home, "server", "DNS:localhost,IP:127.0.0.1");
    alice = people.make("alice", RSA);
    crlFile = join(home, "ca.crl");
    writeFileSync(join(home, "index.txt"), "");
    writeFileSync(join(home, "crl.cnf"), `[ca]\ndefault_ca=d\n[d]\ndatabase=${home}/index.txt\ndefault_md=sha256\ndefault_crl_days=30\n`);
    must("openssl", ["ca", "-config", join(home, "crl.cnf"), "-gencrl", "-keyfile", join(home, "ca.key"), "-cert", people.caFile, "-out", `${crlFile}.pem`]);
    must("openssl", ["crl", "-in", `${crlFile}.pem`, "-outform", "DER", "-out", crlFile]);
    const base64 = (octets: Uint8Array): string => Buffer.from(octets).toString("base64");
    const ca = must("openssl", ["x509", "-in", people.caFile, "-outform", "DER"]);
    directory = await startSlapd(home, server, [
      `dn: ${BASE}\nobjectClass: dcObject\nobjectClass: organization\ndc: host\no: Test`,
      `dn: ou=people,${BASE}\nobjectClass: organizationalUnit\nou: people`,
      `dn: ${READER.name}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: reader\nuserPassword: ${READER.password}`,
      ...["alice", "a*ice", "(b)"].map((uid) => `dn: uid=${uid},ou=people,${BASE}\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\nsn: Example\nmail: ${uid}@example.test\nuserCertificate;binary:: ${base64(alice.certificate)}`),
      `dn: cn=CA,${BASE}\nobjectClass: organizationalRole\nobjectClass: certificationAuthority\ncn: CA\ncACertificate;binary:: ${base64(ca)}\nauthorityRevocationList;binary:: ${base64(readFileSync(crlFile))}\ncertificateRevocationList;binary:: ${base64(readFileSync(crlFile))}`,
    ].join("\n\n"));
  });
  afterAll(() => directory?.stop());

  const question = (more: object = {}) => ({
    do: "search",
    question: { server: directory.secure, startTls: false, login: READER, base: `ou=people,${BASE}`, scope: "sub", filter: { kind: "equal", attribute: "mail", value: "alice@example.test" }, attributes: ["mail", "userCertificate;binary"], limit: 10, timeout: 20_000, ...more },
  });
  const names = async (host: HostProcess, more: object = {}): Promise<unknown> => {
    const answer = asJson(await host.ask(question(more)));
    return typeof answer === "string" ? answer : (answer as { dn: string }[]).map(({ dn }) => dn.split(",")[0]);
  };

  it("finds a certificate over ldaps and STARTTLS, under an authority of the configuration", async () => {
    const host = start({ caFile: people.caFile });
    for (const way of [{}, { server: directory.plain, startTls: true }]) {
      const [entry] = asJson(await host.ask(question(way))) as { dn: string; attributes: { name: string; values: unknown[] }[] }[];
      expect(entry?.dn).toBe(`uid=alice,ou=people,${BASE}`);
      expect(entry?.attributes.find(({ name }) => name === "userCertificate;binary")?.values).toEqual([toWire(alice.certificate)]);
    }
  });

  it("does not speak with a server whose certificate nobody vouches for, or that is another one's", async () => {
    for (const way of [{}, { server: directory.plain, startTls: true }]) expect(await names(start(), way)).toBe("directory.unreachable");
    const other = join(home, "other");
    mkdirSync(other);
    const stranger = await startSlapd(other, serverCertificate(home, "stranger", "DNS:directory.example.test"), `dn: ${BASE}\nobjectClass: dcObject\nobjectClass: organization\ndc: host\no: Test\n`);
    expect(await names(start({ caFile: people.caFile }), { server: stranger.secure, login: null })).toBe("directory.unreachable");
    stranger.stop();
  });

  it("finds people by what was typed, taken as it is", async () => {
    const host = start({ caFile: people.caFile });
    expect(await names(host, { filter: { kind: "equal", attribute: "uid", value: "a*ice" } })).toEqual(["uid=a*ice"]);
    expect(await names(host, { filter: { kind: "begins", attribute: "uid", value: "a*" } })).toEqual(["uid=a*ice"]);
    expect(await names(host, { filter: { kind: "equal", attribute: "uid", value: "(b)" } })).toEqual(["uid=(b)"]);
    expect(await names(host, { filter: { kind: "and", filters: [{ kind: "begins", attribute: "uid", value: "a" }, { kind: "not", filter: { kind: "equal", attribute: "uid", value: "alice" } }] } })).toEqual(["uid=a*ice"]);
    const everybody = { filter: { kind: "present", attribute: "uid" } };
    expect(((await names(host, { ...everybody, limit: 3 })) as unknown[]).length).toBe(3);
    expect(await names(host, { ...everybody, limit: 2 })).toBe("directory.too-many");
    expect(await names(host, { base: `ou=gone,${BASE}` })).toBe("directory.protocol");
    expect(await names(host, { base: `uid=gone,ou=people,${BASE}`, scope: "base" })).toEqual([]);
  });

  it("says that a password is wrong, and shows nobody without one", async () => {
    const host = start({ caFile: people.caFile });
    expect(await names(host, { login: { ...READER, password: "wrong" } })).toBe("directory.login");
    const anonymous = await names(host, { login: null });
    expect([[], "directory.protocol", "directory.login"]).toContainEqual(anonymous);
  });

  it("sends a password unencrypted to this machine alone", async () => {
    const host = start();
    expect(await names(host, { server: directory.plain })).toEqual(["uid=alice"]);
    const outside = Object.values(networkInterfaces()).flat().find((each) => each !== undefined && !each.internal && each.family === "IPv4")?.address;
    if (outside === undefined) return;
    // A relay on this machine's own other address: nothing leaves the machine.
    const net = await import("node:net");
    let seen = 0;
    const relay = net.createServer((socket) => socket.on("data", (octets) => (seen += octets.length)));
    await new Promise<void>((listening) => relay.listen(0, outside, listening));
    expect(await names(host, { server: `ldap://${outside}:${(relay.address() as AddressInfo).port}` })).toBe("directory.insecure");
    expect(seen).toBe(0);
    relay.close();
  });

  it("fetches revocation lists and authorities by LDAP addresses (RFC 4516, RFC 4523)", async () => {
    const host = start({ caFile: people.caFile });
    const fetch = (kind: string, url: string) => host.ask({ do: "fetch", retrieval: { kind, url, body: null, size: 100_000 }, each: 20_000, allowedHosts: ["localhost"] });
    for (const server_ of [directory.plain, directory.secure]) {
      const list = await fetch("crl", `${server_}/cn=CA,${BASE}?certificateRevocationList;binary?base?objectClass=*`);
      expect(hex(list as Uint8Array)).toBe(hex(readFileSync(crlFile)));
    }
    const pem = await fetch("issuer", `${directory.plain}/cn=CA,${BASE}?cACertificate`);
    expect(Buffer.from(pem as Uint8Array).toString()).toMatch(/^-----BEGIN CERTIFICATE-----/);
    expect(await fetch("crl", `${directory.plain}/cn=gone,${BASE}?certificateRevocationList`)).toBe("revocation.fetch");
  });

  it("the command line goes on line to LDAP too", () => {
    const person = people.make("ldap-person", RSA, [`crlDistributionPoints=URI:${directory.plain}/cn=CA%2C${BASE.replaceAll(",", "%2C")}?certificateRevocationList?base`]);
    const mailseal = (...more: string[]) => run(process.execPath, [resolve(import.meta.dirname, "../../dist/cli/mailseal.mjs"), "validate", person.certificateFile, "--trust", people.caFile, "--online", "--json", ...more]);
    expect(JSON.parse(String(mailseal("--allow-host", "localhost").out))).toMatchObject({ valid: true, code: "ok" });
    expect(JSON.parse(String(mailseal().out))).toMatchObject({ valid: false, code: "revocation.unavailable" });
  });
});

