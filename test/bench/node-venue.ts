import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Certificates } from "../lab/ca.mjs";
import { type Contest, contests } from "./contests.ts";
import { inputsOf } from "./inputs.ts";
import { growthInNode } from "./node-memory.ts";
import { OPENSSL, opensslSide } from "./openssl-peer.ts";
import { type Measure, measureHere, rounds } from "./rounds.ts";
import type { Venue } from "./venue.ts";

/** This Node, all sides in one thread; here OpenSSL takes part too. */
export function nodeVenue(certificates: Certificates, folder: string): Venue {
  letCollect();
  const openssl = (work: "seal" | "open"): Contest => ({ [OPENSSL]: async (inputs) => (await opensslSide(certificates, folder, await inputs("entity")))[work] });
  return {
    where: `Node ${process.versions.node}`,
    async hold(name, inputs, options) {
      const contest = { ...contests[name], ...(name === "seal" || name === "open" ? openssl(name) : {}) };
      const measures: Record<string, Measure> = {};
      for (const [side, ready] of Object.entries(contest)) measures[side] = measureHere(await ready(inputsOf(inputs)));
      return rounds(measures, options);
    },
    async grow(name, inputs) {
      const grown: Record<string, number> = {};
      for (const side of Object.keys(contests[name])) grown[side] = await growthInNode(name, side, inputs, folder);
      return grown;
    },
    close: () => Promise.resolve(),
  };
}

/** Lets `measureHere` ask for garbage collection between turns: what one side leaves behind is not to slow the next. */
function letCollect(): void {
  setFlagsFromString("--expose-gc");
  (globalThis as { gc?: () => void }).gc ??= runInNewContext("gc") as () => void;
}
