import { type Bytes, equal } from "../base/bytes.ts";
import { codeOf, SmimeError } from "../base/errors.ts";
import { parseAlgorithm } from "../pki/algorithm.ts";
import type { KekRecipient, SecretPort, SecretRecipient } from "../protocol/secret-port.ts";
import { unwrapKey, WRAP_KEY_LENGTHS } from "./key-wrap.ts";
import { unwrapWithPassword } from "./password-recipient.ts";
import { type Budget, freshBudget, pkcs12Limits } from "./pkcs12-limits.ts";

/** Secrets that are at hand for one message. */
export interface Secrets {
  keys: readonly { identifier: Bytes; key: Bytes }[];
  passwords: readonly Bytes[];
}

/** A `SecretPort` over these secrets, for one message: all its recipients share what may be computed for them. */
export function secretPort({ keys, passwords }: Secrets): SecretPort {
  const budget = freshBudget(pkcs12Limits.messageRounds);
  return {
    async unwrap(recipients) {
      let tried = false;
      for (const [index, recipient] of recipients.entries()) {
        for (const attempt of attempts(recipient, { keys, passwords }, budget)) {
          tried = true;
          const contentKey = await attempt().catch(notThisOne);
          if (contentKey !== null) return { index, contentKey };
        }
      }
      // Which of them failed, and how, is nobody's business once one was used.
      if (tried) throw new SmimeError("cms.decrypt-failed");
      return null;
    },
  };
}

function attempts(recipient: SecretRecipient, { keys, passwords }: Secrets, budget: Budget): (() => Promise<Bytes | null>)[] {
  if (recipient.kind === "password") return passwords.map((password) => () => unwrapWithPassword(password, recipient, budget));
  return keys.filter(({ identifier }) => equal(identifier, recipient.keyIdentifier)).map(({ key }) => () => unwrapWithKey(key, recipient));
}

/** What cannot be read with one secret may be read with another; a limit ends the search. */
function notThisOne(error: unknown): null {
  if (/^(cms|pki)\./.test(codeOf(error))) return null;
  throw error;
}

async function unwrapWithKey(key: Bytes, recipient: KekRecipient): Promise<Bytes> {
  const { name } = parseAlgorithm(recipient.algorithm);
  if (WRAP_KEY_LENGTHS[name] !== key.length) throw new SmimeError("cms.algorithm-unknown");
  return unwrapKey(name, key, recipient.encryptedKey);
}
