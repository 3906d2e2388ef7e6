import { readFileSync } from "node:fs";
import { join } from "node:path";
import { validatePath } from "../../../src/pki/path.ts";
import { corpora } from "../support/corpora.ts";
import type { Case } from "./case.ts";
import { pemBlocks, readable } from "./pem.ts";

interface Build {
  name: string;
  target: string;
  trusted: string[];
  others?: string[];
  at?: string;
  /** The path that must be found, from the target on; none if there is none. */
  path: string[] | null;
}

const ROOTS = (letter: string): string => `multi-root-${letter}`;
const SKI = (name: string): string => `key_id_prioritization/${name}`;
const DATES = (name: string): string => `validity_date_prioritization/${name}`;
const NAME_AND_SERIAL = (name: string): string => `key_id_name_and_serial_prioritization/${name}`;
const SELF_ISSUED = (name: string): string => `self_issued_prioritization/${name}`;

const [A, BC, BF, CD, CE, D, E, F] = ["A-by-B", "B-by-C", "B-by-F", "C-by-D", "C-by-E", "D-by-D", "E-by-E", "F-by-E"].map(ROOTS) as [string, string, string, string, string, string, string, string];

/** What BoringSSL's path builder tests ask: A is signed by B, which C and F signed, and so on to the roots D and E. */
const BUILDS: Build[] = [
  { name: "a trusted certificate under another trusted one", target: A, trusted: [BF], path: [A, BF] },
  { name: "signed by a trusted certificate", target: A, trusted: [BF], others: [BC, CD], path: [A, BF] },
  { name: "another certificate of a trusted name", target: BC, trusted: [BF], path: null },
  { name: "no authority at all", target: A, trusted: [D], path: null },
  { name: "every cross certificate, root E", target: A, trusted: [E], others: [BC, BF, CD, CE, D, F], path: [A, BF, F, E] },
  { name: "backtracking from a branch without root", target: A, trusted: [D], others: [BF, F, BC, CD], path: [A, BC, CD, D] },
  { name: "the shorter of two paths to trusted certificates", target: A, trusted: [D, CD], others: [BC, CD], path: [A, BC, CD] },
  { name: "a root among the others is no root", target: A, trusted: [], others: [BC, CD, D], path: null },
  { name: "key identifiers that fit come first", target: SKI("target"), trusted: [SKI("root")], others: ["different_ski_a", "no_ski_a", "matching_ski_b", "matching_ski_a"].map((name) => SKI(`int_${name}`)), path: [SKI("target"), SKI("int_matching_ski_b"), SKI("root")] },
  { name: "key identifiers that are absent come before those that do not fit", target: SKI("target"), trusted: [SKI("root")], others: ["different_ski_b", "no_ski_a", "different_ski_a", "no_ski_b"].map((name) => SKI(`int_${name}`)), path: [SKI("target"), SKI("int_no_ski_b"), SKI("root")] },
  { name: "issuer and serial that fit come first", target: NAME_AND_SERIAL("target"), trusted: [NAME_AND_SERIAL("root"), NAME_AND_SERIAL("root2")], others: ["int_mismatch", "int_match_name_only", "int_matching"].map(NAME_AND_SERIAL), path: [NAME_AND_SERIAL("target"), NAME_AND_SERIAL("int_matching"), NAME_AND_SERIAL("root")] },
  { name: "the last issued comes first", target: DATES("target"), trusted: [DATES("root")], others: ["int_ac", "int_ad", "int_bc", "int_bd"].map(DATES), path: [DATES("target"), DATES("int_bd"), DATES("root")] },
  { name: "a self-signed root and its cross certificate, both trusted", target: SELF_ISSUED("target"), trusted: [SELF_ISSUED("root1"), SELF_ISSUED("root1_cross")], path: [SELF_ISSUED("target"), SELF_ISSUED("root1")] },
  { name: "a precertificate is none", target: "precertificate/precertificate", trusted: ["precertificate/root"], path: null },
];

/** BoringSSL's path-builder folder. */
export function boringsslBuilderCases(): Case[] {
  const read = (names: readonly string[]) => names.flatMap((name) => readable(pemBlocks(readFileSync(join(corpora, "boringssl-pki/path-builder", `${name}.pem`), "latin1"), "CERTIFICATE")));
  return BUILDS.map(({ name, target, trusted, others = [], path, at = "2017-03-01T00:00:00Z" }) => ({
    group: "path-builder",
    name,
    expected: path === null ? "invalid" : "valid",
    run: async () => {
      const [leaf] = read([target]);
      if (leaf === undefined) return { code: "pki.malformed" };
      const inputs = { at: new Date(at), purpose: "any", algorithms: { minRsaBits: 1024, minEcBits: 160, refusedDigests: ["md5"] } } as const;
      const answer = await validatePath({ leaf, anchors: read(trusted), others: read(others), ...inputs, anchorTerms: () => ({ trustedFor: "issuing" }) });
      const wanted = path === null ? [] : read(path).map(({ der }) => Buffer.from(der).toString("hex"));
      const differs = path !== null && answer.code === "ok" && answer.path.map(({ der }) => Buffer.from(der).toString("hex")).join() !== wanted.join();
      return differs ? { code: answer.code, difference: "by another path" } : { code: answer.code };
    },
  }));
}
