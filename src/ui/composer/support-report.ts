import type { ReportAbout } from "../shared/copy-report.tsx";
import { allRecipients, type ComposerModel } from "./model.ts";
import { addressKey } from "./recipients.ts";

type Known = Pick<ComposerModel, "to" | "cc" | "bcc" | "known" | "problem" | "sign" | "encrypt" | "forced" | "files" | "canSign" | "canEncrypt">;

/** How often each state and code occurs among the recipients. */
function counted(model: Known): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { address } of allRecipients(model)) {
    const known = model.known[addressKey(address)];
    const name = known ? `${known.state} ${known.code}` : "searching";
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/**
 * What stands in the way of sending, as text for support staff: the code, what was wanted, and how many people and files there are of
 * which kind. No text, no subject, no names or addresses, and not the server's words, which may repeat them.
 */
export function composerReport(model: Known, about: ReportAbout): string {
  const { problem, sign, encrypt, forced, files, canSign, canEncrypt } = model;
  return JSON.stringify(
    {
      ...about,
      problem: problem?.code ?? null,
      wanted: { sign, encrypt, forced },
      own: { signingKeys: canSign.length, encryptionKeys: canEncrypt.length },
      recipients: counted(model),
      files: { count: files.length, octets: files.reduce((sum, { size }) => sum + size, 0) },
    },
    null,
    2,
  );
}
