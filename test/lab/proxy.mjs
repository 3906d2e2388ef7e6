import { mkdirSync, writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";

/**
 * A fault for requests that match. `drop-answer`: the server gets the request and answers, the browser sees the
 * connection break. `refuse`: the connection breaks before the server saw anything. `status`: answered here.
 * `delay`: passed on after `ms`. `hold`: passed on when `release` is called.
 * @typedef {object} Fault
 * @property {RegExp | ((request: RecordedRequest) => boolean)} match tested against `METHOD path?query`
 * @property {"drop-answer" | "refuse" | "status" | "delay" | "hold"} action
 * @property {number} [times] how often; always if left out
 * @property {number} [ms]
 * @property {number} [status]
 * @property {string} [body]
 */

/**
 * @typedef {object} RecordedRequest
 * @property {number} number
 * @property {string} method
 * @property {string} url path and query
 * @property {http.IncomingHttpHeaders} headers
 * @property {Buffer} body
 * @property {number} at milliseconds since the epoch
 * @property {number | null} status what the server answered; null while or if it did not
 */

function readBody(request) {
  return new Promise((resolve, reject) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => resolve(Buffer.concat(parts)));
    request.on("error", reject);
    request.on("aborted", () => reject(new Error("aborted")));
  });
}

/**
 * Stands in front of the webmail: records every request that a browser makes (memory and one file each in `folder`),
 * and makes the faults it is told to make.
 * @param {{port: number, target: number, folder: string}} options
 */
export async function startProxy({ port, target, folder }) {
  mkdirSync(folder, { recursive: true });
  /** @type {RecordedRequest[]} */
  const requests = [];
  const faults = new Set();
  // PHP's own server closes each connection; reusing one would race with that.
  const agent = new http.Agent({ keepAlive: false });

  function faultFor(record) {
    for (const fault of faults) {
      const { match } = fault.given;
      if (typeof match === "function" ? !match(record) : !match.test(`${record.method} ${record.url}`)) continue;
      fault.hits.push(record);
      if (fault.hits.length >= (fault.given.times ?? Infinity)) faults.delete(fault);
      return fault;
    }
    return null;
  }

  function forward(record, response, fault) {
    const upstream = http.request({ host: "127.0.0.1", port: target, method: record.method, path: record.url, headers: { ...record.headers, connection: "close" }, agent }, (answer) => {
      record.status = answer.statusCode ?? null;
      if (fault?.given.action === "drop-answer") {
        answer.resume();
        answer.on("end", () => response.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    });
    upstream.on("error", () => {
      if (response.headersSent || fault) response.destroy();
      else response.writeHead(502).end("the webmail did not answer");
    });
    // A browser that goes away takes its request back, as it would without a proxy.
    response.on("close", () => response.writableEnded || fault || upstream.destroy());
    upstream.end(record.body);
  }

  async function handle(request, response) {
    const body = await readBody(request);
    /** @type {RecordedRequest} */
    const record = { number: requests.length + 1, method: request.method ?? "GET", url: request.url ?? "/", headers: request.headers, body, at: Date.now(), status: null };
    requests.push(record);
    const head = `${record.method} ${record.url}\n${Object.entries(record.headers).map(([name, value]) => `${name}: ${value}`).join("\n")}\n\n`;
    writeFileSync(join(folder, `${String(record.number).padStart(5, "0")}.http`), Buffer.concat([Buffer.from(head), body]));
    const fault = faultFor(record);
    switch (fault?.given.action) {
      case "refuse":
        response.destroy();
        return;
      case "status":
        record.status = fault.given.status ?? 503;
        response.writeHead(record.status, { "content-type": "text/plain" }).end(fault.given.body ?? "");
        return;
      case "delay":
        await new Promise((resolve) => setTimeout(resolve, fault.given.ms ?? 1000));
        break;
      case "hold":
        await fault.released;
        break;
      default:
    }
    forward(record, response, fault);
  }

  const server = http.createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.requestTimeout = 0;
  await new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });

  return {
    origin: `http://127.0.0.1:${port}`,
    folder,
    requests,
    /** Makes a fault; `hits` are the requests it met, `release` lets held ones go, `remove` ends it. @param {Fault} given */
    fault(given) {
      let release = () => {};
      const released = new Promise((resolve) => (release = resolve));
      const fault = { given, hits: [], released };
      faults.add(fault);
      return { hits: fault.hits, release, remove: () => void (faults.delete(fault), release()) };
    },
    /** Forgets what was recorded; the files stay. */
    forget: () => void requests.splice(0),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
