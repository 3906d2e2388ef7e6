import net from "node:net";

/**
 * Postfix's access policy server (SMTPD_POLICY_README): says for each RCPT TO whether it is taken, so that a test can
 * have the mail server refuse somebody and change its mind.
 * @param {{port: number}} options
 */
export async function startSmtpPolicy({ port }) {
  /** @type {Map<string, string>} */
  const refusals = new Map();
  const sockets = new Set();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    let text = "";
    socket.on("data", (data) => {
      text += data.toString("latin1");
      for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) {
        const recipient = /^recipient=(.*)$/m.exec(text.slice(0, end))?.[1]?.toLowerCase() ?? "";
        socket.write(`action=${refusals.get(recipient) ?? "DUNNO"}\n\n`);
      }
    });
  });
  await new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    /** Has Postfix answer with these words to this recipient, until the returned function is called. */
    refuse(address, words) {
      refusals.set(address, words);
      return () => void refusals.delete(address);
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
