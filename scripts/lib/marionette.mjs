import { connect } from "node:net";

/**
 * Speaks Marionette, the remote control of Mozilla's programs: messages of JSON, each after its length and a colon.
 * `script` runs the body of an asynchronous function with the rights of the program itself; its `args` are what was given,
 * and what it returns is the answer.
 * @param {number} port on loopback
 */
export async function connectMarionette(port) {
  const socket = await opened(port);
  const waiting = new Map();
  let number = 0;
  let ended = null;
  const end = (error) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  socket.on("error", end);
  socket.on("close", () => end(new Error("Marionette's connection ended")));
  socket.on("data", messages((message) => {
    // The first message is a greeting and no answer.
    if (!Array.isArray(message)) return;
    const [, id, error, result] = message;
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error) asked?.reject(new Error(`${error.error}: ${error.message}`));
    else asked?.resolve(result && "value" in result ? result.value : result);
  }));

  const send = (name, parameters = {}) =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      number += 1;
      waiting.set(number, { resolve, reject });
      const text = JSON.stringify([0, number, name, parameters]);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });

  const session = await send("WebDriver:NewSession");
  await send("Marionette:SetContext", { value: "chrome" });
  return {
    script: (body, ...args) => send("WebDriver:ExecuteScript", {
      script: `const args = [...arguments]; return (async () => { ${body} })();`, args, sandbox: "system", newSandbox: true,
    }),
    version: session.capabilities.browserVersion,
    close: () => socket.destroy(),
  };
}

function opened(port) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.off("error", reject);
      resolve(socket);
    });
    socket.once("error", reject);
  });
}

/** Takes messages out of a stream of octets, which comes in pieces of any length. */
function messages(take) {
  let rest = Buffer.alloc(0);
  return (data) => {
    rest = Buffer.concat([rest, data]);
    for (;;) {
      const colon = rest.indexOf(":");
      if (colon < 0) return;
      const stop = colon + 1 + Number(rest.subarray(0, colon).toString("latin1"));
      if (rest.length < stop) return;
      take(JSON.parse(rest.subarray(colon + 1, stop).toString("utf8")));
      rest = rest.subarray(stop);
    }
  };
}
