import { describe, expect, it } from "vitest";
import { readSubtree } from "../../../src/cli/subtree.ts";
import { nameOfString } from "../../../src/pki/name-string.ts";
import { sameName } from "../../../src/pki/name.ts";

const octets = (text: string): string | null => {
  const base = readSubtree(`ip:${text}`);
  return base.kind === "ip" ? Buffer.from(base.octets).toString("hex") : null;
};

describe("--permitted-subtree and --excluded-subtree", () => {
  it("names its kind, or is an address or a distinguished name", () => {
    expect(readSubtree("email:.example.org")).toEqual({ kind: "rfc822", text: ".example.org" });
    expect(readSubtree("example.org")).toEqual({ kind: "rfc822", text: "example.org" });
    expect(readSubtree("a@example.org")).toEqual({ kind: "rfc822", text: "a@example.org" });
    expect(readSubtree("DNS:example.org")).toEqual({ kind: "dns", text: "example.org" });
    expect(readSubtree("URI:.example.org")).toEqual({ kind: "uri", text: ".example.org" });
    for (const text of ["dirName:O=Org,C=DE", "O=Org,C=DE"]) {
      const base = readSubtree(text);
      expect(base.kind === "directory" && base.name.rfc4514).toBe("O=Org,C=DE");
    }
  });

  it("has ranges of addresses of both versions", () => {
    expect(octets("10.1.0.0/16")).toBe("0a010000ffff0000");
    expect(octets("10.1.2.3")).toBe("0a010203ffffffff");
    expect(octets("0.0.0.0/0")).toBe("0000000000000000");
    expect(octets("10.0.0.0/9")).toBe("0a000000ff800000");
    expect(octets("2001:db8::/33")).toBe(`20010db8${"0".repeat(24)}ffffffff80${"0".repeat(22)}`);
    expect(octets("::1")).toBe(`${"0".repeat(31)}1${"f".repeat(32)}`);
  });

  it.each(["ip:10.0.0", "ip:10.0.0.256", "ip:10.0.0.0/33", "ip:::/129", "ip:1:2", "ip:1::2::3", "ip:x", "dirName:Org", "dirName:X=1"])("refuses %s", (text) => {
    expect(() => readSubtree(text)).toThrow();
  });
});

describe("names as RFC 4514 writes them", () => {
  it.each(["CN=Alice,O=Org\\, Inc.,C=DE", "CN=A\\+B+UID=a,DC=example,DC=org", "CN=Lu\\C4\\8Di\\C4\\87", "1.2.3.4=#0c0178,O=\\ x\\ ", ""])("are read as they are written: %s", (text) => {
    const name = nameOfString(text);
    expect(sameName(nameOfString(name.rfc4514), name)).toBe(true);
  });

  it("begin with the most specific part", () => {
    expect(nameOfString("CN=Alice, O=Org ,C=DE").rfc4514).toBe("CN=Alice,O=Org,C=DE");
    expect(nameOfString("cn=Lu\\C4\\8Di\\C4\\87").commonName).toBe("Lučić");
  });

  it.each(["Alice", "X=1", "CN=#0", "CN=#zz"])("are refused otherwise: %s", (text) => {
    expect(() => nameOfString(text)).toThrow("pki.malformed");
  });
});
