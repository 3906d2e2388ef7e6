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
 * Finds a block of free ports on loopback, starting at 8080, so that two checkouts, and two labs of one, do not collide.
 * The last port of a block serves nothing: who holds it has the block, until `release` is called or his process ends.
 * @returns {Promise<{ports: Record<string, number>, release: () => Promise<void>}>}
 */
export async function choosePorts() {
  const close = (server) => new Promise((resolve) => server.close(resolve));
  for (let base = FIRST; base < FIRST + 100 * STEP; base += STEP) {
    const claim = await listens(base + STEP - 1);
    if (!claim) continue;
    const ports = Object.fromEntries(NAMES.map((name, index) => [name, base + index]));
    const free = [];
    for (const port of Object.values(ports)) {
      const server = await listens(port);
      if (!server) break;
      free.push(server);
    }
    await Promise.all(free.map(close));
    if (free.length === NAMES.length) {
      claim.unref();
      return { ports, release: () => close(claim) };
    }
    await close(claim);
  }
  throw new Error("no block of free ports between 8080 and 10080 on 127.0.0.1");
}
