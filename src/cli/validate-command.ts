import type { Code } from "../base/codes/index.ts";
import { matchAddress } from "../pki/address-match.ts";
import { validatePath } from "../pki/path.ts";
import { notAsked, type RevocationVerdict } from "../pki/revocation/check-revocation.ts";
import { readCertificates, readTime } from "./files.ts";
import { readOptions } from "./options.ts";
import { harmless, paintFor } from "./paint.ts";
import { meaning } from "./report.ts";
import { revocationCheck, revocationOptions } from "./revocation.ts";
import { revocationAsJson, revocationInWords } from "./revocation-report.ts";
import { UsageError } from "./usage-error.ts";

/** `mailseal validate`: validates a path from a certificate to a trust anchor. Exit status 0 for valid, 1 for not. */
export async function validateCommand(args: string[]): Promise<number> {
  const { values, positionals } = readOptions(args, {
    json: { type: "boolean", default: false },
    trust: { type: "string", multiple: true, default: [] },
    intermediate: { type: "string", multiple: true, default: [] },
    purpose: { type: "string", default: "smime" },
    address: { type: "string" },
    at: { type: "string" },
    ...revocationOptions,
  });
  if (values.purpose !== "smime" && values.purpose !== "any") throw new UsageError(`there is no purpose "${values.purpose}"`);
  if (values.trust.length === 0) throw new UsageError("validate needs --trust");
  const [leaf, ...more] = readCertificates(positionals);
  if (positionals.length !== 1 || leaf === undefined) throw new UsageError("validate takes one certificate");
  const at = readTime(values.at);
  const others = [...more, ...readCertificates(values.intermediate)];
  const check = revocationCheck(values, at);
  const found = await validatePath({
    leaf,
    others,
    anchors: readCertificates(values.trust),
    at,
    purpose: values.purpose === "smime" ? "sign" : "any",
  });
  const revocation = found.code === "ok" ? await check(found.path, others) : notAsked(found.path);
  const pathCode = found.code === "ok" && values.address !== undefined ? matchAddress(leaf, values.address) : found.code;
  const code = pathCode === "ok" ? revocation.code : pathCode;
  const path = found.path.map((certificate) => certificate.subject.rfc4514);
  const valid = code === "ok";
  const answer = { valid, code, path, policies: [], revocation: revocationAsJson(revocation) };
  process.stdout.write(values.json ? `${JSON.stringify(answer, null, 2)}\n` : inWords(answer, revocation));
  return valid ? 0 : 1;
}

function inWords({ code, path }: { code: Code; path: string[] }, revocation: RevocationVerdict): string {
  const paint = paintFor(process.stdout, process.env);
  const verdict = code === "ok" ? paint.good("valid") : `${paint.bad("not valid")}, ${code}: ${meaning(code)}`;
  const steps = path.map((name, index) => `  ${index === 0 ? "" : "vouched for by "}${harmless(name)}\n`).join("");
  return `${verdict}\n${steps}${revocationInWords(revocation)}`;
}
