import { type Bytes, equal } from "../../../src/base/bytes.ts";
import type { People } from "../support/people.ts";
import { inspectHere, messageHere, unwrapWith, wrapWith } from "./message.ts";
import { certificatesHere, encryptHere, readHere, signHere } from "./ours.ts";
import type { Outcome, Program } from "./program.ts";
import { type makeIdentities, type Row, TEXT } from "./rows.ts";

export type Cell =
  | { state: "passed" }
  | { state: "no command" }
  | { state: "not supported"; message: string }
  | { state: "not written by us" }
  | { state: "failed"; message: string };

export interface Filled {
  row: Row;
  /** By the name of the program. */
  readThere: Map<string, Cell>;
  readHere: Map<string, Cell>;
}

type Who = ReturnType<typeof makeIdentities>;

/** Tries one row with every program, in both directions. */
export async function fillRow(row: Row, programs: readonly Program[], people: People, who: Who): Promise<Filled> {
  const filled: Filled = { row, readThere: new Map(), readHere: new Map() };
  const ours = row.here ? await writeHere(row, who) : null;
  for (const program of programs) {
    const written = await writeThere(row, program, who);
    filled.readHere.set(program.name, "out" in written ? judge(await read(row, written.out, people, who), expected(row)) : refusal(written));
    filled.readThere.set(program.name, ours === null ? { state: "not written by us" } : judge(await readThere(row, program, ours, who), expected(row)));
  }
  for (const program of programs) excuse(program, filled);
  return filled;
}

function judge(outcome: Outcome, text: Bytes | null): Cell {
  if ("none" in outcome) return { state: "no command" };
  if ("message" in outcome) return { state: "failed", message: outcome.message };
  return text === null || equal(outcome.out, text) ? { state: "passed" } : { state: "failed", message: "another text" };
}

/** Why a program wrote nothing. Nothing of ours was read for it, so whatever it says is about itself, unless the job was a wrong one. */
function refusal(outcome: Exclude<Outcome, { out: Bytes }>): Cell {
  if ("none" in outcome) return { state: "no command" };
  const ours = outcome.message === "" || /no such file|not found|^usage|unknown option|unrecognized/i.test(outcome.message);
  return { state: ours ? "failed" : "not supported", message: outcome.message };
}

/**
 * Not to read ours is no failure of a program that says in its own words that it does not know something. Other words count as
 * such only if another program reads the same octets, or if it cannot write such a thing itself.
 */
function excuse({ name, unsupported, errs }: Program, { readThere: cells, readHere }: Filled): void {
  const cell = cells.get(name);
  if (cell?.state !== "failed") return;
  const othersRead = [...cells.values()].some(({ state }) => state === "passed");
  const cannotWrite = readHere.get(name)?.state === "not supported" || readHere.get(name)?.state === "no command";
  if (unsupported.test(cell.message) || (errs.test(cell.message) && (othersRead || cannotWrite))) cells.set(name, { state: "not supported", message: cell.message });
}

/** The octets that reading must give, where that is more than success. */
function expected(row: Row): Bytes | null {
  return row.kind === "signed" || row.kind === "enveloped" || row.kind === "compressed" ? TEXT : null;
}

const layersOf = { clear: 1, opaque: 1, encrypted: 2, triple: 3 } as const;

async function writeHere(row: Row, who: Who): Promise<Bytes> {
  switch (row.kind) {
    case "signed":
      return signHere(row.job);
    case "enveloped":
      return encryptHere(row.job);
    case "certificates":
      return certificatesHere(row.who);
    case "message":
      return messageHere(row.form, who.alice, who.bob);
    case "compressed":
      throw new Error("not written");
  }
}

async function readThere(row: Row, program: Program, object: Bytes, who: Who): Promise<Outcome> {
  switch (row.kind) {
    case "signed":
      return program.verify(object, row.job.detached ? TEXT : null);
    case "enveloped":
      return program.decrypt(object, row.job.to[0] ?? who.alice);
    case "certificates":
      return program.readCertificates(object);
    case "message":
      return unwrapWith(program, object, layersOf[row.form], who.bob);
    case "compressed":
      throw new Error("not written");
  }
}

function writeThere(row: Row, program: Program, who: Who): Promise<Outcome> {
  switch (row.kind) {
    case "signed":
      return program.sign(row.job);
    case "enveloped":
      return program.encrypt(row.job);
    case "certificates":
      return program.writeCertificates(row.who);
    case "compressed":
      return program.compress(TEXT);
    case "message":
      return wrapWith(program, row.form, who.alice, who.bob);
  }
}

function read(row: Row, object: Bytes, people: People, who: Who): Promise<Outcome> {
  switch (row.kind) {
    case "signed":
      return readHere(object, { text: row.job.detached ? TEXT : null, holders: [], code: row.code });
    case "enveloped":
      return readHere(object, { text: null, holders: row.job.to, code: "ok", transport: row.job.transport });
    case "message":
      return inspectHere(object, people, who.alice, who.bob, row.form === "encrypted" || row.form === "triple");
    default:
      return readHere(object, { text: null, holders: [], code: "ok" });
  }
}
