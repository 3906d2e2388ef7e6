import { describe, expect, it } from "vitest";
import { concat, fromHex, hex, utf8 } from "../../../src/base/bytes.ts";
import { codeOf } from "../../../src/base/errors.ts";
import { readBer } from "../../../src/cms/ber.ts";
import { toDer } from "../../../src/cms/ber-to-der.ts";
import { readCms } from "../../../src/cms/content-info.ts";
import { joinPieces } from "../../../src/base/pieces.ts";
import { partsElement } from "../../../src/cms/der-parts.ts";
import { cmsLimits } from "../../../src/cms/limits.ts";
import { derElement, derInteger, derOctetString, derOid, derSequence } from "../../../src/pki/der.ts";
import { OID } from "../../../src/pki/oids.ts";

function failure(read: () => unknown): string {
  try {
    read();
    return "none";
  } catch (error) {
    return codeOf(error);
  }
}

const octets = (text: string): string => hex(readBer(fromHex(text)).octets());

describe("BER strings (X.690 §8.7.3)", () => {
  it.each([
    ["primitive", "0406616263646566"],
    ["in segments", "240c040261620402636404026566"],
    ["of indefinite length", "2480040261620402636404026566" + "0000"],
    ["nested two levels", "2480" + "24080402616204026364" + "04026566" + "0000"],
    ["nested indefinitely", "2480" + "2480" + "0402616204026364" + "0000" + "04026566" + "0000"],
    ["with empty segments", "2480" + "0400" + "0406616263646566" + "2400" + "0000"],
    ["with a padded length", "0484000000066162636465" + "66"],
  ])("%s", (_name, text) => {
    expect(octets(text)).toBe(hex(utf8("abcdef")));
  });

  it("refuses segments that are no OCTET STRINGs", () => {
    expect(failure(() => octets("24030c0161"))).toBe("cms.malformed");
  });
});

describe("BER that is none", () => {
  it.each([
    ["nothing", ""],
    ["a tag alone", "30"],
    ["content cut off", "3005020101"],
    ["length cut off", "3082"],
    ["length of five octets", "30850000000001" + "00"],
    ["indefinite length of a primitive", "0480" + "0000"],
    ["no end of contents", "3080020101"],
    ["half an end of contents", "308002010100"],
    ["end of contents where none belongs", "30020000"],
    ["a tag number above 30", "3f2103020101"],
  ])("%s", (_name, text) => {
    const deep = (element: ReturnType<typeof readBer>): void => (element.constructed ? element.children.forEach(deep) : undefined);
    expect(failure(() => deep(readBer(fromHex(text))))).toBe("cms.malformed");
  });
});

describe("limits", () => {
  const nested = (depth: number): Uint8Array<ArrayBuffer> => concat(new Uint8Array(depth * 2).map((_, i) => (i % 2 === 0 ? 0x30 : 0x80)), new Uint8Array(depth * 2));
  it("of depth, on both sides", () => {
    expect(failure(() => readBer(nested(cmsLimits.depth)))).toBe("none");
    expect(failure(() => readBer(nested(cmsLimits.depth + 2)))).toBe("limits.cms-nodes");
    expect(failure(() => readBer(nested(1_000_000)))).toBe("limits.cms-nodes");
  });

  it("of elements, on both sides, in definite and in indefinite lengths", () => {
    const inside = (count: number): Uint8Array<ArrayBuffer> => new Uint8Array(count * 2).map((_, i) => (i % 2 === 0 ? 0x05 : 0x00));
    for (const wrap of [(content: Uint8Array<ArrayBuffer>) => derElement(0x30, content), (content: Uint8Array<ArrayBuffer>) => concat(fromHex("3080"), content, fromHex("0000"))]) {
      expect(failure(() => readBer(wrap(inside(cmsLimits.nodes - 1))).children)).toBe("none");
      expect(failure(() => readBer(wrap(inside(cmsLimits.nodes))).children)).toBe("limits.cms-nodes");
    }
  });
});

