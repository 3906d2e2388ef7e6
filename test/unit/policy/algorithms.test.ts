import { describe, expect, it } from "vitest";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";
import { managedReport } from "../../../src/policy/managed-report.ts";

const read = (managed: object) => effectivePolicy(managed, defaultUserSettings).values;
const problems = (managed: Record<string, unknown>) => managedReport(managed).flatMap(({ problems: found }) => found.map(({ code, detail }) => `${code} ${detail}`));

describe("EncryptionAlgorithms", () => {
  it("is written as in the system before, with numbers, key lengths and providers, or with names", () => {
    expect(read({ EncryptionAlgorithms: "6610;660E" }).EncryptionAlgorithms).toEqual(["aes-256-cbc", "aes-128-cbc"]);
    expect(read({ EncryptionAlgorithms: " aes256-gcm ; 6610:256,1.2.3.4;6610;" }).EncryptionAlgorithms).toEqual(["aes-256-gcm", "aes-256-cbc"]);
    expect(read({ EncryptionAlgorithms: "660F:192;AES192-GCM;AES192" }).EncryptionAlgorithms).toEqual(["aes-192-cbc", "aes-192-gcm"]);
    expect(problems({ EncryptionAlgorithms: "6610:256,1.2.3.4" })).toEqual(["policy.provider-ignored 6610:256,1.2.3.4"]);
  });

  it("takes weak ones and does not use them; where nothing else is left, nothing is encrypted", () => {
    expect(read({ EncryptionAlgorithms: "6603;6602:128;6610" }).EncryptionAlgorithms).toEqual(["aes-256-cbc"]);
    expect(problems({ EncryptionAlgorithms: "6603;6602:128;6610" })).toEqual(["policy.weak-algorithm 6603", "policy.weak-algorithm 6602:128"]);
    expect(read({ EncryptionAlgorithms: "6603;6602:128" }).EncryptionAlgorithms).toEqual([]);
  });

  it("cannot be read with one that is not known: a misspelt strong one would leave the weaker ones behind it", () => {
    for (const value of ["AES256-GCN;660E", "CAMELLIA;660E", "6610:128;660E", "AES256-GCM,6610"]) expect(read({ EncryptionAlgorithms: value }).EncryptionAlgorithms, value).toEqual(["aes-256-gcm", "aes-256-cbc"]);
    expect(problems({ EncryptionAlgorithms: "AES256-GCN;660E" })).toEqual(["policy.unreadable EncryptionAlgorithms", "policy.unknown-algorithm AES256-GCN"]);
  });

  it("fails closed to the strongest where it cannot be read", () => {
    for (const value of [3, "", ";", null, ["6610"], "6610;".repeat(300)]) expect(read({ EncryptionAlgorithms: value }).EncryptionAlgorithms).toEqual(["aes-256-gcm", "aes-256-cbc"]);
  });
});

describe("DefaultSigningAlgorithm", () => {
  it("is a number or a name of SHA-2; MD5 and SHA-1 are refused", () => {
    for (const [written, digest] of [["800C", "sha256"], ["800d", "sha384"], ["800E", "sha512"], ["SHA-384", "sha384"], ["sha512", "sha512"]] as const) {
      expect(read({ DefaultSigningAlgorithm: written }).DefaultSigningAlgorithm, written).toBe(digest);
      expect(problems({ DefaultSigningAlgorithm: written })).toEqual([]);
    }
    for (const written of ["8003", "8004", "SHA-1", "md5"]) {
      expect(read({ DefaultSigningAlgorithm: written }).DefaultSigningAlgorithm, written).toBe("sha256");
      expect(problems({ DefaultSigningAlgorithm: written })[0]).toContain("policy.weak-algorithm");
    }
    expect(problems({ DefaultSigningAlgorithm: "SHA-3" })).toEqual(["policy.unreadable DefaultSigningAlgorithm"]);
  });
});

describe("the report of what the organisation set", () => {
  it("names misspelt settings and entries that were left out, nothing of what it does, and tells no password", () => {
    const managed = {
      AlwaysEncypt: true,
      WebmailOrigins: ["https://mail.example.org", "https://mail.example.org/path"],
      Directories: [{ url: "ldaps://ldap.example.org/", loginName: "cn=reader", password: "hunter2" }],
      AllowKeyExport: false,
      SmartCardOnly: true,
    };
    expect(problems(managed)).toEqual(["policy.entry-left-out 2: https://mail.example.org/path", "policy.unknown-setting AlwaysEncypt"]);
    expect(JSON.stringify(managedReport(managed))).not.toContain("hunter2");
    expect(managedReport(managed)).toContainEqual({ name: "WebmailOrigins", domains: null, value: "https://mail.example.org", problems: [expect.anything()] });
  });
});
