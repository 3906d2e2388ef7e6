import net from "node:net";

/**
 * A small IMAP client (RFC 9051), so that the evidence of what a server stored does not come from Roundcube or from us.
 * One command at a time; literals are kept as octets.
 * @param {{port: number, user: string, password: string}} options
 */
export async function connectImap({ port, user, password }) {
  const socket = net.connect({ port, host: "127.0.0.1" });
  let buffer = Buffer.alloc(0);
  let wake = () => {};
  let failure = null;
  socket.on("data", (data) => {
    buffer = Buffer.concat([buffer, data]);
    wake();
  });
  const fail = (error) => {
    failure ??= error instanceof Error ? error : new Error("imap: connection closed");
    wake();
  };
  socket.on("error", fail);
  socket.on("close", fail);

  const more = () => new Promise((resolve, reject) => {
    if (failure) return reject(failure);
    wake = () => (failure ? reject(failure) : resolve());
  });

  async function take(length) {
    while (buffer.length < length) await more();
    const part = buffer.subarray(0, length);
    buffer = buffer.subarray(length);
    return part;
  }

  /** One response: its text with `{n}` where a literal stood, and the literals. */
  async function response() {
    let text = "";
    const literals = [];
    for (;;) {
      let end;
      while ((end = buffer.indexOf("\r\n")) < 0) await more();
      const line = (await take(end + 2)).subarray(0, end).toString("utf8");
      text += line;
      const literal = /\{(\d+)\}$/.exec(line);
      if (!literal) return { text, literals };
      literals.push(Buffer.from(await take(Number(literal[1]))));
    }
  }

  let count = 0;
  async function command(text, literal) {
    const tag = `a${++count}`;
    socket.write(`${tag} ${text}\r\n`);
    const untagged = [];
    for (;;) {
      const answer = await response();
      if (answer.text.startsWith("+") && literal) socket.write(Buffer.concat([literal, Buffer.from("\r\n")]));
      else if (answer.text.startsWith(`${tag} `)) {
        if (!answer.text.startsWith(`${tag} OK`)) throw new Error(`imap: ${answer.text}`);
        return { untagged, text: answer.text };
      } else untagged.push(answer);
    }
  }

  await response();
  await command(`LOGIN "${user}" "${password}"`);

  return {
    /** Stores a message; returns its UID. @param {string} folder @param {Uint8Array} message @param {string[]} [flags] */
    async append(folder, message, flags = []) {
      const { text } = await command(`APPEND "${folder}" (${flags.join(" ")}) {${message.length}}`, message);
      return Number(/APPENDUID \d+ (\d+)/.exec(text)?.[1] ?? 0);
    },
    /** Every message of a folder as the server has it, in the order of arrival. @param {string} folder */
    async messages(folder) {
      await command(`SELECT "${folder}"`);
      const { untagged } = await command("UID FETCH 1:* (UID FLAGS BODY.PEEK[])");
      return untagged.filter((answer) => answer.literals.length > 0).map((answer) => ({
        uid: Number(/UID (\d+)/.exec(answer.text)?.[1]),
        flags: (/FLAGS \(([^)]*)\)/.exec(answer.text)?.[1] ?? "").split(" ").filter(Boolean),
        raw: answer.literals[0],
      }));
    },
    async remove(folder, uid) {
      await command(`SELECT "${folder}"`);
      await command(`UID STORE ${uid} +FLAGS (\\Deleted)`);
      await command("EXPUNGE");
    },
    async folders() {
      const { untagged } = await command('LIST "" "*"');
      return untagged.map((answer) => /"([^"]+)"$|(\S+)$/.exec(answer.text)).map((match) => match?.[1] ?? match?.[2]);
    },
    async close() {
      socket.end();
      socket.destroy();
    },
  };
}
