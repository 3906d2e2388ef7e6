import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { concat, fromLatin1, latin1 } from "../../../src/base/bytes.ts";
import { codeOf } from "../../../src/base/errors.ts";
import { networkFetcher } from "../../../src/retrieve/fetcher.ts";
import type { Retrieval, RetrievalRules } from "../../../src/protocol/retrieval.ts";

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.closeAllConnections() ?? server.close()));

/** A server on loopback; answers its address and what it was asked. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const rules = (more: Partial<RetrievalRules> = {}): RetrievalRules => ({ each: 20_000, all: 20_000, allowedHosts: ["127.0.0.1"], ...more });
const question = (url: string, more: Partial<Retrieval> = {}): Retrieval => ({ kind: "crl", url, body: null, size: 1000, ...more });
const outcome = (fetched: Promise<Uint8Array>): Promise<string> => fetched.then((octets) => latin1(octets), codeOf);

describe("fetching over HTTP (RV-04)", () => {
  it("gets and posts, each place once", async () => {
    const { url, asked } = await serve((request, response) => {
      const parts: Uint8Array[] = [];
      request.on("data", (part: Uint8Array) => parts.push(part)).on("end", () => response.end(`${request.headers["content-type"] ?? ""} ${latin1(concat(...parts))}`));
    });
    const fetcher = networkFetcher(rules());
    expect(await outcome(fetcher(question(`${url}/a`)))).toBe(" ");
    expect(await outcome(fetcher(question(`${url}/a`)))).toBe(" ");
    expect(await outcome(fetcher(question(`${url}/o`, { kind: "ocsp", body: fromLatin1("question") })))).toBe("application/ocsp-request question");
    expect(asked).toEqual(["GET /a", "POST /o"]);
  });

  it("takes 404 for an answer of a directory, and of nobody else (CE-03)", async () => {
    const { url } = await serve((_request, response) => response.writeHead(404).end("nothing here"));
    expect(await outcome(networkFetcher(rules())(question(`${url}/d`, { kind: "directory" })))).toBe("");
    expect(await outcome(networkFetcher(rules())(question(`${url}/c`)))).toBe("revocation.fetch");
  });

  it("asks no host of this machine or a private network unless it is listed", async () => {
    const { url, asked } = await serve((_request, response) => response.end("x"));
    const port = new URL(url).port;
    for (const host of ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433", "10.255.255.1", "169.254.169.254"]) {
      expect(await outcome(networkFetcher(rules({ allowedHosts: [] }))(question(`http://${host}:${port}/`))), host).toBe("revocation.fetch-address");
    }
    expect(asked).toEqual([]);
    expect(await outcome(networkFetcher(rules({ allowedHosts: ["LOCALHOST", "127.0.0.1"] }))(question(`http://127.0.0.1:${port}/`)))).toBe("x");
  });

  it("judges every redirect anew, and follows three", async () => {
    const { url, asked } = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end("there");
      else response.writeHead(302, { Location: `/${left - 1}` }).end();
    });
    expect(await outcome(networkFetcher(rules())(question(`${url}/3`)))).toBe("there");
    expect(await outcome(networkFetcher(rules())(question(`${url}/4`)))).toBe("revocation.fetch");
    asked.length = 0;
    for (const [place, code] of [["http://localhost:1/", "revocation.fetch-address"], ["file:///etc/passwd", "revocation.fetch"], ["http://a:b@127.0.0.1/", "revocation.fetch"]]) {
      const leading = await serve((_request, response) => response.writeHead(301, { Location: place }).end());
      expect(await outcome(networkFetcher(rules())(question(leading.url))), place).toBe(code);
    }
  });

  it("follows none for a directory, whose answer is not signed", async () => {
    const { url, asked } = await serve((request, response) => (request.url === "/there" ? response.end("x") : response.writeHead(302, { Location: "/there" }).end()));
    expect(await outcome(networkFetcher(rules())(question(`${url}/d`, { kind: "directory" })))).toBe("revocation.fetch");
    expect(asked).toHaveLength(1);
    expect(await outcome(networkFetcher(rules())(question(`${url}/c`)))).toBe("x");
  });

  it("takes no more than the limit, on both sides, whatever length is announced", async () => {
    const { url } = await serve((request, response) => response.end("x".repeat(Number(request.url?.slice(1)))));
    expect((await outcome(networkFetcher(rules())(question(`${url}/1000`)))).length).toBe(1000);
    expect(await outcome(networkFetcher(rules())(question(`${url}/1001`)))).toBe("limits.revocation");
    const endless = await serve((_request, response) => {
      const more = (): void => void (response.write("x".repeat(600)) && setImmediate(more));
      more();
    });
    expect(await outcome(networkFetcher(rules())(question(endless.url)))).toBe("limits.revocation");
  });

  it.each([400, 404, 500, 204])("takes status %i for no answer", async (status) => {
    const { url } = await serve((_request, response) => response.writeHead(status).end("x"));
    expect(await outcome(networkFetcher(rules())(question(url)))).toBe("revocation.fetch");
  });

  it.each([401, 403, 407])("takes status %i for somebody on the way who wants a login, as none is sent (source system §5)", async (status) => {
    const { url } = await serve((_request, response) => response.writeHead(status).end("x"));
    expect(await outcome(networkFetcher(rules())(question(url)))).toBe("revocation.fetch-refused");
  });

  it("gives up in time, before and within an answer, and when all time is used up", async () => {
    const silent = await serve(() => undefined);
    const slow = await serve((_request, response) => void response.write("x"));
    for (const { url } of [silent, slow]) expect(await outcome(networkFetcher(rules({ each: 200 }))(question(url)))).toBe("revocation.fetch-time");
    expect(await outcome(networkFetcher(rules({ all: 0 }))(question(silent.url)))).toBe("revocation.fetch-time");
    const together = networkFetcher(rules({ all: 300 }));
    expect(await outcome(together(question(silent.url)))).toBe("revocation.fetch-time");
    const before = silent.asked.length;
    expect(await outcome(together(question(`${silent.url}/other`)))).toBe("revocation.fetch-time");
    expect(silent.asked.length).toBe(before);
  });

  it("says that a host cannot be reached or found", async () => {
    expect(await outcome(networkFetcher(rules())(question("http://127.0.0.1:1/")))).toBe("revocation.fetch");
    expect(await outcome(networkFetcher(rules())(question("http://does-not-exist.invalid/")))).toBe("revocation.fetch");
  });
});
