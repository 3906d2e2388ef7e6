import type { Code } from "../base/codes/index.ts";
import type { TrustAnswer } from "../protocol/trust-port.ts";

/** What an answer says of a certificate as a whole: `ok` if its path holds and it was not revoked, or why not (architecture, rule 5). */
export function trustCode({ code, revocation }: Pick<TrustAnswer, "code" | "revocation">): Code {
  if (code !== "ok") return code;
  switch (revocation) {
    case "good":
    case "not-asked":
      return "ok";
    case "revoked":
      return "revocation.revoked";
    case "unreachable":
      return "revocation.unavailable";
  }
}
