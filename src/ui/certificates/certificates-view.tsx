import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { AuthorityRow } from "../../protocol/certificates.ts";
import { CompareDialog } from "../shared/compare-dialog.tsx";
import { Dialog } from "../shared/dialog.tsx";
import { formatList } from "../shared/format.ts";
import { codeText, plural, t } from "../shared/i18n.ts";
import { Problem } from "../shared/problem.tsx";
import { CertificateTable, matching, type TableRow } from "./certificate-table.tsx";
import { authorityRows, type Columns, decisionRows, mineRows, peopleRows } from "./lists.tsx";
import type { CertificatesActions, CertificatesModel, Done, Kind } from "./model.ts";
import { Offers } from "./offers.tsx";
import { RevocationLists } from "./revocation-lists.tsx";
import { RowDetails } from "./row-details.tsx";

/** People, mine, authorities, decisions: searchable lists with plain columns; each certificate opens in place. */
export function CertificatesView({ model, actions, now }: { model: CertificatesModel; actions: CertificatesActions; now: Date }): JSX.Element {
  const { lists, added, completing, mine, unfitting, unprotectable, addedLists, revocation, offers, comparing, done, problem } = model;
  const [words, setWords] = useState("");
  const [asked, setAsked] = useState<TableRow | null>(null);
  const section = (kind: Kind, columns: Columns, more?: ComponentChildren, before?: ComponentChildren): JSX.Element => (
    <List kind={kind} {...columns} words={words} model={model} actions={actions} onRemove={(row) => (kind === "mine" ? setAsked(row) : actions.remove(kind, row.key, row.name))} more={more}>
      {done?.kind === kind && <DoneLine key={done.undo} done={done} onUndo={actions.undo} />}
      {before}
    </List>
  );
  const shipped = lists?.authorities.filter(({ by }) => by === "shipped") ?? [];
  return (
    <main class="page page-wide certificates-page" aria-busy={lists === null}>
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
            accept=".cer,.crt,.pem,.der,.p7b,.p7c,.crl,application/pkix-crl,application/pkix-cert,application/pkcs7-mime"
            data-test="certificate-file"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              event.currentTarget.value = "";
              if (file) actions.addFile(file);
            }}
          />
        </label>
      </div>
      {problem && <Problem code={problem} />}
      <p role="status" data-test="certificate-added">
        {addedLists && addedLists.length > 0 ? `${plural("lists_added", addedLists.length, [...new Set(addedLists.map(({ issuer }) => issuer))].join("; "))} ` : ""}
        {mine.length > 0 ? `${t("certificates_mine", formatList(mine.map(({ name }) => name)))} ` : ""}
        {unprotectable.length > 0 ? `${formatList(unprotectable.map(({ name }) => name))}: ${codeText("keys.born-unprotected")} ` : ""}
        {unfitting.length > 0 ? `${t("certificates_unfitting", formatList(unfitting.map(({ name }) => name)))} ` : ""}
        {added && (added.length > 0 || (completing.length === 0 && mine.length === 0)) ? `${plural("certificates_added", added.length, added.map(({ name }) => name).join(", "))} ` : ""}
        {completing.length > 0 ? plural("authorities_kept", completing.length) : ""}
      </p>
      <Offers offers={offers} onCompare={actions.compare} />
      {lists && (
        <>
          {section("people", peopleRows(lists, now, revocation))}
          {section("mine", mineRows(lists, now, revocation))}
          {section("authorities", authorityRows(lists.authorities.filter(({ by }) => by !== "shipped"), lists.decisions, now), <Shipped authorities={shipped} words={words} model={model} actions={actions} now={now} />)}
          {section("decisions", decisionRows(lists))}
          <RevocationLists lists={model.revocationLists} words={words} now={now} onRemove={({ key, issuer }) => actions.remove("revocation", key, issuer)}>
            {done?.kind === "revocation" && <DoneLine key={done.undo} done={done} onUndo={actions.undo} />}
          </RevocationLists>
        </>
      )}
      {asked && (
        <Dialog title={t("certificate_remove_title", asked.name)} onClose={() => setAsked(null)}>
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
                actions.remove("mine", asked.key, asked.name);
              }}
            >
              {t("remove")}
            </button>
          </div>
        </Dialog>
      )}
      {comparing && <CompareDialog key={comparing.certificate.sha256} offer={comparing} onTrust={actions.trust} onClose={() => actions.compare(null)} />}
    </main>
  );
}

