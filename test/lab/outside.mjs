import http from "node:http";

/**
 * What browsers are given as their proxy: it stands for the whole network outside this machine, refuses every request
 * and writes down who was asked. So a test can show that nothing but the webmail was contacted.
 * @param {{port: number}} options
 */
export async function startOutside({ port }) {
  /** @type {{method: string, url: string, body: Buffer}[]} */
  const requests = [];
  const server = http.createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      requests.push({ method: request.method ?? "", url: request.url ?? "", body: Buffer.concat(parts) });
      response.writeHead(403).end();
    });
    request.on("error", () => {});
  });
  server.on("connect", (request, socket) => {
    requests.push({ method: "CONNECT", url: request.url ?? "", body: Buffer.alloc(0) });
    socket.on("error", () => {});
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  await new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    port: server.address().port,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
