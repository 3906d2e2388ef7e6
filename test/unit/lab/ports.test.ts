import net from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { choosePorts } from "../../lab/ports.mjs";

describe("ports of labs that start together", () => {
  const after: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of after.splice(0)) await end();
  });
  const choose = async (): Promise<number[]> => {
    const { ports, release } = await choosePorts();
    after.push(release);
    return Object.values(ports);
  };
  const listen = (port: number): Promise<net.Server> => new Promise((resolve, reject) => {
    const server = net.createServer().on("error", reject).listen(port, "127.0.0.1", () => resolve(server));
    after.push(() => new Promise((done) => server.close(() => done())));
  });

  it("are never the same, however little of a lab listens yet", async () => {
    const first = await choose();
    const all = [first, ...(await Promise.all([choose(), choose()])), await choose()].flat();
    expect(new Set(all).size).toBe(all.length);
  });

  it("can all be listened on, and a block with one port taken is passed over", async () => {
    const mine = await choose();
    const release = after.shift();
    for (const port of mine) await listen(port);
    // The last of them alone stays.
    for (const end of after.splice(0, mine.length - 1)) await end();
    await release?.();
    expect((await choose()).filter((port) => mine.includes(port))).toEqual([]);
  });
});
