import { makeEngine } from "./engine.ts";
import type { Inputs } from "./inputs.ts";
import { lookUpAll, readRecords, RECORDS, resolveAll, RESOLVED } from "./look-up.ts";
import { materialFrom } from "./material.ts";
import { parseOurs, parsePostalMime, parseWork, POSTAL_MIME } from "./parse.ts";
import { LEAF_SIGNATURES, validateLeaves, verifyLeaves } from "./paths.ts";
import { PKIJS, pkijsSide } from "./pkijs-peer.ts";
import { RAW, rawSide } from "./raw-primitives.ts";
import { KEY_WRAP, sealToMany, wrapToMany } from "./recipients.ts";
import type { Work } from "./rounds.ts";
import { ourSide, type Side } from "./side.ts";

export const OURS = "ours";

/** Each side's name, and how it gets ready for its work. */
export type Contest = Record<string, (inputs: Inputs) => Promise<Work>>;

export type ContestName = "seal" | "open" | "recipients" | "parse" | "paths" | "look-up";

async function ours(inputs: Inputs): Promise<Side> {
  return ourSide(await makeEngine(await materialFrom(inputs)), { attachment: await inputs("attachment"), mail: await inputs("mail") });
}

async function raw(inputs: Inputs): Promise<Side> {
  return rawSide(await materialFrom(inputs), await inputs("entity"));
}

async function pkijs(inputs: Inputs): Promise<Side> {
  return pkijsSide(await materialFrom(inputs), await inputs("entity"));
}

/** What can be measured wherever JavaScript runs: the same code in Node and in a page's worker; `look-up` where there is a database, too. */
export const contests: Record<ContestName, Contest> = {
  seal: {
    [OURS]: async (inputs) => (await ours(inputs)).seal,
    [RAW]: async (inputs) => (await raw(inputs)).seal,
    [PKIJS]: async (inputs) => (await pkijs(inputs)).seal,
  },
  open: {
    [OURS]: async (inputs) => (await ours(inputs)).open,
    [RAW]: async (inputs) => (await raw(inputs)).open,
    [PKIJS]: async (inputs) => (await pkijs(inputs)).open,
  },
  recipients: {
    [OURS]: async (inputs) => sealToMany(await makeEngine(await materialFrom(inputs)), await inputs("certificate"), await inputs("certificates")),
    [KEY_WRAP]: async (inputs) => wrapToMany(await inputs("certificate"), await inputs("certificates")),
  },
  parse: {
    [OURS]: async (inputs) => parseWork(parseOurs, await inputs("message")),
    [POSTAL_MIME]: async (inputs) => parseWork(parsePostalMime, await inputs("message")),
  },
  paths: {
    [OURS]: async (inputs) => validateLeaves(await inputs("root"), await inputs("issuer"), await inputs("leaves")),
    [LEAF_SIGNATURES]: async (inputs) => verifyLeaves(await inputs("issuer"), await inputs("leaves")),
  },
  "look-up": { [OURS]: lookUpAll, [RESOLVED]: resolveAll, [RECORDS]: readRecords },
};
