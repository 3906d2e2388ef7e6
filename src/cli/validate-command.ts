import type { Code } from "../base/codes/index.ts";
import { SmimeError } from "../base/errors.ts";
import { matchAddress } from "../pki/address-match.ts";
import type { Certificate } from "../pki/certificate.ts";
import { validateWithRevocation } from "../pki/revocation/validate-with-revocation.ts";
import { anchorsFor } from "./anchors.ts";
import { readLeaf, readTime, readUsableCertificates } from "./files.ts";
import { readOptions } from "./options.ts";
import { paintFor } from "./paint.ts";
import { pathInputs, pathOptions } from "./path-options.ts";
import { pathReport } from "./path-report.ts";
import { meaning } from "./report.ts";
import { revocationCheck, revocationOptions } from "./revocation.ts";
import { revocationAsJson } from "./revocation-report.ts";
import { UsageError } from "./usage-error.ts";

/** `mailseal validate`: validates a path from a certificate to a trust anchor. Exit status 0 for valid, 1 for not. */
export async function validateCommand(args: string[]): Promise<number> {
  const { values, positionals } = readOptions(args, {
    json: { type: "boolean", default: false },
    trust: { type: "string", multiple: true, default: [] },
    intermediate: { type: "string", multiple: true, default: [] },
    address: { type: "string" },
    at: { type: "string" },
    ...pathOptions,
    ...revocationOptions,
  });
  if (positionals.length !== 1) throw new UsageError("validate takes one certificate");
  const at = readTime(values.at);
  const inputs = pathInputs(values, at);
  const trusted = anchorsFor(values.trust, readUsableCertificates);
  const beside = readUsableCertificates(values.intermediate);
  const check = revocationCheck(values, at);

  const [leaf, ...more] = leafOf(positionals[0] as string);
  if (leaf === undefined) return unreadable(values.json);
  const others = [...more, ...beside];
  const { answer, revocation } = await validateWithRevocation({ ...inputs, ...trusted, leaf, others }, (path) => check(path, others));
  const address = values.address ?? null;
  const code = firstOf(answer.code, address === null ? "ok" : matchAddress(leaf, address), revocation.code);
  const path = answer.path.map((certificate) => certificate.subject.rfc4514);
  const json = { valid: code === "ok", code, path, policies: answer.policies, revocation: revocationAsJson(revocation) };
  const paint = paintFor(process.stdout, process.env);
  process.stdout.write(values.json ? `${JSON.stringify(json, null, 2)}\n` : pathReport({ code, inputs, answer, revocation, address }, paint));
  return code === "ok" ? 0 : 1;
}

/** The first reason against, if there is one. */
function firstOf(...codes: Code[]): Code {
  return codes.find((code) => code !== "ok") ?? "ok";
}

/** The certificate asked about and what stands beside it in its file; nothing if it cannot be read, which is a verdict and no error. */
function leafOf(path: string): Certificate[] {
  try {
    return readLeaf(path);
  } catch (error) {
    if (error instanceof SmimeError) return [];
    throw error;
  }
}

function unreadable(json: boolean): number {
  const code = "pki.malformed";
  process.stdout.write(json ? `${JSON.stringify({ valid: false, code, path: [], policies: [], revocation: [] }, null, 2)}\n` : `${paintFor(process.stdout, process.env).bad("not valid")}, ${code}: ${meaning(code)}\n`);
  return 1;
}
