import type { Code } from "../base/codes/index.ts";
import { baselinePolicy } from "../pki/baseline-policy.ts";
import { keyName } from "../pki/certificate-facts.ts";
import type { Certificate } from "../pki/certificate.ts";
import { OID } from "../pki/oids.ts";
import type { PathAnswer } from "../pki/path.ts";
import type { PathInputs } from "../pki/path-inputs.ts";
import type { Attempt } from "../pki/revocation/check-online.ts";
import type { RevocationVerdict } from "../pki/revocation/check-revocation.ts";
import { harmless, type Paint } from "./paint.ts";
import { meaning } from "./report.ts";
import { revocationInWords } from "./revocation-report.ts";

/** What `mailseal validate` found, with all that words can say of it. */
export interface PathReport {
  code: Code;
  inputs: PathInputs;
  answer: PathAnswer;
  revocation: RevocationVerdict & { attempts?: Attempt[] };
  /** The address that was asked for; null if none was. */
  address: string | null;
}

/** A path in words: the verdict, each certificate with what it says, what was checked, policies, revocation. */
export function pathReport({ code, inputs, answer, revocation, address }: PathReport, paint: Paint): string {
  const verdict = code === "ok" ? paint.good("valid") : `${paint.bad("not valid")}, ${code}: ${meaning(code)}`;
  const { path, culprit, reached } = answer;
  const shown = path.length > 0 ? path : reached;
  const steps = shown.flatMap((certificate, index) => {
    const trusted = index === path.length - 1;
    const bad = answer.code !== "ok" && culprit === index;
    return [`  ${index === 0 ? "" : "vouched for by "}${harmless(certificate.subject.rfc4514)}${trusted ? paint.dim(", trusted here") : ""}`, ...details(certificate, index, trusted).map((line) => `      ${line}`), ...(bad ? [`      ${paint.bad(`this is where: ${answer.code}`)}`] : [])];
  });
  const end = path.length > 0 ? [] : [openEnd(shown.at(-1))];
  return [verdict, ...steps, ...end, ...checks(inputs, answer, address, code), ""].join("\n") + revocationInWords(revocation);
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** What a certificate says of itself, as far as paths turn on it. */
function details(certificate: Certificate, index: number, trusted: boolean): string[] {
  const { basicConstraints, nameConstraints, addresses, signatureAlgorithm, certificatePolicies } = certificate;
  const length = basicConstraints?.pathLength ?? null;
  const validated = baselinePolicy(certificate);
  return [
    `${keyName(certificate)}, valid from ${day(certificate.notBefore)} to ${day(certificate.notAfter)}${trusted ? "" : `, signed with ${signatureAlgorithm.name}`}`,
    ...(index === 0 && addresses.length > 0 ? [`for ${harmless(addresses.join(", "))}`] : []),
    ...(index === 0 && validated !== null ? [`its authority validated: ${validated.validated} (${validated.generation})`] : []),
    ...(length === null ? [] : [`at most ${length} authorities below it`]),
    ...(nameConstraints === null ? [] : [`limited to names: ${nameConstraints.permitted.length} permitted, ${nameConstraints.excluded.length} excluded subtrees`]),
    ...(certificatePolicies === null ? [] : [`policies: ${certificatePolicies.map(policyName).join(", ")}`]),
  ];
}

function policyName(policy: string): string {
  return policy === OID.anyPolicy ? "any" : policy;
}

function openEnd(last: Certificate | undefined): string {
  const issuer = harmless(last?.issuer.rfc4514 ?? "");
  return `  its issuer, ${issuer === "" ? "which has no name" : issuer}, is not trusted here, and no certificate at hand leads on from it`;
}

/** What was asked and what came of it. */
function checks(inputs: PathInputs, { code, policies }: PathAnswer, address: string | null, verdict: Code): string[] {
  const purpose = inputs.purpose === "any" ? "any purpose" : "mail";
  const wanted = inputs.policies === undefined ? "any" : inputs.policies.map(policyName).join(", ");
  const found = policies.length === 0 ? "none that holds for the whole path" : policies.map(policyName).join(", ");
  const fits = verdict === "pki.address-mismatch" || verdict === "pki.no-address" ? "it is not for" : "it is for";
  return [
    `  looked at: signatures, dates at ${inputs.at.toISOString()}, authority flags, path lengths, key usage, fitness for ${purpose}, names, critical extensions, keys and digests, policies`,
    ...(code === "ok" ? [`  policies: ${wanted} asked for${inputs.requireExplicitPolicy === true ? ", one required" : ""}; ${found}`] : []),
    ...(address === null || code !== "ok" ? [] : [`  address: ${fits} ${harmless(address)}`]),
  ];
}
