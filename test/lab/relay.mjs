import net from "node:net";

/**
 * Passes connections on to a server on loopback, and can be down (connections are refused) or silent (they are taken, and nothing
 * goes through until `well`).
 * @param {{port: number, target: number}} options
 */
export async function startRelay({ port, target }) {
  const sockets = new Set();
  /** @type {net.Server | null} */
  let server = null;
  let silent = false;
  let connections = 0;

  function pass(client) {
    const upstream = net.connect({ port: target, host: "127.0.0.1" });
    for (const [from, to] of [[client, upstream], [upstream, client]]) {
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
      from.pipe(to);
    }
  }

  const open = () => new Promise((resolve, reject) => {
    server = net.createServer((client) => {
      connections += 1;
      sockets.add(client);
      client.on("error", () => {});
      client.on("close", () => sockets.delete(client));
      if (!silent) pass(client);
    });
    server.on("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
  const shut = async () => {
    const open = server;
    server = null;
    for (const socket of sockets) socket.destroy();
    if (open) await new Promise((resolve) => open.close(resolve));
  };
  await open();

  return {
    connections: () => connections,
    down: shut,
    silent: () => void (silent = true),
    async well() {
      silent = false;
      for (const socket of sockets) socket.destroy();
      if (!server) await open();
    },
    close: shut,
  };
}
