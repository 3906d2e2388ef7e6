import { describe, expect, it } from "vitest";
import { encodeBase64 } from "../../../src/base/base64.ts";
import { type Bytes, utf8 } from "../../../src/base/bytes.ts";
import { codeOf } from "../../../src/base/errors.ts";
import { revocationFiles } from "../../../src/background/revocation-files.ts";
import type { KeptRevocation } from "../../../src/store/revocation.ts";
import { crlDer } from "../pki/support/revocation.ts";
import { authority, NOW, root } from "../pki/support/revocation-stage.ts";

const pem = (der: Bytes): string => `-----BEGIN X509 CRL-----\n${encodeBase64(der)}\n-----END X509 CRL-----\n`;
const lower = crlDer({ issuer: authority, entries: [{ serial: "05" }, { serial: "06" }], from: NOW, to: "2026-06-25T00:00:00Z" });
const upper = crlDer({ issuer: root, from: NOW, to: null });

function setup() {
  const kept = new Map<string, KeptRevocation>();
  let changes = 0;
  const store = {
    keptRevocation: (key: string) => Promise.resolve(kept.get(key)),
    importedRevocation: () => Promise.resolve([...kept.values()].filter(({ key }) => key.startsWith("file "))),
    putRevocation: (one: KeptRevocation) => (kept.set(one.key, one), Promise.resolve()),
    removeRevocation: (key: string) => (kept.delete(key), Promise.resolve()),
  };
  return { kept, changes: () => changes, files: revocationFiles(store, { importsChanged: () => changes++ }, () => new Date(NOW)) };
}

describe("revocation lists of files (RV-01)", () => {
  it("are kept, each by its octets, and the check is told", async () => {
    const { files, kept, changes } = setup();
    const facts = await files.importFile(utf8(pem(lower) + pem(upper)));
    expect(facts.map(({ issuer, thisUpdate, nextUpdate, entries, addedAt }) => ({ issuer, thisUpdate, nextUpdate, entries, addedAt }))).toEqual([
      { issuer: "CN=Authority", thisUpdate: new Date(NOW).toISOString(), nextUpdate: "2026-06-25T00:00:00.000Z", entries: 2, addedAt: new Date(NOW).toISOString() },
      { issuer: "CN=Root", thisUpdate: new Date(NOW).toISOString(), nextUpdate: null, entries: 0, addedAt: new Date(NOW).toISOString() },
    ]);
    expect(await files.all()).toEqual(facts);
    expect(changes()).toBe(2);
    // The same again takes no second place; another of the same issuer replaces nothing.
    await files.importFile(lower);
    expect(kept.size).toBe(2);
    await files.importFile(crlDer({ issuer: authority, from: "2026-06-16T00:00:00Z", to: "2026-06-26T00:00:00Z" }));
    expect(kept.size).toBe(3);
    expect([...kept.values()].every(({ kind, url }) => kind === "crl" && url === null)).toBe(true);
  });

  it("nothing of a file is kept of which one list cannot be read", async () => {
    const { files, kept, changes } = setup();
    for (const file of [utf8("no list"), utf8(pem(lower) + pem(Uint8Array.of(0x30, 0)))]) expect(await files.importFile(file).then(() => "ok", codeOf)).toBe("revocation.malformed");
    expect([kept.size, changes()]).toEqual([0, 0]);
  });

  it("are removed and come back, and what was fetched is not removed this way", async () => {
    const { files, kept, changes } = setup();
    const [facts] = await files.importFile(lower);
    const before = changes();
    const removed = await files.remove(facts?.key ?? "");
    expect([kept.size, changes()]).toEqual([0, before + 1]);
    if (removed) await files.restore(removed);
    expect([kept.size, changes()]).toEqual([1, before + 2]);
    kept.set("crl http://a.test/", { key: "crl http://a.test/", kind: "crl", octets: upper, fetchedAt: NOW, nextUpdate: null, url: "http://a.test/" });
    expect(await files.remove("crl http://a.test/")).toBeUndefined();
    expect(await files.remove("file 00")).toBeUndefined();
    expect(kept.size).toBe(2);
  });

  it("one that this version cannot read stands in no list, and is no reason to show none", async () => {
    const { files, kept } = setup();
    await files.importFile(lower);
    kept.set("file 00", { key: "file 00", kind: "crl", octets: Uint8Array.of(1), fetchedAt: NOW, nextUpdate: null, url: null });
    expect((await files.all()).map(({ issuer }) => issuer)).toEqual(["CN=Authority"]);
  });
});
