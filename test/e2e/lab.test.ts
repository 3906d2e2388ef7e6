import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../lab/lab.mjs";
import { wordsIn } from "../lab/search.mjs";

const root = resolve(import.meta.dirname, "../..");

const pids = (): number[] => readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid).map(Number);

/** The process group; servers' own children are known by nothing else. */
function groupOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, "latin1").replace(/^.*\) /, "").split(" ")[2]);
  } catch {
    return 0;
  }
}

/** Processes whose command line or environment names the folder or mark. */
function processesWith(text: string): number[] {
  return pids().filter((pid) => {
    try {
      return [readFileSync(`/proc/${pid}/cmdline`, "latin1"), readFileSync(`/proc/${pid}/environ`, "latin1")].some((part) => part.includes(text));
    } catch {
      return false;
    }
  });
}

async function startElsewhere(name: string): Promise<{ child: ChildProcess; folder: string }> {
  const lab = JSON.stringify(join(root, "test/lab/lab.mjs"));
  const child = spawn(process.execPath, ["--input-type=module", "-e", `const { startLab } = await import(${lab}); const lab = await startLab({ name: ${JSON.stringify(name)} }); lab.processes.start("stray", "sh", ["-c", "setsid sleep 600 & sleep 600"]); console.log(lab.folder); setInterval(() => {}, 1000);`], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const folder = await new Promise<string>((done) => child.stdout?.once("data", (data) => done(String(data).trim())));
  return { child, folder };
}

describe("the lab", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ name: "lab-test" });
  });
  afterAll(async () => {
    await lab?.stop();
  });

  it("stores a message byte for byte, and the search finds its words in every encoding", async () => {
    const body = `plain wordone77\r\n${Buffer.from("....inside wordtwo77 base64").toString("base64")}\r\n=77ordthree77 quoted=\r\nbreak\r\n`;
    const message = Buffer.from(`From: a@lab.test\r\nSubject: x\r\n\r\n${body}`);
    const uid = await lab.append("bob", "INBOX", message);
    expect((await lab.storedMessages("bob", "INBOX")).find((stored) => stored.uid === uid)?.raw).toEqual(message);
    const hits = await lab.searchEverywhere(["wordone77", "wordtwo77", "wordthree77", "wordfour77"]);
    expect(hits.flatMap(({ words }) => words).toSorted()).toEqual(["wordone77", "wordthree77", "wordtwo77"]);
    expect(wordsIn(Buffer.from("wordfive77", "utf16le"), ["wordfive77"])).toEqual(["wordfive77"]);
  });

  it("distributes mail to the list `team` to everybody on it, as it was handed over", async () => {
    const message = Buffer.from("From: eve@lab.test\r\nTo: team@lab.test\r\nSubject: to all\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <to-all@lab.test>\r\n\r\n.a dot first, and wordeight77\r\n");
    await lab.submit("eve", ["team@lab.test"], message);
    for (const who of ["alice", "bob", "carol", "dave"]) {
      const delivered = async (): Promise<boolean> => (await lab.storedMessages(who, "INBOX")).some(({ raw }) => raw.toString("latin1").endsWith(message.toString("latin1")));
      await expect.poll(delivered, { timeout: 20_000 }).toBe(true);
    }
    await expect(lab.submit("eve", ["somebody@elsewhere.test"], message)).rejects.toThrow(/no outside mail/);
    expect(await lab.storedMessages("eve", "INBOX")).toEqual([]);
  });

  it("drops an answer after the server worked, refuses, and answers in its place, as told", async () => {
    const dropped = lab.proxy.fault({ match: /^GET \/\?drop/, action: "drop-answer", times: 1 });
    await expect(fetch(`${lab.web}/?drop`)).rejects.toThrow();
    expect(dropped.hits[0]?.status).toBe(200);
    expect((await fetch(`${lab.web}/?drop`)).status).toBe(200);
    const refused = lab.proxy.fault({ match: ({ body }) => body.includes("refuse me"), action: "refuse" });
    await expect(fetch(`${lab.web}/`, { method: "POST", body: "refuse me" })).rejects.toThrow();
    expect(refused.hits[0]?.status).toBeNull();
    refused.remove();
    lab.proxy.fault({ match: /\?status/, action: "status", status: 503, body: "busy", times: 1 });
    expect((await fetch(`${lab.web}/?status`)).status).toBe(503);
  });

  it("takes other ports and another folder beside one that runs, and leaves no process when killed hard", async () => {
    const { child, folder } = await startElsewhere("lab-test");
    expect(folder).not.toBe(lab.folder);
    expect(processesWith(folder).length).toBeGreaterThan(4);
    const mark = /MAILSEAL_LAB=([0-9a-f-]+)/.exec(readFileSync(`/proc/${processesWith(folder).find((pid) => pid !== child.pid) ?? 0}/environ`, "latin1"))?.[1];
    const groups = new Set(processesWith(folder).filter((pid) => pid !== child.pid).map(groupOf));
    groups.delete(groupOf(process.pid));
    const members = (): number[] => pids().filter((pid) => groups.has(groupOf(pid)));
    expect(members().length).toBeGreaterThan(10);
    child.kill("SIGKILL");
    let left: number[] = [];
    for (let i = 0; i < 100; i++) {
      left = [...members(), ...processesWith(folder), ...(mark ? processesWith(mark) : [])];
      if (left.length === 0) break;
      await sleep(100);
    }
    expect(left).toEqual([]);
    expect(existsSync(folder)).toBe(true);
    expect((await fetch(lab.web)).status).toBe(200);
  });
});
