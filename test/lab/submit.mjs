import net from "node:net";

/** Answers of an SMTP server, each with all its lines (RFC 5321 §4.2.1). @param {net.Socket} socket */
async function* answers(socket) {
  let text = "";
  for await (const data of socket) {
    text += data;
    for (let end = /^\d{3}(?: .*)?\r\n/m.exec(text); end; end = /^\d{3}(?: .*)?\r\n/m.exec(text)) {
      yield text.slice(0, end.index + end[0].length);
      text = text.slice(end.index + end[0].length);
    }
  }
}

/**
 * Hands a message to Postfix as a mail program does (RFC 6409), octet for octet; rejects with the server's words.
 * @param {{port: number, user: string, password: string, from: string, to: string[], message: Uint8Array}} options
 */
export async function submit({ port, user, password, from, to, message }) {
  const socket = net.connect({ port, host: "127.0.0.1" });
  const said = answers(socket);
  const expect = async (wanted) => {
    const { value = "the connection was closed" } = await said.next();
    if (!value.startsWith(wanted)) throw new Error(`submission: ${value.trim()}`);
  };
  const say = async (line, wanted) => {
    socket.write(`${line}\r\n`);
    await expect(wanted);
  };
  try {
    await expect("220");
    await say("EHLO lab.test", "250");
    await say(`AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString("base64")}`, "235");
    await say(`MAIL FROM:<${from}>`, "250");
    for (const each of to) await say(`RCPT TO:<${each}>`, "250");
    await say("DATA", "354");
    // A dot at the start of a line is doubled (RFC 5321 §4.5.2).
    const text = Buffer.from(message).toString("latin1").replace(/^\./gm, "..");
    await say(`${text.endsWith("\r\n") ? text.slice(0, -2) : text}\r\n.`, "250");
    await say("QUIT", "221");
  } finally {
    socket.destroy();
  }
}