/** What was done, what that means, and the way back; the focus goes there, as the button that had it is gone too. */
function DoneLine({ done: { what, kind, name, completing }, onUndo }: { done: Done; onUndo: () => void }): JSX.Element {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <div class="notice" role="status" data-test="removed-notice">
      <span>
        {t(`certificate_${what}`, name)} {t(what === "removed" ? `certificate_remove_${completing ? "completing" : kind}` : what === "trusted" ? `certificate_trusted_${kind}` : "certificate_distrusted_text")}
      </span>
      <button type="button" ref={button} onClick={onUndo} data-test="removed-undo">
        {t("undo")}
      </button>
    </div>
  );
}

interface Around {
  words: string;
  model: CertificatesModel;
  actions: CertificatesActions;
}

function List(props: Around & Columns & { kind: Kind; onRemove: (row: TableRow) => void; more?: ComponentChildren; children: ComponentChildren }): JSX.Element {
  const { kind, columns, rows, words, model, actions, onRemove, more, children } = props;
  const shown = matching(rows, words);
  return (
    <section aria-labelledby={`list-${kind}`} data-test={`list-${kind}`}>
      <h2 id={`list-${kind}`}>{t(`list_${kind}`)}</h2>
      {children}
      {rows.length === 0 && <p class="dim">{t(`list_${kind}_empty`)}</p>}
      {rows.length > 0 && shown.length === 0 && <p class="dim">{t("search_nothing")}</p>}
      {shown.length > 0 && <CertificateTable label={t(`list_${kind}`)} columns={columns} rows={shown} onLook={actions.look} onRemove={onRemove} details={(key) => detailsOf(key, model, actions, kind === "mine")} />}
      {more}
    </section>
  );
}

function detailsOf(key: string, { details, lists, revocation }: CertificatesModel, actions: CertificatesActions, own: boolean): JSX.Element {
  const row = [...(lists?.people ?? []), ...(lists?.authorities ?? []), ...(lists?.decisions ?? [])].find(({ sha256 }) => sha256 === key) ?? null;
  const decided = lists?.decisions.some(({ sha256 }) => sha256 === key) ?? false;
  const completing = lists?.authorities.some(({ sha256, by }) => sha256 === key && by === "nobody") ?? false;
  const several = (lists?.people ?? []).filter(({ addresses }) => addresses.some((address) => row?.addresses.includes(address))).length > 1;
  return <RowDetails details={details[key]} revocation={revocation[key]} row={own ? null : row} several={several} undecided={!decided} own={own} completing={completing} actions={actions} />;
}

/** The authorities that come along: closed until somebody opens them or searches for one. */
function Shipped({ authorities, words, model, actions, now }: Around & { authorities: AuthorityRow[]; now: Date }): JSX.Element | null {
  const [open, setOpen] = useState(false);
  if (authorities.length === 0) return <p class="dim">{t("shipped_off")}</p>;
  const { columns, rows } = authorityRows(authorities, model.lists?.decisions ?? [], now);
  const found = matching(rows, words);
  const searching = words.trim() !== "";
  const expanded = searching ? found.length > 0 : open;
  return (
    <div class="stack" data-test="shipped">
      <p>
        <button type="button" aria-expanded={expanded} onClick={() => setOpen(!open)} disabled={searching} data-test="shipped-toggle">
          {plural(searching ? "shipped_found" : "shipped_count", searching ? found.length : rows.length)}
        </button>
      </p>
      {expanded && <CertificateTable label={t("shipped_label")} columns={columns} rows={found} onLook={actions.look} onRemove={() => undefined} details={(key) => detailsOf(key, model, actions, false)} />}
    </div>
  );
}
