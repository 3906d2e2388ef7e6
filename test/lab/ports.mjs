import net from "node:net";

const NAMES = ["web", "php", "phpLarry", "webLarry", "imap", "lmtp", "sasl", "submission", "policy", "outside", "lists", "ocsp", "issuers", "ldap", "ldaps", "ldapBehind", "ldapsBehind"];
const FIRST = 8080;
const STEP = 20;

function listens(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.on("error", () => resolve(null));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => resolve(server));
  });
}

/**
 * Finds a block of free ports on loopback, starting at 8080, so that two checkouts do not collide.
 * The first port of a block is held until `release` is called: it is what two labs starting together compete for.
 * @returns {Promise<{ports: Record<string, number>, release: () => Promise<void>}>}
 */
export async function choosePorts() {
  for (let base = FIRST; base < FIRST + 100 * STEP; base += STEP) {
    const ports = Object.fromEntries(NAMES.map((name, index) => [name, base + index]));
    const servers = [];
    for (const port of Object.values(ports)) {
      const server = await listens(port);
      if (!server) break;
      servers.push(server);
    }
    const close = (server) => new Promise((resolve) => server.close(resolve));
    const first = servers.shift();
    await Promise.all(servers.map(close));
    if (first && servers.length === NAMES.length - 1) return { ports, release: () => close(first) };
    if (first) await close(first);
  }
  throw new Error("no block of free ports between 8080 and 10080 on 127.0.0.1");
}
