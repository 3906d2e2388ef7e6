import { beforeAll, describe, expect, it } from "vitest";
import { type Bytes, utf8 } from "../../../src/base/bytes.ts";
import { codeOf, SmimeError } from "../../../src/base/errors.ts";
import { openEnveloped } from "../../../src/cms/open.ts";
import { derInteger, derOctetString, derOid, derSequence, derSetOf, derTagged, derTaggedPrimitive } from "../../../src/pki/der.ts";
import { OID } from "../../../src/pki/oids.ts";
import { type KeyPort, MOST_OWN_KEYS, type UnwrapRequest } from "../../../src/protocol/key-port.ts";
import { asEnveloped, encrypted, makeSigner, rsa, sidOf, type Signer } from "./support.ts";

const content = utf8("Content-Type: text/plain\r\n\r\nsecret\r\n");
const key = new Uint8Array(32).fill(7);

let alice: Signer;
beforeAll(async () => {
  alice = await makeSigner("alice", { keyIdentifier: Uint8Array.of(9, 9) });
});

const transportEntry = (rid: Bytes, algorithm: Bytes = rsa): Bytes => derSequence(derInteger(rid[0] === 0x30 ? 0 : 2), rid, algorithm, derOctetString(Uint8Array.of(1, 2, 3)));

async function cbc(recipients: Bytes[]): Promise<Bytes> {
  const { algorithm, ciphertext } = await encrypted("aes-256-cbc", key, content);
  const info = derSequence(derOid(OID.data), algorithm, derTaggedPrimitive(0, ciphertext));
  return derSequence(derOid(OID.envelopedData), derTagged(0, derSequence(derInteger(0), derSetOf(...recipients), info)));
}

const open = (bytes: Bytes, keys: KeyPort): Promise<string> => openEnveloped(asEnveloped(bytes), keys).then(() => "opened", codeOf);

describe("a message that names several own keys", () => {
  it("asks which is to be used, and uses that one alone (architecture §5)", async () => {
    const others = await Promise.all(Array.from({ length: MOST_OWN_KEYS }, (_, i) => makeSigner(`own ${i}`, { keys: alice.keys })));
    const asked: (readonly string[])[] = [];
    const answering = (choice: string, seen: UnwrapRequest[]): KeyPort => ({
      sign: () => Promise.reject(new SmimeError("send.ticket")),
      unwrap: (request) => (seen.push(request), Promise.resolve({ contentKey: key })),
      certificates: () => Promise.resolve([alice, ...others].map(({ certificate }, i) => ({ id: String(i), certificate, canSign: true, canDecrypt: true }))),
      choose: (ids) => (asked.push(ids), Promise.resolve(choice)),
    });
    const unknown = transportEntry(sidOf(others[1] as Signer), derSequence(derOid("1.2.3.4")));
    const bytes = await cbc([transportEntry(sidOf(alice)), unknown, transportEntry(sidOf(others[0] as Signer)), transportEntry(derTaggedPrimitive(0, Uint8Array.of(9, 9)))]);
    for (const [choice, used] of [["1", "1"], ["0", "0"], ["another", "0"]] as const) {
      const seen: UnwrapRequest[] = [];
      expect(await open(bytes, answering(choice, seen))).toBe("opened");
      expect(seen.map(({ certificateId }) => certificateId)).toEqual([used]);
    }
    expect(asked).toEqual([["0", "1"], ["0", "1"], ["0", "1"]]);
    expect(await open(await cbc([transportEntry(sidOf(alice)), unknown]), answering("1", []))).toBe("opened");
    expect(asked).toHaveLength(3);
    await open(await cbc([alice, ...others].map((each) => transportEntry(sidOf(each)))), answering("0", []));
    expect(asked[3]).toHaveLength(MOST_OWN_KEYS);
  });
});
