import type { JSX } from "preact";
import type { AuthorityRow, CertificateRow, DecisionRow } from "../../protocol/certificates.ts";
import type { CertificateFacts } from "../../protocol/frame-requests.ts";
import type { RevocationFacts } from "../../protocol/trust-port.ts";
import { formatDay } from "../shared/format.ts";
import { codeText, t } from "../shared/i18n.ts";
import type { TableRow } from "./certificate-table.tsx";
import type { CertificatesModel } from "./model.ts";

/** A list as the table wants it: titles of its columns, and what stands in them. */
export interface Columns {
  columns: string[];
  rows: TableRow[];
}

type Lists = NonNullable<CertificatesModel["lists"]>;

const wordsOf = (facts: CertificateFacts, ...more: string[]): string => [facts.name, facts.subject, facts.issuer, facts.issuerName, facts.serial, facts.sha256, ...facts.addresses, ...more].join("\n");

/** Addresses beside the name; one that is the name already says nothing new. */
function Addresses({ facts }: { facts: CertificateFacts }): JSX.Element {
  return <>{facts.addresses.filter((address) => address !== facts.name).map((address) => <bdi key={address} class="address block">{address}</bdi>)}</>;
}

/** One's own, with where its key lies if that is no file. */
function Own({ facts, onCard }: { facts: CertificateFacts; onCard: boolean }): JSX.Element {
  return (
    <>
      <Addresses facts={facts} />
      {onCard && <span class="dim block">{t("protection_is_card")}</span>}
    </>
  );
}

function until({ notAfter }: CertificateFacts, now: Date): string {
  return new Date(notAfter) < now ? t("certificate_expired", formatDay(notAfter)) : formatDay(notAfter);
}

function cameFrom({ source, addedAt, signedAt }: CertificateRow): string {
  const when = signedAt ?? addedAt;
  return when === null ? "" : t(`from_${source.replace("-", "_")}`, formatDay(when));
}

/** Until when it counts, and below that the short word on revocation. The line is there before the word is, so that nothing jumps. */
function Worth({ text, revocation }: { text: string; revocation: RevocationFacts | undefined }): JSX.Element {
  return (
    <>
      <span>{text}</span>
      <span class={revocation?.state === "revoked" ? "block row-revocation" : "block row-revocation dim"} data-test="row-revocation" data-state={revocation?.state}>
        {revocation ? shortRevocation(revocation) : "\u00a0"}
      </span>
    </>
  );
}

/** Good, revoked since when, could not be checked, not asked; why stands in the details. */
function shortRevocation({ state, detail }: RevocationFacts): string {
  if (state === "revoked") return detail?.revokedAt ? t("row_revoked_since", formatDay(detail.revokedAt)) : t("row_revoked");
  return t(`row_${state.replace("-", "_")}`);
}

export function peopleRows({ people, decisions }: Lists, now: Date, revocation: CertificatesModel["revocation"]): Columns {
  const decided = new Map(decisions.map(({ sha256, decision }) => [sha256, decision]));
  return {
    columns: [t("column_addresses"), t("column_from"), t("column_until")],
    rows: people.map((row) => ({
      key: row.sha256,
      name: row.name,
      words: wordsOf(row),
      cells: [<Addresses key="a" facts={row} />, cameFrom(row), <Worth key="w" text={decided.has(row.sha256) ? t(`decision_${decided.get(row.sha256) ?? ""}`) : until(row, now)} revocation={revocation[row.sha256]} />],
      removable: true,
    })),
  };
}

export function mineRows({ mine }: Lists, now: Date, revocation: CertificatesModel["revocation"]): Columns {
  return {
    columns: [t("column_addresses"), t("column_issuer"), t("column_until")],
    rows: mine.map(({ id, certificate, code, protection }) => ({
      key: id,
      name: certificate.name,
      words: wordsOf(certificate),
      cells: [<Own key="a" facts={certificate} onCard={protection === "card"} />, <bdi key="i">{certificate.issuerName}</bdi>, <Worth key="w" text={code === "ok" || code === "pki.expired" || code === "revocation.revoked" ? until(certificate, now) : codeText(code)} revocation={revocation[id]} />],
      // What lies on a card goes with the card.
      removable: protection !== "card",
    })),
  };
}

export function authorityRows(authorities: readonly AuthorityRow[], decisions: readonly DecisionRow[], now: Date): Columns {
  const decided = new Map(decisions.map(({ sha256, decision }) => [sha256, decision]));
  return {
    columns: [t("column_trusted_by"), t("column_until")],
    rows: authorities.map((row) => ({
      key: row.sha256,
      name: row.name,
      words: wordsOf(row),
      cells: [decided.get(row.sha256) === "distrusted" ? t("decision_distrusted") : trustedBy(row), until(row, now)],
      removable: row.by === "user" || row.by === "nobody",
    })),
  };
}

function trustedBy({ by, addedAt }: AuthorityRow): string {
  switch (by) {
    case "user":
      return addedAt === null ? t("trusted_by_you") : t("trusted_by_you_since", formatDay(addedAt));
    case "organisation":
      return t("set_by_organisation");
    case "shipped":
      return t("trusted_by_mozilla");
    case "nobody":
      return t("trusted_by_nobody", addedAt === null ? "" : formatDay(addedAt));
  }
}

export function decisionRows({ decisions }: Lists): Columns {
  return {
    columns: [t("column_addresses"), t("column_decision"), t("column_decided")],
    rows: decisions.map((row) => ({
      key: row.sha256,
      name: row.name,
      words: wordsOf(row),
      cells: [<Addresses key="a" facts={row} />, t(`decision_${row.decision}`), row.addedAt === null ? "" : formatDay(row.addedAt)],
      removable: true,
    })),
  };
}
