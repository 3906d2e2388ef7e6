import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { concat, hex, latin1 } from "../../../src/base/bytes.ts";
import { codeOf } from "../../../src/base/errors.ts";
import type { LdapEntry, LdapFilter, LdapQuestion } from "../../../src/protocol/host-port.ts";
import { directNetwork } from "../../../src/retrieve/network.ts";
import { searchDirectory } from "../../../src/retrieve/ldap-search.ts";
import { type Asked, BOUND, DONE, entry, type LdapStub, ldapStub, message, result, tlv } from "./ldap-stub.ts";

const stubs: LdapStub[] = [];
afterEach(() => stubs.splice(0).forEach((stub) => stub.close()));

async function stub(answer: (asked: Asked, socket: Socket) => void): Promise<LdapStub> {
  const made = await ldapStub(answer);
  stubs.push(made);
  return made;
}

/** A server that answers every search with these messages. */
const answering = (...ops: Uint8Array[]) => stub(({ id, op }, socket) => void socket.write(op === 0x60 ? message(id, result(BOUND)) : concat(...ops.map((each) => message(id, each)))));

const question = (server: string, more: Partial<LdapQuestion> = {}): LdapQuestion => ({
  server, startTls: false, login: null, base: "dc=lab", scope: "sub", filter: { kind: "equal", attribute: "mail", value: "a@b.test" }, attributes: ["mail"], limit: 3, timeout: 20_000, ...more,
});
const search = (server: string, more: Partial<LdapQuestion> = {}): Promise<LdapEntry[]> => searchDirectory(question(server, more), directNetwork);
const outcome = (found: Promise<LdapEntry[]>): Promise<unknown> => found.then((entries) => entries.map(({ dn }) => dn), codeOf);

describe("searching a directory (RFC 4511)", () => {
  it("gives every value as the octets that came, whatever they look like and however the attribute is called", async () => {
    const values = { "userCertificate;binary": [new Uint8Array([0x30, 0x82, 0, 0])], mail: ["ä@b.test", "\u{feff}c"], "member;range=0-1": ["cn=x", "cn=y"], ["__proto__"]: ["p"], empty: [] };
    const { url } = await answering(entry("cn=A", values), tlv(0x73, tlv(0x04, "ldap://elsewhere.test/")), result(DONE));
    const [found] = await search(url, { attributes: ["mail", "absent"] });
    expect(found?.dn).toBe("cn=A");
    const { attributes } = found as LdapEntry;
    expect(Object.keys(attributes).sort()).toEqual(["mail", "member;range=0-1", "userCertificate;binary"]);
    expect(hex(attributes["userCertificate;binary"]?.[0] as Uint8Array)).toBe("30820000");
    expect(attributes["mail"]?.map(hex)).toEqual(["c3a440622e74657374", "efbbbf63"]);
    expect(attributes["member;range=0-1"]?.map(latin1)).toEqual(["cn=x", "cn=y"]);
  });

  it("sends what was typed as a value, and never as a part of the filter", async () => {
    const { url, asked } = await answering(result(DONE));
    const value = "*)(objectClass=*\\2a\0";
    const filter: LdapFilter = { kind: "and", filters: [{ kind: "or", filters: [{ kind: "equal", attribute: "mail", value }, { kind: "begins", attribute: "cn", value }] }, { kind: "not", filter: { kind: "present", attribute: "x" } }] };
    expect(await search(url, { filter })).toEqual([]);
    const octets = hex(asked[0]?.raw as Uint8Array);
    const assertion = tlv(0xa0, tlv(0xa1, tlv(0xa3, tlv(0x04, "mail"), tlv(0x04, value)), tlv(0xa4, tlv(0x04, "cn"), tlv(0x30, tlv(0x80, value)))), tlv(0xa2, tlv(0x87, "x")));
    expect(octets).toContain(hex(assertion));
  });

  it("asks for what begins with nothing as for what is there", async () => {
    const { url, asked } = await answering(result(DONE));
    await search(url, { filter: { kind: "begins", attribute: "cn", value: "" } });
    expect(hex(asked[0]?.raw as Uint8Array)).toContain(hex(tlv(0x87, "cn")));
  });

  it("takes as many entries as were asked for, and not one more", async () => {
    const three = ["a", "b", "c"].map((cn) => entry(`cn=${cn}`, {}));
    expect(await outcome(search((await answering(...three, result(DONE))).url))).toEqual(["cn=a", "cn=b", "cn=c"]);
    expect(await outcome(search((await answering(...three, entry("cn=d", {}), result(DONE))).url))).toBe("directory.too-many");
    expect(await outcome(search((await answering(...three, result(DONE, 4))).url))).toBe("directory.too-many");
  });

  it("names the reason of a refusal (RFC 4511 §A.1)", async () => {
    for (const [code, said] of [[1, "directory.login"], [8, "directory.login"], [49, "directory.login"], [50, "directory.login"], [11, "directory.too-many"], [51, "directory.unreachable"], [52, "directory.unreachable"], [10, "directory.protocol"], [32, "directory.protocol"], [34, "directory.protocol"]] as const) {
      expect(await outcome(search((await answering(result(DONE, code))).url)), String(code)).toBe(said);
    }
    expect(await outcome(search((await answering(result(DONE, 32))).url, { scope: "base" }))).toEqual([]);
  });

  it("logs in with name and password, and says when they are wrong", async () => {
    const { url, asked } = await answering(result(DONE));
    await search(url, { login: { name: "cn=reader", password: "secret" } });
    expect(asked.map(({ op }) => op)).toEqual([0x60, 0x63]);
    const wrong = await stub(({ id }, socket) => void socket.write(message(id, result(BOUND, 49))));
    expect(await outcome(search(wrong.url, { login: { name: "cn=reader", password: "wrong" } }))).toBe("directory.login");
    expect(wrong.asked).toHaveLength(1);
  });

  it("never logs in without a password or by another way, which servers would let pass (RFC 4513 §5.1.2)", async () => {
    const { url, asked } = await answering(result(DONE));
    for (const login of [{ name: "cn=reader", password: "" }, { name: "", password: "secret" }, { name: "EXTERNAL", password: "secret" }]) {
      expect(await outcome(search(url, { login })), login.name).toBe("directory.login");
    }
    expect(asked).toEqual([]);
  });

  it("does not wait for a server that says nothing, nor for one that is not there", async () => {
    const silent = await stub(() => undefined);
    expect(await outcome(search(silent.url, { timeout: 200 }))).toBe("directory.unreachable");
    const talking = await stub(({ id }, socket) => void socket.write(message(id, entry("cn=a", {}))));
    expect(await outcome(search(talking.url, { timeout: 200 }))).toBe("directory.unreachable");
    expect(await outcome(search("ldap://127.0.0.1:1"))).toBe("directory.unreachable");
    const closing = await stub((_asked, socket) => void socket.destroy());
    expect(await outcome(search(closing.url))).toBe("directory.unreachable");
    const cancelled = new AbortController();
    const found = searchDirectory(question(silent.url), directNetwork, cancelled.signal);
    cancelled.abort();
    expect(await outcome(found)).toBe("directory.unreachable");
  });

  it.each(["http://127.0.0.1/", "ldap://a:b@127.0.0.1/", "ldap://127.0.0.1/dc=x", "ldap:///", "x", "ldap://127.0.0.1/?x"])("%s is no directory", async (server) => {
    expect(await outcome(search(server))).toBe("directory.protocol");
  });

  it("tries the next address of a name when the first does not answer", async () => {
    const { port } = await answering(entry("cn=a", {}), result(DONE));
    const resolve = () => Promise.resolve(["127.0.0.9", "127.0.0.1"].map((address) => ({ address, family: 4 })));
    expect(await outcome(searchDirectory(question(`ldap://directory.test:${port}`), directNetwork, undefined, resolve))).toEqual(["cn=a"]);
  });
});

