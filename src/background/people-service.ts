import type { Bytes } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import { capabilitiesOf } from "../cms/read-capabilities.ts";
import { LEAST_TRANSPORT_BITS } from "../cms/transport-recipient.ts";
import { type EverywhereAnswer, mergePeople } from "../directory/all-directories.ts";
import { chooseRecipientCertificate } from "../directory/choose-certificate.ts";
import { matchAddress } from "../pki/address-match.ts";
import { type Certificate, certificateFacts, certificatesOf, parseCertificate } from "../pki/certificate.ts";
import { usableFor } from "../pki/purpose.ts";
import type { Account } from "../policy/scopes.ts";
import type { CertificateFacts, RecipientState } from "../protocol/frame-requests.ts";
import type { AddressEntry, LearnedSigner } from "../protocol/message-content.ts";
import type { Directory, FoundCertificate } from "../protocol/directory.ts";
import type { RevocationFacts } from "../protocol/trust-port.ts";
import { trustCode } from "../smime/trust-code.ts";
import { allPeople, type KeptCertificate, updateCertificate } from "../store/people.ts";
import { readable } from "./certificate-reader.ts";
import type { DirectoryService } from "./directory-service.ts";
import { ordinarily, type TrustService } from "./trust-service.ts";

/** A signing time further ahead than this is not believed (CP-02), in milliseconds. */
const CLOCK_SKEW = 24 * 3_600_000;

const MAX_SUGGESTIONS = 20;

/** Where certificates come from that no directory has a say in. */
const KNOWN_HERE: ReadonlySet<FoundCertificate["source"]> = new Set(["own", "signed-mail", "file"]);

/** A certificate to encrypt to, wherever it was found. */
export interface ChosenCertificate extends FoundCertificate {
  /** SHA-256 of the DER, lower-case hex. */
  sha256: string;
}

/** The certificate to encrypt to for one address, or null and why there is none. */
export interface Choice {
  kept: ChosenCertificate | null;
  state: RecipientState;
  /** It is a list's address, for all that is known: its members are asked for elsewhere. */
  list?: boolean;
}

export interface PeopleService {
  learn(signer: Omit<LearnedSigner, "certificates"> & { certificates: Bytes[] }): Promise<void>;
  /** @param directories asks the directories too, which takes its time */
  search(words: string, directories?: boolean, account?: Account): Promise<AddressEntry[]>;
  /** @param wanted fingerprint of the certificate that the author chose among several; null lets the rules choose */
  choose(address: string, wanted?: string | null, contacts?: string | null, account?: Account): Promise<Choice>;
  /** As `choose`, and asks no directory where a certificate is kept on this machine that can be used. */
  chooseKept(address: string, account?: Account): Promise<Choice>;
  /** What a file of certificates holds. Throws `pki.malformed`. */
  preview(file: Bytes): Promise<CertificateFacts[]>;
  /** Keeps the end entities of a file; the authorities go along with them. Throws `pki.malformed`. */
  importFile(file: Bytes): Promise<CertificateFacts[]>;
  keep(certificate: Certificate, others: Bytes[], source: KeptCertificate["source"]): Promise<KeptCertificate>;
  all(): Promise<CertificateFacts[]>;
}

