import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { CertificateFacts, RecipientState } from "../../protocol/frame-requests.ts";
import { CertificateFactsList } from "../shared/certificate-facts.tsx";
import { formatDay } from "../shared/format.ts";
import { codeText, plural, t } from "../shared/i18n.ts";
import { Lock } from "../shared/marks.tsx";
import { labelOf } from "./model.ts";
import { addressKey, type Recipient } from "./recipients.ts";

export type ChipKind = RecipientState["state"] | "searching" | "wrong";

type OnChoose = (address: string, sha256: string) => void;

/** What is known of one recipient in a sentence. */
export function stateText(state: RecipientState | undefined, kind: ChipKind): string {
  if (state?.list) return kind === "found" ? t("chip_list_found") : codeText(state.code);
  return kind === "problem" && state ? codeText(state.code) : t(`chip_long_${kind}`);
}

/** What was found for a recipient, from where, how strong, until when and why; for a list the same of each member. */
export function ChipDetails({ person, state, kind, leftOut, onChoose }: { person: Recipient; state: RecipientState | undefined; kind: ChipKind; leftOut: readonly string[]; onChoose: OnChoose }): JSX.Element {
  return (
    <>
      <bdi class="address">{person.address}</bdi>
      {state?.name !== undefined && state.name !== person.name && <bdi>{state.name}</bdi>}
      <span>{stateText(state, kind)}</span>
      {state?.list ? <Members list={state.list} leftOut={leftOut} onChoose={onChoose} /> : state && <Found state={state} onChoose={onChoose} />}
      {state?.failed?.map(({ host, code }) => (
        <span key={host} class="dim" data-test="chip-failed">
          {t("chip_failed", host)} {codeText(code)}
        </span>
      ))}
    </>
  );
}

function Found({ state, onChoose }: { state: RecipientState; onChoose: OnChoose }): JSX.Element {
  const { certificate, place, revocation, why, usable = [] } = state;
  const label = (one: CertificateFacts): string => t("chip_certificate", one.issuerName, one.key, formatDay(one.notAfter));
  // Two of one authority may be alike in all that people look at; only the number tells them apart then.
  const isAlike = (one: CertificateFacts): boolean => usable.some((other) => other !== one && label(other) === label(one));
  return (
    <>
      {certificate && <CertificateFactsList facts={certificate} origin={place === undefined ? undefined : t("source_directory_named", place)} revocation={revocation} />}
      {usable.length > 1 && certificate && (
        <fieldset class="chip-usable" data-test="chip-usable">
          <legend>{plural("chip_several", usable.length)}</legend>
          {why !== undefined && why !== "only" && <span class="dim" data-test="chip-why">{t(`chip_why_${why.replace("-", "_")}`)}</span>}
          {usable.map((one) => (
            <label key={one.sha256} class="check">
              <input type="radio" name={`certificate-${state.address}`} checked={one.sha256 === certificate.sha256} onChange={() => onChoose(state.address, one.sha256)} data-test="chip-certificate" />
              <span>
                {label(one)}
                {isAlike(one) && <bdi class="mono chip-serial" data-test="chip-serial"> {one.serial}</bdi>}
              </span>
            </label>
          ))}
        </fieldset>
      )}
    </>
  );
}

/** Members are drawn as many as a person looks at, and the rest on demand: a list may have thousands. */
const SHOWN = 50;

function Members({ list, leftOut, onChoose }: { list: NonNullable<RecipientState["list"]>; leftOut: readonly string[]; onChoose: OnChoose }): JSX.Element {
  const [shown, setShown] = useState(SHOWN);
  const without = new Set(leftOut.map(addressKey));
  // Whoever is a problem comes first.
  const members = [...list.members.filter(({ state }) => state !== "found"), ...list.members.filter(({ state }) => state === "found")];
  return (
    <>
      <ul class="plain-list chip-members" data-test="chip-members">
        {list.unresolved.map((name) => (
          <li key={name} data-state="unresolved">
            <bdi>{name}</bdi> <span class="chip-note">{t("chip_no_address")}</span>
          </li>
        ))}
        {members.slice(0, shown).map((member) => (
          <Member key={member.address} member={member} out={without.has(addressKey(member.address))} onChoose={onChoose} />
        ))}
      </ul>
      {members.length > shown && (
        <button type="button" class="link" onClick={() => setShown(shown * 10)}>
          {plural("chip_more_members", members.length - shown)}
        </button>
      )}
    </>
  );
}

function Member({ member, out, onChoose }: { member: RecipientState; out: boolean; onChoose: OnChoose }): JSX.Element {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <li data-address={member.address} data-state={out ? "left-out" : member.state}>
      <button type="button" class="link" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <bdi>{labelOf({ name: member.name ?? null, address: member.address })}</bdi>
      </button>{" "}
      {out ? <span class="chip-note">{t("chip_left_out")}</span> : member.state === "found" ? <Lock state="filled" /> : <span class="chip-note">{t(`chip_${member.state}`)}</span>}
      {open && (
        <span id={id} class="stack">
          <bdi class="address">{member.address}</bdi>
          <span>{stateText(member, member.state)}</span>
          <Found state={member} onChoose={onChoose} />
        </span>
      )}
    </li>
  );
}
