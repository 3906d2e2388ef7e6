import net from "node:net";
import { expect, it } from "vitest";
import { poll } from "../driver/wait.ts";
import { compose, countDeliveries, leave, nothingLeft, openUnfinished, comeBack, sendAndHear, test, told } from "./desk.ts";
import { asked, expectTidy, type Faults, keptStates } from "./suite.ts";

/**
 * What becomes of a message after its last line (RFC 5321 §4.1.1.4): `lost`, the mail server never gets that line and says
 * nothing; `late`, it takes the message and its answer comes when nobody waits for it any more.
 */
type Silence = "lost" | "late";

interface Relay {
  port: number;
  /** How many messages met with silence. */
  met: () => number;
  close(): Promise<void>;
}

/** Stands between Roundcube and Postfix and falls silent where it hurts most: after the message, before the answer. */
async function startRelay(target: number, silence: Silence): Promise<Relay> {
  let met = 0;
  const sockets = new Set<net.Socket>();
  const server = net.createServer((client) => {
    const upstream = net.connect(target, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
    }
    let inData = false;
    let silent = false;
    let tail = "";
    upstream.on("data", (answer) => {
      if (answer.toString("latin1").startsWith("354")) inData = true;
      if (!silent) client.write(answer);
    });
    client.on("data", (given) => {
      tail = (tail + given.toString("latin1")).slice(-5);
      if (inData && tail === "\r\n.\r\n") {
        [inData, silent] = [false, true];
        met++;
        if (silence === "lost") return void upstream.destroy();
      }
      upstream.write(given);
    });
    client.on("close", () => upstream.end());
    upstream.on("close", () => silent || client.end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    met: () => met,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Runs with Roundcube sending over a relay that falls silent, and waiting few seconds for it. */
async function overRelay({ desk: { lab } }: Faults, silence: Silence, use: (relay: Relay) => Promise<void>): Promise<void> {
  const relay = await startRelay(lab.ports["submission"] as number, silence);
  await lab.roundcube.configure({ smtp_host: `127.0.0.1:${relay.port}` }, { default_socket_timeout: 4 });
  try {
    await use(relay);
  } finally {
    await lab.roundcube.configure({});
    await relay.close();
  }
}

/** The mail server was given the message and says nothing: whether it took it, nobody can know (CO-09). */
export function silentMailServer(faults: Faults): void {
  it.each([["late", { bob: 1 }], ["lost", {}]] as const)("the mail server falls silent after DATA and the message is %s: unknown, and never sent again", async (silence, arrives) => {
    const { desk } = faults;
    const since = await countDeliveries(desk);
    await overRelay(faults, silence, async (relay) => {
      const from = desk.lab.proxy.requests.length;
      const composer = await compose(desk);
      const heard = await sendAndHear(composer);
      expect(heard).toMatchObject({ state: "unknown" });
      expect(heard.text).toContain("could not find out");
      expect(await composer.exists(test("send-again"))).toBe(false);
      expect(await keptStates(faults)).toEqual(["unknown"]);
      await desk.alice.page.activate();
      await composer.click(test("look-in-sent"));
      expect(await told(composer, { looked: true })).toMatchObject({ state: "unknown" });
      await leave(desk, composer);
      // At the next visit it is told again, still without a way to send it a second time.
      await comeBack(desk);
      const list = await openUnfinished(desk.alice);
      expect(await list.text(test("unfinished-unknown"))).toContain("bob@lab.test");
      expect(await list.exists(test("send-again"))).toBe(false);
      expect(asked(faults, "bounce", from)).toBe(1);
      expect(relay.met()).toBe(1);
      await list.click(test("unfinished-discard"));
      await nothingLeft(desk, list);
    });
    await poll(async () => JSON.stringify(await since()) === JSON.stringify(arrives), "what was delivered", 10_000);
    await expectTidy(faults);
  });
}