export function peopleService(trust: Pick<TrustService, "validate">, clock: Clock, directories: Pick<DirectoryService, "lookUp" | "search">, kept: Pick<Directory, "search" | "lookUp">): PeopleService {
  /** Why a certificate may not be used for an address, or `ok`: path and address, both (CE-02, CE-03). */
  async function judge(certificate: Certificate, others: Bytes[], address: string, purpose: "sign" | "encrypt") {
    const match = matchAddress(certificate, address);
    if (match !== "ok") return match;
    return trustCode(await trust.validate({ certificate: certificate.der, others, purpose, address }));
  }

  async function keep(
    certificate: Certificate,
    others: Bytes[],
    source: KeptCertificate["source"],
    wish?: { ciphers: string[]; preferredAt: string },
  ): Promise<KeptCertificate> {
    const sha256 = await certificate.sha256();
    return updateCertificate(sha256, (before) => {
      // CP-02: a signer's wishes are replaced by those of a newer signing time alone.
      const newer = wish !== undefined && (before?.preferredAt ?? "") < wish.preferredAt;
      return {
        sha256,
        certificate: certificate.der,
        addresses: certificate.addresses.map((address) => address.toLowerCase()),
        name: certificate.subject.commonName ?? certificate.addresses[0] ?? "",
        others: others.length > 0 ? others : (before?.others ?? []),
        source: before?.source ?? source,
        ciphers: newer ? wish.ciphers : (before?.ciphers ?? []),
        preferredAt: newer ? wish.preferredAt : (before?.preferredAt ?? null),
        addedAt: before?.addedAt ?? clock().toISOString(),
      };
    });
  }

  async function choose(address: string, wanted: string | null = null, contacts: string | null = null, account?: Account): Promise<Choice> {
    return chooseAmong(await directories.lookUp(address, contacts, account), address, wanted, account);
  }

  async function chooseAmong({ certificates, name, list, failed }: EverywhereAnswer, address: string, wanted: string | null, account?: Account): Promise<Choice> {
    const told = { address, ...(name !== null && { name }), ...(failed.length > 0 && { failed }) };
    // Whoever is known here as a person is one, whatever a directory calls him: else it could have his mail, or one's own copy, go to others.
    if (list && !certificates.some(({ source }) => KNOWN_HERE.has(source))) return { kept: null, state: { ...told, state: "none", code: "send.missing-certificates", certificate: null }, list };
    const known = new Map<Bytes, RevocationFacts>();
    const revocationOf = (found: FoundCertificate | undefined) => {
      const revocation = found && known.get(found.certificate);
      return revocation ? { revocation } : {};
    };
    const validate = async (certificate: Bytes, others: Bytes[]) => {
      const answer = await trust.validate({ certificate, others, purpose: "encrypt", address }, ordinarily(account));
      // Settings may go lower for what is read; nothing is written to such a key (RFC 8551 §4.3), which is said before Send.
      const { keyAlgorithm, keyBits } = parseCertificate(certificate);
      if (answer.code === "ok" && keyAlgorithm.startsWith("rsa") && keyBits < LEAST_TRANSPORT_BITS) return "pki.weak-key";
      if (answer.code === "ok") known.set(certificate, { state: answer.revocation, detail: answer.revocationDetail ?? null });
      // One that was revoked is as none; for one that could not be checked, policy and author decide (`send-service`).
      return answer.revocation === "unreachable" ? answer.code : trustCode(answer);
    };
    const choice = await chooseRecipientCertificate(certificates, address, validate, wanted);
    if (choice.chosen === null) {
      const shown = await firstReadable(certificates);
      return { kept: null, state: { ...told, state: shown ? "problem" : "none", code: choice.code ?? "send.missing-certificates", certificate: shown, ...revocationOf(certificates[0]) } };
    }
    const { chosen, why, usable } = choice;
    const certificate = await factsOf(chosen);
    const several = usable.length > 1 ? { usable: await Promise.all(usable.map(factsOf)) } : {};
    const place = chosen.place === undefined ? {} : { place: chosen.place };
    // CP-02: what somebody signed goes before what his authority wrote into his certificate (RFC 4262).
    const ciphers = chosen.ciphers.length > 0 ? chosen.ciphers : capabilitiesOf(parseCertificate(chosen.certificate));
    return { kept: { ...chosen, ciphers, sha256: certificate.sha256 }, state: { ...told, state: "found", code: "ok", certificate, why, ...place, ...several, ...revocationOf(chosen) } };
  }

  return {
    keep,
    choose,
    async chooseKept(address, account) {
      const here = await chooseAmong({ ...(await kept.lookUp(address)), failed: [] }, address, null, account);
      return here.kept === null ? choose(address, null, null, account) : here;
    },
    async learn({ address, certificates, encryptionCertificate, ciphers, signingTime }) {
      const [own, ...along] = certificates;
      if (!own) throw new SmimeError("protocol.malformed");
      const signer = parseCertificate(own);
      if ((await judge(signer, along, address, "sign")) !== "ok") return;
      const target = encryptionCertificate ? parseCertificate(encryptionCertificate) : signer;
      if (!usableFor(target, "encrypt") || matchAddress(target, address) !== "ok") return;
      const answer = await trust.validate({ certificate: target.der, others: certificates, purpose: "encrypt", address });
      if (trustCode(answer) !== "ok") return;
      // What lies on no path of his would stand in other people's way, whose issuers are looked for among it.
      const others = along.filter((der) => isOn(answer.chain, der));
      const time = signingTime === null ? null : new Date(signingTime);
      const believed = time !== null && !Number.isNaN(time.getTime()) && time.getTime() < clock().getTime() + CLOCK_SKEW;
      await keep(target, others, "signed-mail", believed ? { ciphers, preferredAt: time.toISOString() } : undefined);
    },
    async search(words, everywhere = false, account) {
      const wanted = words.trim();
      if (wanted === "") return [];
      const here = await kept.search(wanted);
      const there = everywhere ? await directories.search(wanted, account) : [];
      return mergePeople([...here, ...there]).slice(0, MAX_SUGGESTIONS);
    },
    preview: (file) => Promise.all(certificatesOf(file).map((certificate) => certificateFacts(certificate, "file"))),
    async importFile(file) {
      const certificates = certificatesOf(file);
      const people = certificates.filter(({ basicConstraints, addresses }) => !basicConstraints?.ca && addresses.length > 0);
      const others = certificates.filter((certificate) => !people.includes(certificate)).map(({ der }) => der);
      for (const certificate of people) await keep(certificate, others.slice(0, 64), "file");
      return Promise.all(people.map((certificate) => certificateFacts(certificate, "file")));
    },
    all: async () =>
      Promise.all((await allPeople()).flatMap(({ certificate, source }) => readable([certificate]).map((read) => certificateFacts(read, source)))),
  };
}

const factsOf = ({ certificate, source }: FoundCertificate): Promise<CertificateFacts> => certificateFacts(parseCertificate(certificate), source);

/** What is shown of somebody of whom nothing can be used; a directory may hold anything. */
async function firstReadable(certificates: readonly FoundCertificate[]): Promise<CertificateFacts | null> {
  for (const one of certificates) {
    try {
      return await factsOf(one);
    } catch {
      // The next one may be readable.
    }
  }
  return null;
}

/** Whether a certificate's subject is on a path, whose subjects are RFC 4514 strings. */
function isOn(chain: readonly string[], der: Bytes): boolean {
  try {
    return chain.includes(parseCertificate(der).subject.rfc4514);
  } catch {
    return false;
  }
}
