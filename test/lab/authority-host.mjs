import { once } from "node:events";
import http from "node:http";

/** @param {http.IncomingMessage} request */
async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

/** Misbehaviours of any host. `slow` answers after `ms` or at the end; `moved` sends elsewhere; `oversized` does not stop before `size`. */
const HOST_FAULTS = ["down", "slow", "unauthorised", "moved", "wrong-type", "oversized", "empty"];

const html = "<!doctype html><title>Sign in</title><p>Sign in to use this network.";

/** Octets without end, until the other side has had enough. */
async function flood(response, size) {
  const block = Buffer.alloc(65536, 0x30);
  const closed = once(response, "close");
  for (let sent = 0; sent < size && !response.destroyed; sent += block.length) {
    if (!response.write(block)) await Promise.race([once(response, "drain"), closed]);
  }
  response.end();
}

/**
 * Hosts on loopback that serve what `places` make, each of which can be made to misbehave at run time, and a log of who was asked
 * for what. Places with the same port share a host; `down` takes the host away with all of them. `faults` are the misbehaviours
 * that `make` itself knows, beside those of every host.
 * @param {Record<string, {port: number, path: string, type: string, faults: string[], make: (request: {method: string, url: string, body: Buffer}, fault: string | null, record: {serials: string[]}) => Promise<Buffer>}>} places
 */
export async function startHosts(places) {
  /** @type {{place: string | null, method: string, url: string, headers: http.IncomingHttpHeaders, at: number, fault: string | null, serials: string[]}[]} */
  const requests = [];
  /** @type {Map<string, {kind: string, ms?: number, to?: string, size?: number, released?: Promise<void>}>} */
  const faults = new Map();
  const servers = new Map();

  async function serve(request, response, port) {
    const url = request.url ?? "/";
    const body = await bodyOf(request);
    // A place that was moved still answers where it was moved to.
    const moved = url.startsWith("/moved/");
    const path = moved ? url.slice("/moved".length) : url;
    const [name, place] = Object.entries(places).find(([, { port: at, path: mine }]) => at === port && (path === mine || path.startsWith(`${mine}/`))) ?? [null, null];
    const fault = name && !moved ? faults.get(name) : undefined;
    const record = { place: name, method: request.method ?? "", url, headers: request.headers, at: Date.now(), fault: fault?.kind ?? null, serials: [] };
    requests.push(record);
    if (!place) return void response.writeHead(404).end();
    switch (fault?.kind) {
      case "slow":
        await fault.released;
        break;
      case "unauthorised":
        return void response.writeHead(401, { "www-authenticate": 'Basic realm="Proxy"', "content-type": "text/html" }).end(html);
      case "moved":
        return void response.writeHead(302, { location: fault.to ?? `http://127.0.0.1:${port}/moved${url}` }).end();
      case "wrong-type":
        return void response.writeHead(200, { "content-type": "text/html" }).end(html);
      case "oversized":
        response.writeHead(200, { "content-type": place.type });
        return flood(response, fault.size ?? 256 * 1024 * 1024);
      case "empty":
        return void response.writeHead(200, { "content-type": place.type }).end();
      default:
    }
    const made = await place.make({ method: record.method, url: path, body }, fault?.kind ?? null, record);
    response.writeHead(200, { "content-type": place.type, "content-length": made.length }).end(made);
  }

  const open = (port) => new Promise((resolve, reject) => {
    const server = http.createServer((request, response) => {
      response.on("error", () => {});
      // A kept connection would fail in another way than a refused one when the host goes away.
      response.setHeader("connection", "close");
      serve(request, response, port).catch((error) => {
        if (response.headersSent) response.destroy();
        else response.writeHead(500, { "content-type": "text/plain" }).end(String(error.message));
      });
    });
    server.on("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(void servers.set(port, server)));
  });
  const shut = async (port) => {
    const server = servers.get(port);
    if (!server) return;
    servers.delete(port);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const ports = [...new Set(Object.values(places).map(({ port }) => port))];
  await Promise.all(ports.map(open));

  return {
    /** Every request, oldest first; `serials` are the numbers an OCSP question asked about. */
    requests,
    forget: () => void requests.splice(0),
    /**
     * Has a place misbehave until the returned function is called.
     * @param {string} name
     * @param {string} kind
     * @param {{ms?: number, to?: string, size?: number}} [options]
     */
    async misbehave(name, kind, options = {}) {
      const place = places[name];
      if (!place) throw new Error(`there is no place ${name}; there are ${Object.keys(places).join(", ")}`);
      if (![...HOST_FAULTS, ...place.faults].includes(kind)) throw new Error(`${name} cannot be ${kind}`);
      let release = () => {};
      const released = new Promise((resolve) => {
        release = resolve;
        if (kind === "slow" && options.ms !== undefined) setTimeout(resolve, options.ms).unref();
      });
      faults.set(name, { kind, ...options, released });
      if (kind === "down") await shut(place.port);
      return async () => {
        faults.delete(name);
        release();
        if (kind === "down" && !servers.has(place.port)) await open(place.port);
      };
    },
    close: () => Promise.all(ports.map(shut)),
  };
}
