import { describe, expect, it } from "vitest";
import { findSigner } from "../../../src/background/find-signer.ts";
import type { Bytes } from "../../../src/base/bytes.ts";
import { SmimeError } from "../../../src/base/errors.ts";
import { inspect } from "../../../src/smime/inspect.ts";
import { localKeyPort } from "../../../src/smime/local-key-port.ts";
import { issue } from "../pki/support/authority.ts";
import { alice, message, opaque, plain, signedObject } from "../smime/attacks/stage.ts";

const root = issue({ name: "Root", ca: true });
const bob = issue({ name: "Bob", issuer: root, emails: ["bob@lab.test"] }).certificate;
const request = { issuerAndSerial: { issuer: bob.issuer.der, serial: bob.serial }, keyIdentifier: null, addresses: ["bob@lab.test"] };

function finding({ kept = [] as Bytes[], found = [bob.der], fails = false } = {}) {
  const asked: string[] = [];
  const lookUp = (address: string) => {
    asked.push(address);
    const certificates = found.map((certificate) => ({ certificate, source: "directory" as const, others: [], ciphers: [], preferredAt: null }));
    return fails ? Promise.reject(new SmimeError("directory.unreachable")) : Promise.resolve({ certificates, name: null, list: false, failed: [] });
  };
  return { asked, find: findSigner({ find: () => Promise.resolve(kept) }, { lookUp }) };
}

describe("a signer's certificate that is not in the message (SG-03)", () => {
  it("is looked for in directories under the addresses of From, where nothing is kept", async () => {
    const { asked, find } = finding();
    expect(await find(request)).toEqual([bob.der]);
    expect(asked).toEqual(["bob@lab.test"]);
    const known = finding({ kept: [bob.der] });
    expect([await known.find(request), known.asked]).toEqual([[bob.der], []]);
    const nobody = finding();
    expect([await nobody.find({ ...request, addresses: null }), nobody.asked]).toEqual([[], []]);
  });

  it("is the one that is named, and no other of that person", async () => {
    const other = issue({ name: "Bob", issuer: root, emails: ["bob@lab.test"] }).certificate.der;
    expect(await finding({ found: [other, Uint8Array.of(1)] }).find(request)).toEqual([]);
    expect(await finding({ found: [other, bob.der] }).find(request)).toEqual([bob.der]);
  });

  it("is absent where a directory fails", async () => {
    expect(await finding({ fails: true }).find(request)).toEqual([]);
  });
});

describe("a message without its signer's certificate (SG-03)", () => {
  it("is verified with the one that is found under the address of its From", async () => {
    const lookUp = (address: string) => Promise.resolve({ certificates: address === "alice@lab.test" ? [{ certificate: alice.certificate.der, source: "directory" as const, others: [], ciphers: [], preferredAt: null }] : [], name: null, list: false, failed: [] });
    const trust = { validate: () => Promise.resolve({ code: "ok" as const, chain: [], revocation: "not-asked" as const }), find: findSigner({ find: () => Promise.resolve([]) }, { lookUp }) };
    const entity = plain("x");
    const object = await signedObject([alice], entity, { certificates: [] });
    const read = async (from: string) => (await inspect(message(opaque(object), { From: from }), { keys: localKeyPort([], null, () => new Date()), trust })).status.summary;
    expect(await read("alice@lab.test")).toMatchObject({ signed: "verified", author: "alice@lab.test" });
    expect(await read("carol@lab.test")).toMatchObject({ signed: "unverified" });
  });
});
