import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bytes } from "../base/bytes.ts";
import { codes } from "../base/codes/index.ts";
import { SmimeError } from "../base/errors.ts";
import { certificateBlobs } from "../pki/certificate-file.ts";
import { type Certificate, certificatesOf, parseCertificate } from "../pki/certificate.ts";
import { InputError } from "./input-error.ts";
import { harmless } from "./paint.ts";
import { UsageError } from "./usage-error.ts";

/** Reads a file, or standard input for `-`. Throws `InputError` if it cannot be read. */
export function readInput(path: string): Bytes {
  try {
    return new Uint8Array(readFileSync(path === "-" ? 0 : path));
  } catch {
    throw new InputError(`"${harmless(path)}" cannot be read`);
  }
}

/** Writes a file, or to standard output for `-`. Throws `InputError` if it cannot be written. */
export function writeOutput(path: string, bytes: Bytes): void {
  if (path === "-") {
    // What goes wrong with it comes later and is said by `main.ts`.
    process.stdout.write(bytes);
    return;
  }
  try {
    writeFileSync(path, bytes);
  } catch {
    throw new InputError(`"${harmless(path)}" cannot be written`);
  }
}

/**
 * Reads the certificate that a file begins with and the readable ones behind it. That the first cannot be read is no reason to
 * speak of the next instead. Throws `InputError` for a folder and what cannot be read, `pki.malformed`.
 */
export function readLeaf(path: string): Certificate[] {
  const [first, ...rest] = certificateBlobs(readInput(path));
  return [parseCertificate(first as Bytes), ...rest.flatMap(readOne)];
}

function readOne(blob: Bytes): Certificate[] {
  try {
    return [parseCertificate(blob)];
  } catch (error) {
    if (error instanceof SmimeError) return [];
    throw error;
  }
}

/** Reads the certificates of files and of folders of files (PEM, DER, certs-only). Throws `InputError` for a file without one. */
export function readCertificates(paths: readonly string[]): Certificate[] {
  return filesOf(paths).flatMap((name) => {
    try {
      return certificatesOf(readInput(name));
    } catch (error) {
      if (error instanceof SmimeError) throw unusable(name, error);
      throw error;
    }
  });
}

/** Which of several files it is that cannot be used, and why. */
export function unusable(name: string, { code }: SmimeError): InputError {
  return new InputError(`"${harmless(name)}": ${code}: ${codes[code]}`);
}

/** The same, where a file that holds none is of no use and no reason to give up (CE-04): it is named on standard error. */
export function readUsableCertificates(paths: readonly string[]): Certificate[] {
  return filesOf(paths).flatMap((name) => {
    try {
      return certificatesOf(readInput(name));
    } catch (error) {
      if (!(error instanceof SmimeError)) throw error;
      process.stderr.write(`mailseal: ${harmless(name)}: ${error.code}\n`);
      return [];
    }
  });
}

/**
 * Names the files of a list of files and folders of files. What is named itself may be a pipe; what in a folder is no file and no
 * folder is passed over and named on standard error. Throws `InputError` for what is not there.
 */
export function filesOf(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const kind = kindOf(path);
    if (kind === null) throw new InputError(`"${harmless(path)}" cannot be read`);
    return kind === "folder" ? filesIn(path) : [path];
  });
}

function filesIn(folder: string): string[] {
  const names = namesIn(folder).map((name) => join(folder, name));
  return names.filter((name) => {
    const kind = kindOf(name);
    if (kind === null || kind === "other") process.stderr.write(`mailseal: ${harmless(name)}: passed over, no file\n`);
    return kind === "file";
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    throw new InputError(`"${harmless(folder)}" cannot be read`);
  }
}

/** Null for what is not there, such as the end of a symbolic link. */
function kindOf(path: string): "file" | "folder" | "other" | null {
  try {
    const found = statSync(path);
    return found.isFile() ? "file" : found.isDirectory() ? "folder" : "other";
  } catch {
    return null;
  }
}

const ISO_8601 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** Reads an ISO 8601 time. Throws `UsageError` if it is none. */
export function readTime(text: string | undefined): Date {
  const time = text === undefined ? new Date() : new Date(ISO_8601.test(text) ? text : Number.NaN);
  if (Number.isNaN(time.getTime())) throw new UsageError(`"${text}" is no ISO 8601 time`);
  return time;
}
