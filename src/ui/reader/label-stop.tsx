import type { JSX } from "preact";
import type { Code } from "../../base/codes/index.ts";
import type { MessageStatus, SecurityLabel } from "../../protocol/message-status.ts";
import { codeText, t } from "../shared/i18n.ts";

/** Reasons that have to do with security labels. */
const LABEL_CODES: readonly Code[] = ["smime.labels-differ", "smime.label-unknown"];

/** Why a message is not shown at once because of its security labels (RFC 2634 §3.1.2, ES-04); null if it is, or stays closed. */
export function labelStop({ problems, layers, summary }: MessageStatus): { code: Code; labels: string[] } | null {
  if (summary.encrypted === "failed") return null;
  const code = LABEL_CODES.find((each) => problems.includes(each));
  if (!code) return null;
  const labels = layers.flatMap(({ signers }) => (signers ?? []).flatMap(({ securityLabel }) => securityLabel ?? []));
  return { code, labels: [...new Set(labels.map(labelText))] };
}

/** A label as its signer wrote it: what it says, how high, and whose rules give that its meaning. */
export function labelText({ privacyMark, classification, policy }: SecurityLabel): string {
  return [privacyMark, classification, policy === "unreadable" ? t("label_unreadable") : policy].filter((each) => each !== null).join(", ");
}

/** In the place of a labelled text: nobody here knows the rules of its label, so a person decides whether it is to be read. */
export function LabelStop({ stop: { code, labels }, onShow }: { stop: { code: Code; labels: string[] }; onShow: () => void }): JSX.Element {
  return (
    <div class="closed" role="alert" data-test="label-stop" data-code={code}>
      <p>{codeText(code)}</p>
      {labels.length > 0 && (
        <ul class="plain-list">
          {labels.map((label) => (
            <li key={label}>
              <bdi>{label}</bdi>
            </li>
          ))}
        </ul>
      )}
      <div class="buttons">
        <button type="button" onClick={onShow} data-test="label-show">
          {t("label_show")}
        </button>
      </div>
      <p class="code">
        {t("problem_code")} <bdi>{code}</bdi>
      </p>
    </div>
  );
}
