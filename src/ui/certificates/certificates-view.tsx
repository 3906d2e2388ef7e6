import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { CertificateFacts } from "../../protocol/frame-requests.ts";
import { CertificateFactsList } from "../shared/certificate-facts.tsx";
import { Dialog } from "../shared/dialog.tsx";
import { formatDay } from "../shared/format.ts";
import { codeText, plural, t } from "../shared/i18n.ts";
import type { PageState } from "../shared/page-state.ts";
import { Problem } from "../shared/problem.tsx";
import type { Kind, Removed } from "./removing.ts";

/** One line of a list. */
interface Row {
  key: string;
  facts: CertificateFacts;
  note: string | null;
  removable: boolean;
}

export interface CertificatesActions {
  addFile: (file: File) => void;
  remove: (kind: Kind, key: string, name: string) => void;
  /** Takes the last removal back. */
  undo: () => void;
}

/** People, mine, authorities: searchable lists with plain columns; each certificate opens in place. */
export function CertificatesView({ page, actions, added, removed = null, now }: { page: Pick<PageState, "state" | "problem">; actions: CertificatesActions; added: CertificateFacts[] | null; removed?: Removed | null; now: Date }): JSX.Element {
  const { state } = page;
  const [words, setWords] = useState("");
  const [asked, setAsked] = useState<Row | null>(null);
  const row = (facts: CertificateFacts): Row => ({ key: facts.sha256, facts, note: expiryNote(facts, now), removable: true });
  const lists: { kind: Kind; rows: Row[] }[] = state
    ? [
        { kind: "people", rows: state.people.map(row) },
        { kind: "mine", rows: state.identities.map(({ id, certificate, code }) => ({ ...row(certificate), key: id, note: code === "ok" ? null : codeText(code) })) },
        { kind: "authorities", rows: state.anchors.map((anchor) => ({ ...row(anchor), removable: !anchor.managed, note: anchor.managed ? t("set_by_organisation") : null })) },
      ]
    : [];
  return (
    <main class="page page-wide" aria-busy={state === null}>
      <h1>{t("certificates_title")}</h1>
      <div class="page-tools">
        <label class="stack">
          {t("search")}
          <input type="search" value={words} autoComplete="off" spellcheck={false} data-test="certificate-search" onInput={(event) => setWords(event.currentTarget.value)} />
        </label>
        <label class="stack">
          {t("certificate_add")}
          <input
            type="file"
            accept=".cer,.crt,.pem,.der,.p7b,.p7c,application/pkix-cert,application/pkcs7-mime"
            data-test="certificate-file"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              event.currentTarget.value = "";
              if (file) actions.addFile(file);
            }}
          />
        </label>
      </div>
      {page.problem && <Problem code={page.problem} />}
      <p role="status" data-test="certificate-added">
        {added ? plural("certificates_added", added.length, added.map(({ name }) => name).join(", ")) : ""}
      </p>
      {lists.map(({ kind, rows }) => (
        <List key={kind} kind={kind} rows={rows} words={words} onRemove={(chosen) => (kind === "mine" ? setAsked(chosen) : actions.remove(kind, chosen.key, chosen.facts.name))}>
          {removed?.kind === kind && <RemovedLine key={removed.undo} removed={removed} onUndo={actions.undo} />}
        </List>
      ))}
      {asked && (
        <Dialog title={t("certificate_remove_title", asked.facts.name)} onClose={() => setAsked(null)}>
          <p>{t("certificate_remove_mine")}</p>
          <div class="buttons buttons-end">
            <button type="button" onClick={() => setAsked(null)}>
              {t("back")}
            </button>
            <button
              type="button"
              class="careful"
              data-test="certificate-remove-confirm"
              onClick={() => {
                setAsked(null);
                actions.remove("mine", asked.key, asked.facts.name);
              }}
            >
              {t("remove")}
            </button>
          </div>
        </Dialog>
      )}
    </main>
  );
}

/** What is gone, what that means, and the way back; the focus goes there, as the button that had it is gone too. */
function RemovedLine({ removed: { kind, name }, onUndo }: { removed: Removed; onUndo: () => void }): JSX.Element {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <div class="notice" role="status" data-test="removed-notice">
      <span>
        {t("certificate_removed", name)} {t(`certificate_remove_${kind}`)}
      </span>
      <button type="button" ref={button} onClick={onUndo} data-test="removed-undo">
        {t("undo")}
      </button>
    </div>
  );
}

function List({ kind, rows, words, onRemove, children }: { kind: Kind; rows: Row[]; words: string; onRemove: (row: Row) => void; children: ComponentChildren }): JSX.Element {
  const wanted = words.trim().toLowerCase();
  const shown = rows.filter(({ facts }) => [facts.name, facts.subject, facts.issuerName, ...facts.addresses].some((text) => text.toLowerCase().includes(wanted)));
  return (
    <section aria-labelledby={`list-${kind}`} data-test={`list-${kind}`}>
      <h2 id={`list-${kind}`}>{t(`list_${kind}`)}</h2>
      {children}
      {rows.length === 0 && <p class="dim">{t(`list_${kind}_empty`)}</p>}
      {rows.length > 0 && shown.length === 0 && <p class="dim">{t("search_nothing")}</p>}
      <ul class="rows">
        {shown.map((row) => (
          <li key={row.key} class="row" data-test="certificate-row">
            <details class="row-main">
              <summary>
                <bdi>{row.facts.name}</bdi> <span class="dim">{row.facts.addresses.filter((address) => address !== row.facts.name).map((address) => <bdi key={address} class="address">{address} </bdi>)}</span>
                <span class="dim row-date">{row.note ?? t("chip_until", formatDay(row.facts.notAfter))}</span>
              </summary>
              <CertificateFactsList facts={row.facts} fingerprint />
              <p class="dim">{t("certificate_checks")}</p>
            </details>
            {row.removable && (
              <button type="button" aria-label={t("remove_named", row.facts.name)} onClick={() => onRemove(row)} data-test="certificate-remove">
                {t("remove")}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function expiryNote({ notAfter }: CertificateFacts, now: Date): string | null {
  return new Date(notAfter) < now ? t("certificate_expired", formatDay(notAfter)) : null;
}
