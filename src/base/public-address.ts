/** Networks of IPv4 that are not the public Internet (IANA's special-purpose registry, multicast, reserved): address and prefix length. */
const SPECIAL_V4: [string, number][] = [
  ["0.0.0.0", 8], ["10.0.0.0", 8], ["100.64.0.0", 10], ["127.0.0.0", 8], ["169.254.0.0", 16], ["172.16.0.0", 12], ["192.0.0.0", 24],
  ["192.0.2.0", 24], ["192.88.99.0", 24], ["192.168.0.0", 16], ["198.18.0.0", 15], ["198.51.100.0", 24], ["203.0.113.0", 24], ["224.0.0.0", 3],
];

/** Parts of IPv6's global unicast, 2000::/3, that are not public: protocol assignments with Teredo, documentation, 6to4. */
const SPECIAL_V6: [number[], number][] = [
  [[0x2001, 0], 23],
  [[0x2001, 0xdb8], 32],
  [[0x2002, 0], 16],
  [[0x3fff, 0], 20],
];

/**
 * Tells whether an address, IPv4 or IPv6 as text, belongs to the public Internet: not to this machine, a private network, or a
 * range for something else. What cannot be read is not.
 */
export function isPublicAddress(text: string): boolean {
  const v4 = readV4(text);
  if (v4 !== null) return isPublicV4(v4);
  const v6 = readV6(text);
  if (v6 === null) return false;
  const embedded = ((v6[6] as number) * 65536 + (v6[7] as number)) >>> 0;
  // ::ffff:0:0/96 is IPv4 itself, 64:ff9b::/96 is IPv4 behind a translator (RFC 6052).
  const lead = v6.slice(0, 6).map((group) => group.toString(16)).join(":");
  if (lead === "0:0:0:0:0:ffff" || lead === "64:ff9b:0:0:0:0") return isPublicV4(embedded);
  const [first, second] = [v6[0] as number, v6[1] as number];
  const head = (first * 65536 + second) >>> 0;
  return first >= 0x2000 && first < 0x4000 && !SPECIAL_V6.some(([[a = 0, b = 0], length]) => samePrefix(head, (a * 65536 + b) >>> 0, length));
}

function isPublicV4(address: number): boolean {
  return !SPECIAL_V4.some(([network, length]) => samePrefix(address, readV4(network) ?? 0, length));
}

function samePrefix(a: number, b: number, length: number): boolean {
  return a >>> (32 - length) === b >>> (32 - length);
}

function readV4(text: string): number | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  return parts === undefined || parts.some((part) => part > 255) ? null : parts.reduce((sum, part) => sum * 256 + part, 0);
}

function readV6(text: string): number[] | null {
  // The last two groups may be written as IPv4 (RFC 4291 §2.2).
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const last = dotted === null ? null : readV4(dotted[2] as string);
  if (dotted !== null && last === null) return null;
  const plain = dotted === null || last === null ? text : `${dotted[1]}${(last >>> 16).toString(16)}:${(last & 0xffff).toString(16)}`;
  const halves = plain.split("::");
  if (halves.length > 2) return null;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array<string>(halves.length === 2 ? missing : 0).fill("0"), ...tail];
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? groups.map((group) => Number.parseInt(group, 16)) : null;
}
