import type { JSX } from "preact";
import { codeText, t } from "../shared/i18n.ts";
import type { ContactShown } from "./contact.ts";

/** In the details of a verified message: its author can be added to the webmail's contacts, with his certificate. */
export function ContactNotice({ contact: { address, step }, onAdd }: { contact: ContactShown; onAdd: (pressed: { isTrusted: boolean }) => void }): JSX.Element {
  const problem = typeof step === "string" ? null : step.problem;
  const text = problem !== null ? codeText(problem) : t(`contact_${step as string}`, address);
  return (
    <div class="notice" data-test="contact" data-step={problem ?? (step as string)}>
      <span class="dim" role="status">
        {text} {problem !== null && <span class="code">{problem}</span>}
      </span>
      {(problem !== null || step === "offered" || step === "adding") && (
        <button type="button" disabled={step === "adding"} onClick={(event) => onAdd(event)} data-test="contact-add">
          {t("contact_add")}
        </button>
      )}
    </div>
  );
}
