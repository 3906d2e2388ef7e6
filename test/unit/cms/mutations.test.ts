import { describe, expect, it } from "vitest";
import { type Bytes, concat, utf8 } from "../../../src/base/bytes.ts";
import { SmimeError } from "../../../src/base/errors.ts";
import { buildEnveloped } from "../../../src/cms/build-enveloped.ts";
import { buildSignedData } from "../../../src/cms/build-signed.ts";
import { expand } from "../../../src/cms/compressed.ts";
import { readCms } from "../../../src/cms/content-info.ts";
import { describeRecipients, openEnveloped } from "../../../src/cms/open.ts";
import { verifySigners } from "../../../src/cms/verify.ts";
import { OID } from "../../../src/pki/oids.ts";
import type { KeyPort } from "../../../src/protocol/key-port.ts";
import { infoOver, makeSigner, usualAttributes } from "./support.ts";

/** Numbers that look random and are the same in every run (Numerical Recipes' linear congruence). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function mutate(bytes: Bytes, random: (below: number) => number): Bytes {
  let out = new Uint8Array(bytes);
  for (let times = 1 + random(3); times > 0; times--) {
    const at = random(out.length);
    switch (random(6)) {
      case 0:
        out[at] = (out[at] as number) ^ (1 << random(8));
        break;
      case 1:
        out[at] = [0, 0x80, 0x24, 0x30, 0x31, 0xa0, 0xff][random(7)] as number;
        break;
      case 2:
        out = out.slice(0, at + 1);
        break;
      case 3:
        out = concat(out.subarray(0, at), out.subarray(at, at + random(64)), out.subarray(at));
        break;
      case 4:
        out = concat(out.subarray(0, at), out.subarray(Math.min(out.length, at + 1 + random(16))));
        break;
      default:
        out = concat(out.subarray(0, at), Uint8Array.of(0x30, 0x80), out.subarray(at), new Uint8Array(2));
    }
    if (out.length === 0) return out;
  }
  return out;
}

const content = utf8("Content-Type: text/plain\r\n\r\ntext\r\n");

describe("mutated objects are read or refused, quickly, with codes of ours", async () => {
  const alice = await makeSigner("alice");
  const signed = buildSignedData({
    content,
    contentType: OID.data,
    signerInfos: [await infoOver(alice, await usualAttributes(content))],
    certificates: [alice.certificate],
    digestNames: ["sha256"],
  });
  const recipients = [{ certificate: alice.certificate, keyTransport: "rsaEncryption", useKeyIdentifier: false }] as const;
  const keys: KeyPort = {
    certificates: () => Promise.resolve([{ id: "a", certificate: alice.certificate, canSign: true, canDecrypt: true }]),
    choose: ([first = ""]) => Promise.resolve(first),
    sign: () => Promise.reject(new SmimeError("send.ticket")),
    unwrap: ({ keyLength }) => Promise.resolve({ contentKey: new Uint8Array(keyLength) }),
  };

  async function process(bytes: Bytes): Promise<string> {
    const cms = readCms(bytes);
    switch (cms.type) {
      case "signed-data": {
        const verdicts = (await verifySigners(cms, null, () => Promise.resolve([]))).map((fact) => fact.verdict).join();
        // Whatever else was changed: a valid signature is over the very content.
        if (verdicts.includes("valid")) expect(cms.content).toEqual(content);
        return verdicts;
      }
      case "compressed-data":
        return String((await expand(cms, 1_000_000)).length);
      case "enveloped-data":
      case "auth-enveloped-data":
        describeRecipients(cms);
        return (await openEnveloped(cms, keys)).cipher;
    }
  }

  async function outcomes(bytes: Bytes, seed: number): Promise<Map<string, number>> {
    const random = numbers(seed);
    const found = new Map<string, number>();
    for (let i = 0; i < 400; i++) {
      const mutated = mutate(bytes, random);
      const start = performance.now();
      const outcome = await process(mutated).catch((error: unknown) => {
        if (error instanceof SmimeError) return error.code;
        throw new Error(`mutation ${i}: ${String(error)} of ${Buffer.from(mutated).toString("hex")}`, { cause: error });
      });
      expect(performance.now() - start).toBeLessThan(1000);
      found.set(outcome, (found.get(outcome) ?? 0) + 1);
    }
    return found;
  }

  it("SignedData", async () => {
    expect(await process(signed)).toBe("valid");
    const found = await outcomes(signed, 1);
    // Most mutations break something; some touch nothing that is signed.
    expect(found.get("broken")).toBeGreaterThan(20);
    expect(found.get("cms.malformed")).toBeGreaterThan(20);
  });

  it.each(["aes-256-cbc", "aes-256-gcm"] as const)("enveloped with %s", async (cipher) => {
    const found = await outcomes(await buildEnveloped({ content, cipher, recipients }), 2);
    // Under a wrong key one padding in 256 is right by chance, and then it is for most mutations.
    expect((found.get("cms.decrypt-failed") ?? 0) + (found.get("aes-256-cbc") ?? 0)).toBeGreaterThan(20);
    expect(found.get("cms.malformed")).toBeGreaterThan(20);
    expect(found.get("aes-256-gcm")).toBeUndefined();
  });
});
