import { createServer, type Server } from "node:http";
import type { createServer as createTcp} from "node:net";
import { type AddressInfo, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { latin1 } from "../../../src/base/bytes.ts";
import { codeOf } from "../../../src/base/errors.ts";
import type { Retrieval } from "../../../src/protocol/retrieval.ts";
import { networkFetcher } from "../../../src/retrieve/fetcher.ts";

const open: { close(): unknown }[] = [];
afterEach(() => open.splice(0).forEach((server) => server.close()));

const listen = async (server: Server | ReturnType<typeof createTcp>, host = "127.0.0.1"): Promise<number> => {
  open.push(server);
  await new Promise<void>((listening) => server.listen(0, host, listening));
  return (server.address() as AddressInfo).port;
};

/** A proxy that answers in the place of everybody, and writes down what it was asked. */
async function proxyServer(onConnect: (socket: Socket) => void = (socket) => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n")): Promise<{ proxy: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.host}`);
    if (request.url?.endsWith("/redirect")) response.writeHead(302, { Location: "http://127.0.0.1/inside" }).end();
    else response.end("by proxy");
  });
  server.on("connect", (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    onConnect(socket as Socket);
  });
  return { proxy: `http://127.0.0.1:${await listen(server)}`, asked };
}

const crl = (url: string): Retrieval => ({ kind: "crl", url, body: null, size: 1000 });
const noName = (): Promise<never> => Promise.reject(new Error("nobody may resolve a name here"));
const outcome = (answer: Promise<Uint8Array>): Promise<string> => answer.then((octets) => latin1(octets), codeOf);
const through = (proxy: string, allowedHosts: string[] = []) => networkFetcher({ each: 5000, all: 20_000, allowedHosts }, { network: { proxy, authorities: null }, resolve: noName });

describe("fetching through a proxy (RFC 9110 §9.3.6, RFC 9112 §3.2.2)", () => {
  it("hands it the whole address, and resolves no name", async () => {
    const { proxy, asked } = await proxyServer();
    expect(await outcome(through(proxy)(crl("http://crl.example.test:8080/a?b")))).toBe("by proxy");
    expect(asked).toEqual(["GET http://crl.example.test:8080/a?b crl.example.test:8080"]);
  });

  it("still goes to no address of this machine or a private network, redirects too", async () => {
    const { proxy, asked } = await proxyServer();
    for (const host of ["127.0.0.1", "localhost", "LOCALHOST.", "a.localhost", "[::1]", "0x7f.1", "10.1.1.1", "[::ffff:10.1.1.1]", "169.254.169.254"]) {
      for (const scheme of ["http", "https"]) expect(await outcome(through(proxy)(crl(`${scheme}://${host}/`))), host).toBe("revocation.fetch-address");
    }
    expect(asked).toEqual([]);
    expect(await outcome(through(proxy)(crl("http://crl.example.test/redirect")))).toBe("revocation.fetch-address");
  });

  it("asks for a tunnel for https, and takes nothing that is said before its own handshake", async () => {
    const refusing = await proxyServer();
    expect(await outcome(through(refusing.proxy)(crl("https://crl.example.test/")))).toBe("revocation.fetch-refused");
    expect(refusing.asked).toEqual(["CONNECT crl.example.test:443"]);
    const early = await proxyServer((socket) => socket.write("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\nfalse"));
    expect(await outcome(through(early.proxy)(crl("https://crl.example.test/")))).toBe("revocation.fetch");
    let handshake = -1;
    const tunnelling = await proxyServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.once("data", (octets: Uint8Array) => {
        handshake = octets[0] as number;
        socket.destroy();
      });
    });
    expect(await outcome(through(tunnelling.proxy)(crl("https://crl.example.test:8443/")))).toBe("revocation.fetch");
    expect([tunnelling.asked, handshake]).toEqual([["CONNECT crl.example.test:8443"], 0x16]);
  });

  it("asks listed hosts, which lie inside, without it", async () => {
    const { proxy, asked } = await proxyServer();
    const port = await listen(createServer((_request, response) => response.end("straight")));
    const fetcher = networkFetcher({ each: 5000, all: 20_000, allowedHosts: ["inside.test"] }, { network: { proxy, authorities: null }, resolve: () => Promise.resolve([{ address: "127.0.0.1", family: 4 }]) });
    expect(await outcome(fetcher(crl(`http://inside.test:${port}/`)))).toBe("straight");
    expect(asked).toEqual([]);
  });

  it("says that the proxy is not there", async () => {
    for (const scheme of ["http", "https"]) expect(await outcome(through("http://127.0.0.1:1")(crl(`${scheme}://crl.example.test/`)))).toBe("revocation.fetch");
  });
});

describe("a name with several addresses", () => {
  const direct = (addresses: string[], allowedHosts: string[]) =>
    networkFetcher({ each: 5000, all: 20_000, allowedHosts }, { network: { proxy: null, authorities: null }, resolve: () => Promise.resolve(addresses.map((address) => ({ address, family: 4 }))) });

  it("is reached at whichever answers", async () => {
    const port = await listen(createServer((_request, response) => response.end("there")));
    expect(await outcome(direct(["127.0.0.8", "127.0.0.9", "127.0.0.1"], ["many.test"])(crl(`http://many.test:${port}/`)))).toBe("there");
  });

  it("is not reached at all if one of them lies inside", async () => {
    const port = await listen(createServer((_request, response) => response.end("there")));
    expect(await outcome(direct(["8.8.8.8", "127.0.0.1"], [])(crl(`http://many.test:${port}/`)))).toBe("revocation.fetch-address");
    expect(await outcome(direct([], [])(crl(`http://many.test:${port}/`)))).toBe("revocation.fetch");
  });
});
