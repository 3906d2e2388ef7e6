import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf } from "../../src/base/errors.ts";
import { retrieveByRelay } from "../../src/background/http-retrieval.ts";
import type { PolicyService } from "../../src/background/policy-service.ts";
import { retrievalService } from "../../src/background/retrieval-service.ts";
import { revocationService } from "../../src/background/revocation-service.ts";
import { OID } from "../../src/pki/oids.ts";
import { defaultUserSettings, effectivePolicy } from "../../src/policy/effective.ts";
import type { Retrieval } from "../../src/protocol/retrieval.ts";
import { issue, type Issued } from "../unit/pki/support/authority.ts";
import { accessTo, crlDer, distributionPoints, ocspDer, uri } from "../unit/pki/support/revocation.ts";

const program = resolve(import.meta.dirname, "../../docs/revocation-relay.mjs");
const now = Date.now();
const day = (days: number): string => new Date(now + days * 86_400_000).toISOString();

const answers = new Map<string, Uint8Array | number>();
const asked: { place: string; method: string; type: string | undefined; octets: number; headers: string[] }[] = [];
let places: Server;
let port: number;
let relay: ChildProcess;
let relayUrl: string;

/** Answers as `answers` has it: octets, or a status. `/slow` begins and does not end. */
function servePlaces(): Server {
  return createServer((request, response) => {
    let octets = 0;
    request.on("data", (part: Buffer) => (octets += part.length));
    request.on("end", () => {
      // An OCSP question may stand in the address (RFC 6960 appendix A.1).
      const place = (request.url ?? "").replace(/^\/responder\/.*/, "/responder");
      asked.push({ place, method: request.method ?? "", type: request.headers["content-type"], octets, headers: Object.keys(request.headers) });
      const answer = answers.get(place);
      if (place === "/slow") response.writeHead(200).write("a beginning");
      else if (answer instanceof Uint8Array) response.end(answer);
      else response.writeHead(answer ?? 404, { Location: "/list" }).end();
    });
  });
}

beforeAll(async () => {
  // On one of the addresses of the name alone, as a host may be reachable by IPv4 alone.
  places = servePlaces();
  await new Promise<void>((listening) => places.listen(0, "127.0.0.1", listening));
  port = (places.address() as AddressInfo).port;
  relay = spawn(process.execPath, [program, "0", "LOCALHOST"], { stdio: ["ignore", "pipe", "inherit"] });
  relayUrl = await new Promise<string>((started, fail) => {
    relay.on("error", fail).on("exit", () => fail(new Error("The relay ended.")));
    relay.stdout?.once("data", (line: Buffer) => started(String(line).trim()));
  });
});

afterAll(async () => {
  const ended = new Promise((done) => relay.once("exit", done));
  if (relay.pid !== undefined && relay.exitCode === null) process.kill(relay.pid);
  await ended;
  places.closeAllConnections();
  places.close();
});

const question = (place: string, more: Partial<Retrieval> = {}): Retrieval => ({ kind: "crl", url: `http://localhost:${port}${place}`, body: null, size: 1000, ...more });
const ask = (asking: Retrieval, milliseconds = 5000) => retrieveByRelay(fetch, relayUrl, asking, milliseconds).then((octets) => octets, codeOf);

