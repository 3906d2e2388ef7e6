// An example of the service that `RevocationRelay` names (docs/administrator/trust.md): it fetches for browsers that may not. Node 20.19, no packages.
// Run it behind whatever gives it HTTPS, inside the network, for its browsers alone: it fetches what it is asked for, and any page
// that one of them shows can ask. It prints its address. `node revocation-relay.mjs 8443 crl.inside.example` lists hosts inside.
import { lookup } from "node:dns/promises";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import { pathToFileURL } from "node:url";

const TYPES = { crl: null, issuer: null, ocsp: "application/ocsp-request" };
const MOST = { question: 64 * 1024, answer: 64 * 1024 * 1024, milliseconds: 60_000 };
const CORS = { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "Content-Type", "Access-Control-Allow-Private-Network": "true" };

const inside = new net.BlockList();
for (const [address, bits] of [["0.0.0.0", 8], ["10.0.0.0", 8], ["100.64.0.0", 10], ["127.0.0.0", 8], ["169.254.0.0", 16], ["172.16.0.0", 12], ["192.0.0.0", 24], ["192.0.2.0", 24], ["192.88.99.0", 24], ["192.168.0.0", 16], ["198.18.0.0", 15], ["198.51.100.0", 24], ["203.0.113.0", 24], ["224.0.0.0", 3]]) inside.addSubnet(address, bits, "ipv4");
const outside6 = new net.BlockList();
outside6.addSubnet("2000::", 3, "ipv6");
// Protocol assignments with Teredo, documentation, and IPv4 within IPv6.
const special6 = new net.BlockList();
for (const [address, bits] of [["2001::", 23], ["2001:db8::", 32], ["2002::", 16], ["3fff::", 20]]) special6.addSubnet(address, bits, "ipv6");

class Refusal extends Error {
  constructor(status) {
    super(String(status));
    this.status = status;
  }
}

const isPublic = ({ address, family }) => (family === 4 ? !inside.check(address, "ipv4") : outside6.check(address, "ipv6") && !special6.check(address, "ipv6"));

async function octetsOf(stream, most) {
  const parts = [];
  let length = 0;
  for await (const part of stream) {
    length += part.length;
    if (length > most) throw new Refusal(413);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** What is asked; whatever is no question is refused. */
function questionOf(octets) {
  try {
    const { kind, url, body, size, timeout } = JSON.parse(octets.toString("utf8"));
    const place = new URL(url);
    if (Object.hasOwn(TYPES, kind) && /^https?:$/.test(place.protocol) && place.username === "" && (body === null || typeof body === "string")) return { kind, place, body, size, timeout };
  } catch {
    // Neither JSON nor an address.
  }
  throw new Refusal(400);
}

/** Fetches one place over HTTP; the addresses that were judged are those that are connected to, and redirects are not followed. */
async function retrieve({ kind, place, body, size, timeout }, allowed) {
  const signal = AbortSignal.timeout(Math.min(Number(timeout) || MOST.milliseconds, MOST.milliseconds));
  const found = await lookup(place.hostname.replace(/^\[|\]$/g, ""), { all: true });
  if (!allowed.includes(place.hostname) && !found.every(isPublic)) throw new Refusal(403);
  const octets = body === null ? null : Buffer.from(body, "base64");
  const headers = octets && TYPES[kind] ? { "Content-Type": TYPES[kind], "Content-Length": octets.length } : {};
  const pinned = (_name, options, answer) => (options.all ? answer(null, found) : answer(null, found[0].address, found[0].family));
  const response = await new Promise((resolve, reject) => {
    const request = (place.protocol === "https:" ? https : http).request(place, { method: octets ? "POST" : "GET", headers, signal, agent: false, lookup: pinned }, resolve);
    request.on("error", () => reject(new Refusal(signal.aborted ? 504 : 502))).end(octets ?? undefined);
  });
  if (response.statusCode !== 200) {
    response.destroy();
    throw new Refusal([401, 403, 407].includes(response.statusCode) ? 401 : 502);
  }
  return octetsOf(response, Math.min(Number(size) || 0, MOST.answer)).catch((error) => {
    throw signal.aborted ? new Refusal(504) : error;
  });
}

/** @param {string[]} allowed hosts inside the own network that may be asked */
export function revocationRelay(allowed = []) {
  const names = allowed.map((name) => name.toLowerCase());
  return http.createServer((request, response) => {
    if (request.method === "OPTIONS") return response.writeHead(204, CORS).end();
    octetsOf(request, MOST.question)
      .then((question) => retrieve(questionOf(question), names))
      .then((octets) => response.writeHead(200, { ...CORS, "Content-Type": "application/octet-stream" }).end(octets))
      .catch((error) => response.writeHead(error instanceof Refusal ? error.status : 502, CORS).end());
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [port = "8443", ...allowed] = process.argv.slice(2);
  const server = revocationRelay(allowed);
  server.listen(Number(port), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
}
