import { describe, expect, it } from "vitest";
import { directoryHost, directoryId, readDirectoryPlace } from "../../../src/policy/directory-place.ts";

const ldap = { kind: "ldap", server: "ldaps://ldap.example.org:636", base: "dc=example,dc=org", startTls: false, login: null, memberAttributes: [] };

describe("an entry of Directories", () => {
  it.each([
    [{ url: "ldaps://LDAP.example.org/dc=example,dc=org" }, ldap],
    [{ url: "ldaps://ldap.example.org:3636/ou=a%20b,dc=example" }, { ...ldap, server: "ldaps://ldap.example.org:3636", base: "ou=a b,dc=example" }],
    [{ url: "ldap://ldap.example.org", startTls: true, loginName: "cn=reader", password: "p w" }, { ...ldap, server: "ldap://ldap.example.org:389", base: "", startTls: true, login: { name: "cn=reader", password: "p w" } }],
    [{ url: "ldap://127.0.0.1:1389/dc=x" }, { ...ldap, server: "ldap://127.0.0.1:1389", base: "dc=x" }],
    [{ url: "ldaps://[::1]/dc=x", memberAttributes: ["houseMember"] }, { ...ldap, server: "ldaps://[::1]:636", base: "dc=x", memberAttributes: ["houseMember"] }],
    [{ url: "https://certs.example.org/search" }, { kind: "https", url: "https://certs.example.org/search" }],
  ])("is read: %o", (value, place) => {
    expect(readDirectoryPlace(value)).toEqual(place);
  });

  it.each([
    "ldaps://ldap.example.org",
    {},
    { url: "ldap://ldap.example.org/dc=x" },
    { url: "ldaps://ldap.example.org", startTls: true },
    { url: "ldaps://user:pw@ldap.example.org/dc=x" },
    { url: "ldaps://ldap.example.org/dc=x?mail?sub?(cn=*)" },
    { url: "ldaps://ldap.example.org:70000/" },
    { url: "ldaps://999.1.1.1/dc=x" },
    { url: "ldaps://[::::]/dc=x" },
    { url: "ldaps://xn--a/dc=x" },
    { url: "ldaps://ldap.example.org/%zz" },
    { url: "ldaps://ldap.example.org", loginName: "cn=reader" },
    { url: "ldaps://ldap.example.org", password: "x" },
    { url: "ldaps://ldap.example.org", startTls: "yes" },
    { url: "ldaps://ldap.example.org", memberAttributes: ["a;b"] },
    { url: "http://certs.example.org/search" },
    { url: "https://certs.example.org/search?x=1" },
    { url: "javascript:1" },
  ])("is not read: %o", (value) => {
    expect(readDirectoryPlace(value)).toBeNull();
  });

  it("has a name without its password, and a host", () => {
    const place = readDirectoryPlace({ url: "ldaps://ldap.example.org/dc=x", loginName: "cn=reader", password: "secret" });
    if (!place) throw new Error();
    expect(directoryId(place)).toBe("ldaps://ldap.example.org:636/dc=x cn=reader");
    expect(directoryHost(place)).toBe("ldap.example.org");
  });
});