describe("the example of a relay (RV-01, RV-04)", () => {
  it("brings a list and an answer, and tells the place nothing but the question", async () => {
    answers.set("/list", Uint8Array.of(1, 2, 3)).set("/ocsp", Uint8Array.of(4));
    expect(await ask(question("/list"))).toEqual(Uint8Array.of(1, 2, 3));
    expect(await ask(question("/ocsp", { kind: "ocsp", body: Uint8Array.of(0x30, 0) }))).toEqual(Uint8Array.of(4));
    expect(asked.splice(0).map(({ headers, ...rest }) => ({ ...rest, headers: headers.filter((name) => !["host", "connection", "content-length"].includes(name)) }))).toEqual([
      { place: "/list", method: "GET", type: undefined, octets: 0, headers: [] },
      { place: "/ocsp", method: "POST", type: "application/ocsp-request", octets: 2, headers: ["content-type"] },
    ]);
  });

  it("asks no host inside that is not listed, by address or by name", async () => {
    for (const host of ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "10.0.0.1", "2130706433", "[2002:7f00:1::1]", "[64:ff9b::7f00:1]"]) {
      expect([host, await ask(question("", { url: `http://${host}:${port}/list` }))]).toEqual([host, "revocation.fetch-address"]);
    }
    expect(asked).toEqual([]);
  });

  it("refuses what is too large, and takes what just fits", async () => {
    answers.set("/large", new Uint8Array(1001)).set("/fits", new Uint8Array(1000));
    expect(await ask(question("/large"))).toBe("limits.revocation");
    expect(await ask(question("/fits"))).toHaveLength(1000);
    expect(await ask(question("/fits", { body: new Uint8Array(70_000) }))).toBe("limits.revocation");
  });

  it("follows no redirect, and tells a login from what is not there", async () => {
    answers.set("/moved", 302).set("/login", 401).set("/proxy", 407);
    asked.splice(0);
    expect(await ask(question("/moved"))).toBe("revocation.fetch");
    expect(await ask(question("/login"))).toBe("revocation.fetch-refused");
    expect(await ask(question("/proxy"))).toBe("revocation.fetch-refused");
    expect(await ask(question("/nothing"))).toBe("revocation.fetch");
    expect(await ask(question("", { url: "http://localhost:1/list" }))).toBe("revocation.fetch");
    expect(await ask(question("", { url: "http://nobody.invalid/list" }))).toBe("revocation.fetch");
    expect(asked.map(({ place }) => place)).toEqual(["/moved", "/login", "/proxy", "/nothing"]);
  });

  it("says itself that a place was too slow, also in the middle of its answer", async () => {
    const response = await fetch(relayUrl, { method: "POST", body: JSON.stringify({ ...question("/slow"), timeout: 300 }) });
    expect(response.status).toBe(504);
  });

  it("refuses what is no question, and goes on", async () => {
    const status = async (body: string): Promise<number> => (await fetch(relayUrl, { method: "POST", body })).status;
    const asking = { ...question("/list"), timeout: 1000 };
    for (const wrong of ["", "{", "null", "[]", '"x"', JSON.stringify({ ...asking, kind: "directory" }), JSON.stringify({ ...asking, kind: "toString" }), JSON.stringify({ ...asking, url: "file:///etc/hostname" }), JSON.stringify({ ...asking, url: `ldap://localhost:${port}/` }), JSON.stringify({ ...asking, url: 1 }), JSON.stringify({ ...asking, url: `http://user@localhost:${port}/list` }), JSON.stringify({ ...asking, body: 7 })]) {
      expect([wrong, await status(wrong)]).toEqual([wrong, 400]);
    }
    expect((await fetch(relayUrl)).status).toBe(400);
    expect(await status(JSON.stringify(asking))).toBe(200);
  });

  it("allows other origins, as the extension's is one", async () => {
    const preflight = await fetch(relayUrl, { method: "OPTIONS", headers: { Origin: "chrome-extension://example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type" } });
    expect([preflight.status, preflight.headers.get("Access-Control-Allow-Origin"), preflight.headers.get("Access-Control-Allow-Headers")]).toEqual([204, "*", "Content-Type"]);
    const refused = await fetch(relayUrl, { method: "POST", body: "{" });
    expect(refused.headers.get("Access-Control-Allow-Origin")).toBe("*");
  });

  it("serves the check as it runs in the background: good by OCSP, revoked by a list", async () => {
    const place = (path: string) => uri(`http://localhost:${port}${path}`);
    const ca: Issued = issue({ name: "Authority", ca: true, keyUsage: 0x06 });
    const alice = issue({ name: "Alice", issuer: ca, more: [accessTo(OID.OCSP, place("/responder"))] });
    const bob = issue({ name: "Bob", issuer: ca, more: [distributionPoints({ names: [place("/ca.crl")] })] });
    answers.set("/responder", await ocspDer({ signer: ca, issuer: ca, producedAt: day(0), about: [{ certificate: alice.certificate, from: day(-1), to: day(1) }] }));
    answers.set("/ca.crl", crlDer({ issuer: ca, entries: [{ serial: bob.certificate.serial }], from: day(-1), to: day(1) }));
    // Policy takes an HTTPS address alone; the relay itself stands behind whatever gives it that.
    const effective = effectivePolicy({}, defaultUserSettings);
    const policy = { current: () => Promise.resolve({ ...effective, values: { ...effective.values, RevocationRelay: relayUrl } }) } as unknown as PolicyService;
    const clock = () => new Date(now);
    const retrievals = retrievalService({ policy, network: { fetch: (url, init) => fetch(url, init), permitted: () => Promise.resolve(false) }, clock });
    const store = { keptRevocation: () => Promise.resolve(undefined), importedRevocation: () => Promise.resolve([]), putRevocation: () => Promise.resolve(), sweepRevocation: () => Promise.resolve() };
    const service = revocationService({ policy, retrievals, store, clock });
    const stateOf = async ({ certificate }: Issued) => (await service.check([certificate, ca.certificate], [], null, "asking")).state;
    expect([await stateOf(alice), await stateOf(bob)]).toEqual(["good", "revoked"]);
    expect(asked.slice(-2).map(({ place: path }) => path)).toEqual(["/responder", "/ca.crl"]);
  });
});
