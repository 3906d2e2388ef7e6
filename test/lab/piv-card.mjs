import { execFileSync } from "node:child_process";
import { constants, diffieHellman, createPublicKey, privateEncrypt } from "node:crypto";
import { createConnection } from "node:net";

/**
 * A PIV card (NIST SP 800-73-4) of our own making, behind the virtual reader of vsmartcard: it connects to the reader's port and
 * answers what OpenSC sends. It has what a test needs of one: four keys with certificates, a PIN with a counter, and hands that pull
 * it out. Its keys are files, so it protects nothing.
 */

const AID = "a000000308";
const hex = (text) => Buffer.from(text, "hex");
const SLOTS = { "9a": "5fc105", "9c": "5fc10a", "9d": "5fc10b", "9e": "5fc101" };
/** Its historical bytes name PIV's application, else OpenSC believes it too old for elliptic curves. */
const ATR = hex("3b8b800180f9a00000030800001000c8");

/** A tag with its length and value (ISO 7816-4). */
function tlv(tag, ...values) {
  const value = Buffer.concat(values);
  const { length } = value;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([hex(tag), Buffer.from(head), value]);
}

/** The tags of one level, by their first octet. */
function parts(data) {
  const found = {};
  for (let at = 0; at < data.length; ) {
    const tag = data[at++];
    let length = data[at++];
    if (length === 0x81) length = data[at++];
    else if (length === 0x82) [length, at] = [data.readUInt16BE(at), at + 2];
    found[tag] = data.subarray(at, at + length);
    at += length;
  }
  return found;
}

/**
 * @param {{keys: Record<string, {key: import("node:crypto").KeyObject, keyFile: string, certificate: Uint8Array}>, pin: string, tries?: number}} made keys by their slot: 9a, 9c, 9d, 9e
 * @returns {(apdu: Buffer) => Buffer}
 */
export function pivApplet({ keys, pin, tries = 3 }) {
  const objects = {
    "7e": tlv("7e", tlv("4f", hex(`${AID}000010000100`)), tlv("5f2f", hex("4000"))),
    "5fc102": tlv("53", tlv("30", Buffer.alloc(25, 0xd4)), tlv("34", hex("4d61696c7365616c2050495620746573")), tlv("35", Buffer.from("20391231")), tlv("3e"), tlv("fe")),
    ...Object.fromEntries(Object.entries(keys).map(([slot, { certificate }]) => [SLOTS[slot], tlv("53", tlv("70", Buffer.from(certificate)), tlv("71", hex("00")), tlv("fe"))])),
  };
  const expected = Buffer.concat([Buffer.from(pin, "latin1"), Buffer.alloc(8, 0xff)]).subarray(0, 8);
  let left = tries;
  let verified = false;
  /** Since the digital signature key was used last. */
  let fresh = false;
  let chained = Buffer.alloc(0);
  let waiting = Buffer.alloc(0);

  const status = (word, data = Buffer.alloc(0)) => Buffer.concat([data, hex(word)]);

  /** The rest waits for GET RESPONSE, as with every card that speaks short APDUs. */
  function give(data, most = 256) {
    waiting = data.subarray(most);
    return status(waiting.length === 0 ? "9000" : `61${Math.min(waiting.length, 255).toString(16).padStart(2, "0")}`, data.subarray(0, most));
  }

  function verify(data) {
    if (data.length === 0) return verified ? status("9000") : status(`63c${left}`);
    if (left === 0) return status("6983");
    verified = data.equals(expected);
    fresh = verified;
    left = verified ? tries : left - 1;
    return verified ? status("9000") : status(left === 0 ? "6983" : `63c${left}`);
  }

  function authenticate(algorithm, slot, data) {
    const held = keys[slot];
    if (!held) return status("6a88");
    // SP 800-73-4, table 4b: the digital signature key wants the PIN before each use.
    if (slot !== "9e" && !(slot === "9c" ? fresh : verified)) return status("6982");
    if (slot === "9c") fresh = false;
    const asked = parts(parts(data)[0x7c] ?? Buffer.alloc(0));
    const answer = (octets) => give(tlv("7c", tlv("82", octets)));
    if (asked[0x85]) {
      const point = asked[0x85];
      const coordinates = { x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") };
      return answer(diffieHellman({ privateKey: held.key, publicKey: createPublicKey({ key: { kty: "EC", crv: "P-256", ...coordinates }, format: "jwk" }) }));
    }
    if (!asked[0x81]) return status("6a80");
    // A private operation without padding, for signing and decrypting alike; ECDSA over a digest as it comes.
    if (algorithm === 0x07) return answer(privateEncrypt({ key: held.key, padding: constants.RSA_NO_PADDING }, asked[0x81]));
    return answer(execFileSync("openssl", ["pkeyutl", "-sign", "-inkey", held.keyFile], { input: asked[0x81] }));
  }

  return (apdu) => {
    const [cla, ins, p1, p2] = apdu;
    const lc = apdu.length > 5 ? apdu[4] : 0;
    const body = apdu.subarray(5, 5 + lc);
    if (cla & 0x10) {
      chained = Buffer.concat([chained, body]);
      return status("9000");
    }
    const data = Buffer.concat([chained, body]);
    chained = Buffer.alloc(0);
    switch (ins) {
      case 0xa4:
        if (!data.toString("hex").startsWith(AID)) return status("6a82");
        verified = false;
        return give(tlv("61", tlv("4f", hex("000010000100")), tlv("79", tlv("4f", hex(AID)))));
      case 0xc0:
        return give(waiting, apdu[4] || 256);
      case 0xcb: {
        const object = objects[parts(data)[0x5c]?.toString("hex")];
        return object ? give(object) : status("6a82");
      }
      case 0x20:
        return p2 === 0x80 ? verify(data) : status("6a88");
      case 0x87:
        return authenticate(p1, p2.toString(16), data);
      default:
        return status("6d00");
    }
  };
}

/**
 * Puts a card into the virtual reader that listens at a port.
 * @param {number} port
 * @param {(apdu: Buffer) => Buffer} applet
 * @returns {Promise<{remove: () => void}>}
 */
export async function insertCard(port, applet) {
  const socket = createConnection(port, "127.0.0.1");
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  let held = Buffer.alloc(0);
  const answer = (data) => {
    const head = Buffer.alloc(2);
    head.writeUInt16BE(data.length);
    socket.write(Buffer.concat([head, data]));
  };
  socket.on("error", () => undefined);
  socket.on("data", (octets) => {
    held = Buffer.concat([held, octets]);
    while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
      const message = held.subarray(2, 2 + held.readUInt16BE(0));
      held = held.subarray(2 + message.length);
      // One octet is the reader's own: 0 off, 1 on, 2 reset, 4 asks for the answer to reset.
      if (message.length > 1) answer(applet(message));
      else if (message[0] === 4) answer(ATR);
    }
  });
  return { remove: () => socket.destroy() };
}
