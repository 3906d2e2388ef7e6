import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const DRIVER = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";

/** OpenSC's library of PKCS#11, where Debian puts it. */
export const OPENSC = [`/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/opensc-pkcs11.so`].find((path) => existsSync(path)) ?? "";

/** Whether a pcscd of our own can run here: it has one place for its socket, so it gets a view of the disk of its own. */
export const haveVirtualReader = OPENSC !== "" && existsSync(DRIVER) && existsSync("/usr/sbin/pcscd") && process.getuid?.() === 0 && spawnSync("unshare", ["-m", "true"]).status === 0;

export interface VirtualReader {
  /** Where a card connects to. */
  port: number;
  /** For programs that are to see this reader and no other. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Starts pcscd with vsmartcard's virtual reader alone, seen by nobody who was not given `environment`. */
export async function startVirtualReader(folder: string): Promise<VirtualReader> {
  const readers = join(folder, "readers");
  mkdirSync(readers, { recursive: true });
  const port = await freePort();
  const channel = `0x${port.toString(16)}`;
  writeFileSync(join(readers, "vpcd"), `FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:${channel}\nLIBPATH ${DRIVER}\nCHANNELID ${channel}\n`);
  const configuration = join(folder, "opensc.conf");
  writeFileSync(configuration, "app default {\n  card_drivers = PIV-II;\n}\n");
  const child: ChildProcess = spawn("unshare", ["-m", "sh", "-c", 'mount -t tmpfs tmpfs /run && mkdir -p /run/pcscd && exec pcscd --foreground --config "$0" --force-reader-polling', readers], { stdio: "ignore" });
  const ended = new Promise((done) => child.on("exit", done));
  const socket = `/proc/${child.pid}/root/run/pcscd/pcscd.comm`;
  for (let tries = 0; !existsSync(socket); tries++) {
    if (tries > 200 || child.exitCode !== null) throw new Error("pcscd did not start");
    await sleep(50);
  }
  return {
    port,
    environment: { PCSCLITE_CSOCK_NAME: socket, OPENSC_CONF: configuration },
    async stop() {
      child.kill();
      await ended;
    },
  };
}