describe("large content", () => {
  const size = 25 * 1024 * 1024;

  it("reads 25 MB streamed in segments of one line in under two seconds", () => {
    const line = derOctetString(new Uint8Array(76).fill(0x61));
    const lines = Math.floor(size / 76);
    const all = new Uint8Array(line.length * lines);
    for (let i = 0; i < lines; i++) all.set(line, i * line.length);
    const open = (tag: number): Uint8Array => Uint8Array.of(tag, 0x80);
    const end = new Uint8Array(2);
    const cms = concat(
      open(0x30), derOid(OID.signedData), open(0xa0), open(0x30), derInteger(1), derElement(0x31),
      open(0x30), derOid(OID.data), open(0xa0), open(0x24), all, end, end, end,
      derElement(0x31), end, end, end,
    );
    const start = performance.now();
    const read = readCms(cms);
    expect(performance.now() - start).toBeLessThan(2000);
    expect(read.type === "signed-data" && read.content?.length).toBe(lines * 76);
  });

  it("makes no copy of content in one piece", () => {
    const content = new Uint8Array(size);
    const cms = joinPieces(
      partsElement(0x30, derOid(OID.signedData), partsElement(0xa0, partsElement(0x30, derInteger(1), derElement(0x31), partsElement(0x30, derOid(OID.data), partsElement(0xa0, partsElement(0x04, content))), derElement(0x31)))).pieces,
    );
    const read = readCms(cms);
    expect(read.type === "signed-data" && read.content?.length).toBe(size);
    expect(read.type === "signed-data" && read.content?.buffer).toBe(cms.buffer);
  });
});

describe("writing DER", () => {
  it("shortens lengths, joins strings and sorts sets", () => {
    const ber = fromHex("3180" + "2480" + "040161" + "040162" + "0000" + "02810105" + "020103" + "0000");
    expect(hex(toDer(readBer(ber)))).toBe("310a" + "020103" + "020105" + "04026162");
  });

  it.each([0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000])("writes a length of %i as the other writer does", (length) => {
    expect(joinPieces(partsElement(0x04, new Uint8Array(length)).pieces)).toEqual(derOctetString(new Uint8Array(length)));
  });
});

describe("ContentInfo", () => {
  const data = derSequence(derOid(OID.data), derElement(0xa0, derOctetString(utf8("x"))));
  it.each([
    ["id-data", data, "cms.content-type-unknown"],
    ["no content", derSequence(derOid(OID.signedData)), "cms.malformed"],
    ["a number for content", derSequence(derOid(OID.signedData), derElement(0xa0, derInteger(1))), "cms.malformed"],
    ["an e-mail", utf8("From: alice@example.test\r\n\r\nhello\r\n"), "cms.malformed"],
    ["PEM without an end", utf8("-----BEGIN CMS-----\nMAA=\n"), "cms.malformed"],
    ["PEM with foreign characters", utf8("-----BEGIN CMS-----\nMA!A=\n-----END CMS-----\n"), "cms.malformed"],
  ])("%s", (_name, input, code) => {
    expect(failure(() => readCms(input))).toBe(code);
  });

  it("reads PEM under any label, and leaves alone what follows the object", () => {
    const der = derSequence(derOid(OID.signedData), derElement(0xa0, derSequence(derInteger(1), derElement(0x31), derSequence(derOid(OID.data)), derElement(0x31))));
    for (const label of ["CMS", "PKCS7", "PKCS #7 SIGNED DATA"]) {
      const pem = utf8(`\r\n-----BEGIN ${label}-----\r\n${Buffer.from(der).toString("base64")}\r\n-----END ${label}-----\r\n`);
      expect(readCms(pem)).toMatchObject({ type: "signed-data", content: null, signerInfos: [] });
    }
    expect(readCms(concat(der, utf8("\r\n_____\r\nlist footer")))).toMatchObject({ type: "signed-data" });
  });
});
