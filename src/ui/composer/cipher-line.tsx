import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { CipherPlan, CipherReader } from "../../protocol/cipher-plan.ts";
import { formatList } from "../shared/format.ts";
import { codeText, t } from "../shared/i18n.ts";
import { cipherDepends } from "./cipher.ts";
import type { ComposerActions } from "./composer.ts";
import { allRecipients, type ComposerModel, labelOf } from "./model.ts";
import { addressKey } from "./recipients.ts";

/** Names that stand in one line; a message to thousands has no place for more. */
const MOST_NAMED = 5;

/** Which cipher Send would take, and whose mail program cannot do better; nothing where nothing is encrypted. */
export function CipherLine({ model, actions }: { model: ComposerModel; actions: Pick<ComposerActions, "askCipher"> }): JSX.Element | null {
  const depends = cipherDepends(model);
  useEffect(() => actions.askCipher(), [depends]);
  const { cipher } = model;
  if (!model.encrypt || cipher === null) return null;
  return (
    <div class="cipher-line stack" role="status" data-test="cipher" data-cipher={cipher === "asking" ? "" : (cipher.cipher ?? "none")}>
      {cipher === "asking" ? <p class="dim">{t("cipher_asking")}</p> : <Plan model={model} plan={cipher} />}
    </div>
  );
}

function Plan({ model, plan }: { model: ComposerModel; plan: CipherPlan }): JSX.Element {
  if (plan.cipher === null) return <p>{codeText("send.no-cipher")}</p>;
  const told = plan.because.filter((reader) => reader.told);
  const untold = plan.because.filter((reader) => !reader.told);
  return (
    <>
      <p>{t("cipher_line", plan.cipher)}</p>
      {told.length > 0 && (
        <p class="dim" data-test="cipher-because">
          {t("cipher_because", namesOf(model, told))}
        </p>
      )}
      {untold.length > 0 && (
        <p class="dim" data-test="cipher-unknown">
          {t("cipher_unknown", namesOf(model, untold))}
        </p>
      )}
      {plan.without.length > 0 && <p data-test="cipher-without">{t("cipher_without", namesOf(model, plan.without))}</p>}
    </>
  );
}

function namesOf(model: ComposerModel, readers: readonly CipherReader[]): string {
  const people = new Map(allRecipients(model).map((person) => [addressKey(person.address), labelOf(person)]));
  for (const { list } of Object.values(model.known)) for (const { address, name } of list?.members ?? []) people.set(addressKey(address), name ?? address);
  const names = readers.slice(0, MOST_NAMED).map(({ address }) => people.get(addressKey(address)) ?? address);
  return formatList(readers.length > MOST_NAMED ? [...names, "…"] : names);
}
