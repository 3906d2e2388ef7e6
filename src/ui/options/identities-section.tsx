import type { JSX } from "preact";
import type { IdentityFacts } from "../../protocol/identities.ts";
import type { AddressUse, ExtensionState, KeyUse, OwnAddress } from "../../protocol/page-requests.ts";
import { formatDay, formatFingerprint } from "../shared/format.ts";
import { codeText, t } from "../shared/i18n.ts";
import { OrganisationLinks } from "../shared/organisation-links.tsx";

/** A certificate that ends sooner than this is spoken of, in milliseconds. */
const SOON = 30 * 24 * 3_600_000;

type Choose = (address: string, use: KeyUse, id: string | null) => void;

interface Props {
  state: Pick<ExtensionState, "identities" | "addresses" | "endings" | "organisation">;
  now: Date;
  choose: Choose;
}

/** One's own addresses: which key signs for each and which one others encrypt to, and the choice where there are several. */
export function IdentitiesSection({ state, now, choose }: Props): JSX.Element {
  const { identities, addresses, organisation } = state;
  const of = (id: string): IdentityFacts[] => identities.filter((identity) => identity.id === id);
  return (
    <section aria-labelledby="identities" data-test="identities">
      <h2 id="identities">{t("identities_title")}</h2>
      {addresses.length === 0 ? (
        <>
          <p class="dim">{t("identities_none")}</p>
          <OrganisationLinks contacts={organisation} only="enrol" />
        </>
      ) : (
        <p class="dim">{t("identities_what")}</p>
      )}
      <p class="buttons">
        <a href="keys.html" data-test="open-keys">
          {t("keys_title")}
        </a>
      </p>
      {addresses.map((own, index) => (
        <section class="card identity" key={own.address} aria-labelledby={`identity-${index}`} data-test="identity" data-address={own.address}>
          <h3 id={`identity-${index}`}>
            <bdi class="address">{own.address}</bdi>
          </h3>
          <Uses own={own} of={of} choose={choose} />
          {ending(own, state).flatMap(of).map((identity) => (
            <Ending key={identity.id} identity={identity} now={now} contacts={organisation} />
          ))}
        </section>
      ))}
    </section>
  );
}

/** The certificates whose end matters: those in use, and the last one that signed. */
const ending = ({ address, uses: { sign, encrypt } }: OwnAddress, { endings }: Pick<ExtensionState, "endings">): string[] =>
  [...new Set([sign.used, encrypt.used, endings.find((each) => each.address === address)?.id ?? null])].filter((id) => id !== null);

function Uses({ own: { address, uses }, of, choose }: { own: OwnAddress; of: (id: string) => IdentityFacts[]; choose: Choose }): JSX.Element {
  const { sign, encrypt } = uses;
  // Nothing is said twice of the one key that most people have.
  if (sign.able.length === 1 && encrypt.able.length === 1 && sign.used === encrypt.used) return <Only title={t("identities_both")} use={sign} of={of} missing="" />;
  return (
    <>
      {(["sign", "encrypt"] as const).map((use) =>
        uses[use].able.length > 1 ? (
          <Several key={use} address={address} use={use} facts={uses[use]} of={of} choose={choose} />
        ) : (
          <Only key={use} title={t(`identities_${use}`)} use={uses[use]} of={of} missing={t(`identities_missing_${use}`)} />
        ),
      )}
    </>
  );
}

function Only({ title, use, of, missing }: { title: string; use: AddressUse; of: (id: string) => IdentityFacts[]; missing: string }): JSX.Element {
  return (
    <div>
      <h4>{title}</h4>
      {use.able.length === 0 && <p class="dim">{missing}</p>}
      {use.able.flatMap(of).map((identity) => (
        <p key={identity.id}>
          <Named identity={identity} />
        </p>
      ))}
    </div>
  );
}

/** The choice among several; one that cannot be used now says why and cannot be chosen. */
function Several({ address, use, facts: { able, chosen, used: now, locked }, of, choose }: { address: string; use: KeyUse; facts: AddressUse; of: (id: string) => IdentityFacts[]; choose: Choose }): JSX.Element {
  const option = (id: string | null, disabled: boolean, content: JSX.Element): JSX.Element => (
    <label class="check" key={id ?? ""}>
      <input type="radio" name={`${use} ${address}`} checked={chosen === id} disabled={disabled || locked} onChange={() => choose(address, use, id)} data-test={`identity-${use}`} data-id={id ?? ""} />
      <span class="row-main">{content}</span>
    </label>
  );
  const current = of(now ?? "")[0];
  return (
    <fieldset class="stack" data-test={`identity-choice-${use}`} data-locked={locked}>
      <legend>
        {t(`identities_${use}`)}
        {locked && <span class="block">{t("set_by_organisation")}</span>}
      </legend>
      {option(
        null,
        false,
        <>
          {t("identities_automatic")}
          {chosen === null && current && <span class="dim block">{t("identities_now", `${current.certificate.name}, ${issued(current)}`)}</span>}
        </>,
      )}
      {able.flatMap(of).map((identity) => option(identity.id, identity.code !== "ok" && identity.id !== chosen, <Named identity={identity} />))}
    </fieldset>
  );
}

const issued = ({ certificate }: IdentityFacts): string => t("identities_issued", certificate.issuerName, formatDay(certificate.notAfter));

/** Whose certificate, by whom, until when, and the beginning of its fingerprint, as several may look alike. */
function Named({ identity }: { identity: IdentityFacts }): JSX.Element {
  const { certificate, code, protection } = identity;
  return (
    <>
      <bdi>{certificate.name}</bdi>, {issued(identity)} <bdi class="mono dim">{formatFingerprint(certificate.sha256.slice(0, 8))}</bdi>
      {protection === "card" && <span class="dim block">{t("protection_is_card")}</span>}
      {code !== "ok" && (
        <span class="block" data-test="identity-problem" data-code={code}>
          {codeText(code)}
        </span>
      )}
    </>
  );
}

/** A certificate in use that has ended or soon will, and where a new one is to be had. */
function Ending({ identity: { certificate, code }, now, contacts }: { identity: IdentityFacts; now: Date; contacts: Props["state"]["organisation"] }): JSX.Element | null {
  const left = Date.parse(certificate.notAfter) - now.getTime();
  if (left > SOON && code === "ok") return null;
  const make = <a href="keys.html">{t("keys_make_title")}</a>;
  return (
    <div data-test="identity-ending">
      {left > 0 && left <= SOON && <p>{t("identities_ends", formatDay(certificate.notAfter))} {make}</p>}
      {left <= 0 && certificate.canSign && <p>{codeText("keys.signing-expired")} {make}</p>}
      <OrganisationLinks contacts={contacts} only="enrol" />
    </div>
  );
}
