import { createHash, createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { crx3, extensionId, publicKeyOf } from "../../../scripts/package/crx.mjs";
import { deb } from "../../../scripts/package/deb.mjs";
import { forOrganisation, forStore, type Manifest } from "../../../scripts/package/manifests.mjs";
import { signingKey } from "../../../scripts/package/signing-key.mjs";
import { zip } from "../../../scripts/package/zip.mjs";
import { OUR_EXTENSIONS } from "../../../src/protocol/host-messages.ts";

const manifest = JSON.parse(readFileSync(new URL("../../../manifest.json", import.meta.url), "utf8")) as Manifest;
const bytes = (words: string): Uint8Array => new Uint8Array(Buffer.from(words));
const rsaKey = (bits: number): string => generateKeyPairSync("rsa", { modulusLength: bits }).privateKey.export({ type: "pkcs8", format: "pem" }) as string;

/** Fields of a Protocol Buffers message that has length-delimited ones only. */
function fields(message: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  let at = 0;
  const varint = (): number => {
    for (let value = 0, factor = 1; ; factor *= 128) {
      const octet = message[at++] ?? 0;
      value += (octet & 127) * factor;
      if (octet < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    expect(tag & 7).toBe(2);
    const length = varint();
    found.set(tag >> 3, message.subarray(at, (at += length)));
  }
  return found;
}

describe("the zip archive", () => {
  it("is the same whatever the order of the files, and holds them", () => {
    const files = [{ path: "b/c.txt", bytes: bytes("c".repeat(1000)) }, { path: "a.txt", bytes: bytes("a") }];
    const made = zip(files);
    expect(zip([...files].reverse())).toEqual(made);
    expect(Object.entries(unzipSync(made)).map(([path, content]) => [path, Buffer.from(content).toString()])).toEqual([["a.txt", "a"], ["b/c.txt", "c".repeat(1000)]]);
  });
});

describe("the CRX file", () => {
  const pem = rsaKey(2048);
  const archive = zip([{ path: "manifest.json", bytes: bytes("{}") }]);

  it("is read and verified as the format says (crx3.proto)", () => {
    const made = crx3(archive, pem);
    expect(made.subarray(0, 4).toString()).toBe("Cr24");
    expect(made.readUInt32LE(4)).toBe(3);
    const end = 12 + made.readUInt32LE(8);
    expect(new Uint8Array(made.subarray(end))).toEqual(archive);
    const header = fields(made.subarray(12, end));
    const proof = fields(header.get(2) as Buffer);
    const publicKey = proof.get(1) as Buffer;
    expect(publicKey).toEqual(publicKeyOf(pem));
    const signed = header.get(10000) as Buffer;
    expect(fields(signed).get(1)).toEqual(createHash("sha256").update(publicKey).digest().subarray(0, 16));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(signed.length);
    const input = Buffer.concat([Buffer.from("CRX3 SignedData\0"), length, signed, archive]);
    expect(verify("sha256", input, createPublicKey({ key: publicKey, format: "der", type: "spki" }), proof.get(2) as Buffer)).toBe(true);
  });

  it("has the same bytes each time, and others with another key", () => {
    expect(crx3(archive, pem)).toEqual(crx3(archive, pem));
    expect(crx3(archive, rsaKey(2048))).not.toEqual(crx3(archive, pem));
  });

  it("has the id that the key in the manifest gives the folder that developers load", () => {
    expect(OUR_EXTENSIONS.chromium).toBe(`chrome-extension://${extensionId(Buffer.from(manifest.key ?? "", "base64"))}/`);
  });
});

describe("the signing key", () => {
  it("is a PEM or the path of one, and RSA of at least 2048 bits; without one it is a key for tests that stays", () => {
    const folder = mkdtempSync(join(tmpdir(), "mailseal-key-"));
    try {
      const pem = rsaKey(2048);
      writeFileSync(join(folder, "key.pem"), pem);
      expect(signingKey(folder, pem)).toEqual({ pem, test: false });
      expect(signingKey(folder, join(folder, "key.pem"))).toEqual({ pem, test: false });
      expect(() => signingKey(folder, rsaKey(1024))).toThrow(/2048/);
      expect(() => signingKey(folder, generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" }) as string)).toThrow(/RSA/);
      const made = signingKey(folder, undefined);
      expect(made.test).toBe(true);
      expect(signingKey(folder, undefined)).toEqual(made);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the manifests of packages", () => {
  const own = { webmails: ["https://mail.example.org:8443", "https://mail.example.org"], host: true, updates: "https://updates.example.org/u" };

  it("leave the key out for the store, which gives its own", () => {
    const { key, ...rest } = manifest;
    expect(key).toBeDefined();
    expect(forStore(manifest)).toEqual(rest);
  });

  it("name what people are not to be asked for, with patterns that each browser takes (architecture §3)", () => {
    const chromium = forOrganisation("chromium", own)(manifest);
    expect(chromium).toMatchObject({ host_permissions: ["https://mail.example.org:8443/*", "https://mail.example.org/*"], update_url: own.updates });
    expect(chromium.permissions).toContain("nativeMessaging");
    expect(chromium.optional_permissions).not.toContain("nativeMessaging");
    expect(chromium.key).toBeUndefined();
    const firefox = forOrganisation("firefox", own)(manifest);
    expect(firefox.host_permissions).toEqual(["https://mail.example.org/*"]);
    expect(firefox.browser_specific_settings?.gecko.update_url).toBe(own.updates);
  });

  it("name nothing else than what was asked for", () => {
    const { update_url, ...rest } = forOrganisation("chromium", { webmails: [], host: false, updates: "http://127.0.0.1/u" })(manifest);
    expect(update_url).toBe("http://127.0.0.1/u");
    expect(rest).toEqual(forStore(manifest));
    expect(forOrganisation("firefox", { webmails: [], host: false, updates: "http://127.0.0.1/u" })(manifest)).toEqual(forStore(manifest));
  });
});

describe("the Debian package", () => {
  const control = { Package: "x", Version: "1", Architecture: "all", Maintainer: "X <x@example.org>", Description: "x" };

  it("is an ar archive of three members on even places (deb(5))", () => {
    const made = deb(control, [{ path: "usr/lib/x/y", bytes: bytes("y") }]);
    expect(made.subarray(0, 8).toString()).toBe("!<arch>\n");
    const names: string[] = [];
    for (let at = 8; at < made.length; ) {
      const head = made.subarray(at, at + 60).toString("latin1");
      expect(head.endsWith("`\n")).toBe(true);
      names.push(head.slice(0, 16).trim());
      const length = Number(head.slice(48, 58));
      at += 60 + length + (length % 2);
    }
    expect(names).toEqual(["debian-binary", "control.tar.gz", "data.tar.gz"]);
  });

  it("is the same whatever the order of the files, and takes no name that the archive cuts", () => {
    const files = [{ path: "usr/a", bytes: bytes("a") }, { path: "etc/b", bytes: bytes("b") }];
    expect(deb(control, [...files].reverse())).toEqual(deb(control, files));
    expect(() => deb(control, [{ path: "x".repeat(99), bytes: bytes("a") }])).toThrow(/too long/);
  });
});
