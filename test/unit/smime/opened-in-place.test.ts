import { describe, expect, it } from "vitest";
import { type Bytes, latin1 } from "../../../src/base/bytes.ts";
import { bobReads, encryptedObject, message, plain, SECRET } from "./attacks/stage.ts";

/** More than the 768 KiB that are decrypted at a time. */
const large = plain(`${SECRET}\n${"A line of a long message, as long as lines are.\n".repeat(20_000)}`);

/** As a server with BINARYMIME hands it out (RFC 3030): the ciphertext is a range of the message itself. */
const binary = (object: Bytes): string =>
  `Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"\r\nContent-Transfer-Encoding: binary\r\n\r\n${latin1(object)}`;

describe("a large message whose ciphertext is a range of its own octets (RD-01)", () => {
  it("opens as often as it is asked for, and its octets stay as they came, nested as well", async () => {
    const once = binary(await encryptedObject(large));
    for (const mail of [message(once), message(binary(await encryptedObject(once)))]) {
      const before = mail.slice();
      const texts = [];
      for (let time = 0; time < 2; time++) {
        const { content, decryptedSource } = await bobReads(mail);
        texts.push(JSON.stringify(content).includes(SECRET) && latin1(decryptedSource ?? new Uint8Array()) === large);
        expect(Buffer.compare(mail, before)).toBe(0);
      }
      expect(texts).toEqual([true, true]);
    }
  });
});