describe("what a hostile directory's server sends", () => {
  const hostile: [string, (id: number) => Uint8Array][] = [
    ["a value that is longer than its message", (id) => message(id, tlv(0x64, tlv(0x04, "cn=a"), tlv(0x30, tlv(0x30, tlv(0x04, "mail"), new Uint8Array([0x31, 0x02, 0x04, 0x7f])))))],
    ["an attribute that is no sequence", (id) => message(id, tlv(0x64, tlv(0x04, "cn=a"), tlv(0x30, tlv(0x04, new Uint8Array([0x04, 0x7f, 0x04, 0x7f])))))],
    ["an attribute that ends within its name", (id) => message(id, tlv(0x64, tlv(0x04, "cn=a"), tlv(0x30, new Uint8Array([0x30, 0x02, 0x04, 0x05]))))],
    ["an entry without attributes", (id) => message(id, tlv(0x64, tlv(0x04, "cn=a")))],
    ["an operation that nobody asked for", (id) => message(id, result(0x69))],
    ["an indefinite length", () => new Uint8Array([0x30, 0x80, 0x02, 0x01, 0x02, 0, 0])],
    ["a length of five octets", () => new Uint8Array([0x30, 0x85, 0, 0, 0, 0, 1, 0])],
    ["what is no LDAP", () => new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["a result code of many octets", (id) => message(id, tlv(DONE, tlv(0x0a, new Uint8Array(8)), tlv(0x04), tlv(0x04)))],
    ["a message number of many octets", () => tlv(0x30, tlv(0x02, new Uint8Array(9)), result(DONE))],
  ];

  it.each(hostile)("%s ends the search", async (_name, octets) => {
    const { url } = await stub(({ id }, socket) => void socket.write(octets(id)));
    expect(await outcome(search(url))).toBe("directory.protocol");
  });

  it("is counted, whatever length it announces", async () => {
    const endless = await stub(({ id }, socket) => {
      const big = message(id, tlv(0x73, tlv(0x04, "x".repeat(1_000_000))));
      const more = (): void => void (socket.writable && socket.write(big, more));
      more();
    });
    expect(await outcome(search(endless.url))).toBe("directory.too-many");
    const announced = await stub((_asked, socket) => void socket.write(new Uint8Array([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff])));
    expect(await outcome(search(announced.url))).toBe("directory.too-many");
  });

  it("may come octet by octet and with controls that nobody asked for", async () => {
    const { url } = await stub(({ id }, socket) => {
      const octets = concat(tlv(0x30, tlv(0x02, new Uint8Array([id])), entry("cn=a", { mail: ["x".repeat(300)] }), tlv(0xa0, tlv(0x30, new Uint8Array([0x04, 0x7f])))), message(id, result(DONE)));
      socket.setNoDelay(true);
      void (async () => {
        for (const octet of octets) await new Promise((sent) => socket.write(new Uint8Array([octet]), sent));
      })();
    });
    expect(await outcome(search(url))).toEqual(["cn=a"]);
  });
});
