import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { AnchorTerms, PathInputs } from "../../../src/pki/path-inputs.ts";
import { corpora } from "../support/corpora.ts";
import { type Case, type Decisions, decided } from "./case.ts";
import { judge, pemBlocks, readable } from "./pem.ts";

/** What BoringSSL calls the trust in a chain's last certificate, in our terms; `null` is no trust. */
const TRUST: Record<string, AnchorTerms | null> = {
  TRUSTED_ANCHOR: { trustedFor: "issuing", dates: "ignored", extensions: "ignored" },
  TRUSTED_ANCHOR_WITH_EXPIRATION: { trustedFor: "issuing", extensions: "ignored" },
  TRUSTED_ANCHOR_WITH_CONSTRAINTS: { trustedFor: "issuing", dates: "ignored" },
  TRUSTED_ANCHOR_WITH_CONSTRAINTS_REQUIRE_BASIC_CONSTRAINTS: { trustedFor: "issuing", dates: "ignored" },
  TRUSTED_ANCHOR_WITH_REQUIRE_BASIC_CONSTRAINTS: { trustedFor: "issuing", dates: "ignored", extensions: "ignored" },
  TRUSTED_ANCHOR_WITH_EXPIRATION_AND_CONSTRAINTS: { trustedFor: "issuing" },
  TRUSTED_ANCHOR_OR_LEAF: { dates: "ignored", extensions: "ignored" },
  TRUSTED_LEAF: { trustedFor: "itself" },
  UNSPECIFIED: null,
  DISTRUSTED: null,
};

const PURPOSES: Record<string, string | null> = {
  ANY_EKU: null,
  SERVER_AUTH: "1.3.6.1.5.5.7.3.1",
  SERVER_AUTH_STRICT: "1.3.6.1.5.5.7.3.1",
  SERVER_AUTH_STRICT_LEAF: "1.3.6.1.5.5.7.3.1",
  CLIENT_AUTH: "1.3.6.1.5.5.7.3.2",
  CLIENT_AUTH_STRICT: "1.3.6.1.5.5.7.3.2",
  CLIENT_AUTH_STRICT_LEAF: "1.3.6.1.5.5.7.3.2",
  MLS_CLIENT_AUTH: "2.23.146.2.1.3",
};

/** The time of a test that says DEFAULT. */
const DEFAULT_TIME = "2021-10-05T12:00:00Z";

const DECISIONS: Decisions = [
  [/^intermediate-eku-any-and-clientauth\/serverauth-strict$|^target-has-ca-basic-constraints\/strict$|^target-not-end-entity\/strict(-leaf)?$/, "ok", "strict purposes are a rule for TLS servers"],
  [/^intermediate-eku-mlsclientauth\/mlsclientauth$/, "pki.critical-extension", "the critical extensions of a messenger's profile say nothing to a mail program"],
  [/^target-msapplicationpolicies-and-eku\//, "pki.critical-extension", "the critical application policies are octets of nothing; BoringSSL passes over them beside an extended key usage, here they are read"],
  [/^many-names\/ok-all-types$/, "limits.path", "names of every kind count against the limit of comparisons; its thousand URIs under two thousand constraints exceed it; BoringSSL counts no URIs, as it compares none"],
  [/^root-lacks-basic-constraints\/ta-with-constraints$/, "pki.not-a-ca", "an anchor whose extensions count must say that it is an authority; there is no trust between"],
];

/** `YYMMDDhhmmssZ`. */
function timeOf(text: string | undefined): Date {
  const match = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? "");
  return new Date(match ? `20${match.slice(1, 4).join("-")}T${match.slice(4).join(":")}Z` : DEFAULT_TIME);
}

function unaskable(trust: string, purpose: string): string | undefined {
  if (!(purpose in PURPOSES)) return `the purpose ${purpose} is one of several extended key usages, and one can be asked for here`;
  if (!(trust in TRUST)) return "there is no trust that asks a certificate to be self-signed";
  return undefined;
}

/** BoringSSL's and Chromium's verify-chain tests: a chain, the trust in its last certificate, and the errors. */
export function boringsslChainCases(): Case[] {
  const folder = join(corpora, "boringssl-pki/verify-chain");
  return readdirSync(folder).flatMap((directory) =>
    readdirSync(join(folder, directory))
      .filter((file) => file.endsWith(".test"))
      .map((file): Case => {
        const [head = "", errors = ""] = readFileSync(join(folder, directory, file), "utf8").split("expected_errors:");
        const field = (name: string): string | undefined => new RegExp(`^${name}: (.+)$`, "m").exec(head)?.[1]?.trim();
        const chain = pemBlocks(readFileSync(join(folder, directory, field("chain") ?? ""), "latin1"), "CERTIFICATE");
        const trust = field("last_cert_trust") ?? "";
        const purpose = field("key_purpose") ?? "";
        const terms = TRUST[trust];
        const name = `${directory}/${file.replace(".test", "")}`;
        const inputs: PathInputs = {
          at: timeOf(field("utc_time")),
          purpose: "any",
          keyPurpose: PURPOSES[purpose] ?? undefined,
          algorithms: { minRsaBits: 1024, minEcBits: 160, refusedDigests: field("digest_policy") === "STRONG" ? ["md5", "sha1"] : ["md5"] },
          anchorTerms: () => terms ?? undefined,
        };
        return {
          group: "verify-chain",
          name,
          expected: /^ERROR:/m.test(errors) ? "invalid" : "valid",
          notApplicable: unaskable(trust, purpose),
          otherwise: decided(DECISIONS, name),
          run: () =>
            judge(
              chain[0],
              { ...inputs, others: readable(chain), anchors: terms === null ? [] : readable(chain.slice(-1)) },
              field("expected_user_constrained_policy_set")?.split(/, */),
            ),
        };
      }),
  );
}
