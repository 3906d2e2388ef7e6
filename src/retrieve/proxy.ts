import { request, type RequestOptions } from "node:http";
import type { Socket } from "node:net";
import { refusedStatus } from "../protocol/retrieval.ts";
import { bare } from "./addresses.ts";

/** How a request for `url` is put to an HTTP proxy: it gets the whole address in place of the path (RFC 9112 §3.2.2). */
export function throughProxy(proxy: string, url: URL): RequestOptions {
  const { hostname, port } = new URL(proxy);
  return { protocol: "http:", hostname: bare(hostname), port: port || 80, path: `${url.origin}${url.pathname}${url.search}`, setHost: false };
}

/** Opens a tunnel to a host and port (RFC 9110 §9.3.6). Throws `revocation.fetch` or `revocation.fetch-refused` if the proxy opens none. */
export function tunnel(proxy: string, url: URL, signal: AbortSignal): Promise<Socket> {
  const { hostname, port } = new URL(proxy);
  const target = `${url.hostname}:${url.port || 443}`;
  return new Promise((resolve, reject) => {
    const asked = request({ hostname: bare(hostname), port: port || 80, method: "CONNECT", path: target, headers: { Host: target }, agent: false, signal });
    asked.on("connect", (answer, socket, ahead) => {
      // Octets ahead of our own handshake would be the proxy's words in the server's place.
      if (answer.statusCode === 200 && ahead.length === 0) return resolve(socket);
      socket.destroy();
      reject(refusedStatus(answer.statusCode));
    });
    asked.on("response", (answer) => {
      answer.destroy();
      reject(refusedStatus(answer.statusCode));
    });
    asked.on("error", reject);
    asked.end();
  });
}
