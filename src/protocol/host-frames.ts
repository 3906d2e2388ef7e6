import { type Bytes, concat, copy, fromUtf8, utf8 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";

/** A message of native messaging: its length, four octets in the machine's order (ours are all little-endian), then JSON as UTF-8. */
export function frame(message: unknown): Bytes {
  const json = utf8(JSON.stringify(message));
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, json.length, true);
  return concat(head, json);
}

/**
 * Takes octets as they come and answers the messages that are whole. What cannot be a message ends everything, because nobody
 * knows where the next one begins: throws `limits.host` for one above `max` octets, `protocol.malformed` for what is no JSON.
 */
export function frameReader(max: number): (octets: Uint8Array) => unknown[] {
  let held: Bytes[] = [];
  let length = 0;
  const take = (count: number): Bytes => {
    const all = held.length === 1 ? (held[0] as Bytes) : concat(...held);
    held = count < all.length ? [all.subarray(count)] : [];
    length -= count;
    return all.subarray(0, count);
  };
  let wanted: number | null = null;
  return (octets) => {
    const messages: unknown[] = [];
    held.push(copy(octets));
    length += octets.length;
    for (;;) {
      if (wanted === null) {
        if (length < 4) return messages;
        const head = take(4);
        wanted = new DataView(head.buffer, head.byteOffset).getUint32(0, true);
        if (wanted > max) throw new SmimeError("limits.host");
      }
      if (length < wanted) return messages;
      messages.push(parse(take(wanted)));
      wanted = null;
    }
  };
}

function parse(json: Bytes): unknown {
  try {
    return JSON.parse(fromUtf8(json)) as unknown;
  } catch (error) {
    throw new SmimeError("protocol.malformed", { cause: error });
  }
}
