import { type Bytes, equal } from "../base/bytes.ts";
import { codeOf, SmimeError } from "../base/errors.ts";
import { parseAlgorithm } from "../pki/algorithm.ts";
import type { KekRecipient, SecretPort } from "../protocol/secret-port.ts";
import { unwrapKey, WRAP_KEY_LENGTHS } from "./key-wrap.ts";
import { unwrapWithPassword } from "./password-recipient.ts";
import { freshBudget } from "./pkcs12-limits.ts";

/** Secrets that are at hand for one message. */
export interface Secrets {
  keys: readonly { identifier: Bytes; key: Bytes }[];
  passwords: readonly Bytes[];
}

/** A `SecretPort` over these secrets, for one message: all its recipients share what may be computed for them. */
export function secretPort({ keys, passwords }: Secrets): SecretPort {
  const budget = freshBudget();
  return {
    async unwrap(recipient) {
      try {
        if (recipient.kind === "kek") {
          const found = keys.find(({ identifier }) => equal(identifier, recipient.keyIdentifier));
          return found === undefined ? null : await unwrapWithKey(found.key, recipient);
        }
        for (const password of passwords) {
          const contentKey = await unwrapWithPassword(password, recipient, budget);
          if (contentKey !== null) return contentKey;
        }
        return null;
      } catch (error) {
        throw codeOf(error) === "pki.malformed" ? new SmimeError("cms.decrypt-failed", { cause: error }) : error;
      }
    },
  };
}

function unwrapWithKey(key: Bytes, recipient: KekRecipient): Promise<Bytes> {
  const { name } = parseAlgorithm(recipient.algorithm);
  if (WRAP_KEY_LENGTHS[name] !== key.length) throw new SmimeError("cms.algorithm-unknown");
  return unwrapKey(name, key, recipient.encryptedKey);
}
