import type { Bytes } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import { chooseRecipientCertificate } from "../directory/choose-certificate.ts";
import { matchAddress } from "../pki/address-match.ts";
import { type Certificate, certificateFacts, certificatesOf, parseCertificate } from "../pki/certificate.ts";
import { usableFor } from "../pki/purpose.ts";
import type { CertificateFacts, RecipientState } from "../protocol/frame-requests.ts";
import type { AddressEntry, LearnedSigner } from "../protocol/message-content.ts";
import type { RevocationFacts, TrustPort } from "../protocol/trust-port.ts";
import { trustCode } from "../smime/trust-code.ts";
import { allPeople, certificatesOf as certificatesOfAddress, type KeptCertificate, updateCertificate } from "../store/people.ts";

/** A signing time further ahead than this is not believed (CP-02), in milliseconds. */
const CLOCK_SKEW = 24 * 3_600_000;

const MAX_SUGGESTIONS = 20;

/** The certificate to encrypt to for one address, or null and why there is none. */
export interface Choice {
  kept: KeptCertificate | null;
  state: RecipientState;
}

export interface PeopleService {
  learn(signer: Omit<LearnedSigner, "certificates"> & { certificates: Bytes[] }): Promise<void>;
  search(words: string): Promise<AddressEntry[]>;
  choose(address: string): Promise<Choice>;
  /** What a file of certificates holds. Throws `pki.malformed`. */
  preview(file: Bytes): Promise<CertificateFacts[]>;
  /** Keeps the end entities of a file; the authorities go along with them. Throws `pki.malformed`. */
  importFile(file: Bytes): Promise<CertificateFacts[]>;
  keep(certificate: Certificate, others: Bytes[], source: KeptCertificate["source"]): Promise<KeptCertificate>;
  all(): Promise<CertificateFacts[]>;
}

export function peopleService(trust: TrustPort, clock: Clock): PeopleService {
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

  async function choose(address: string): Promise<Choice> {
    const candidates = (await certificatesOfAddress(address)).sort((a, b) => b.addedAt.localeCompare(a.addedAt));
    const revocation = new Map<Bytes, RevocationFacts>();
    const { chosen, code } = await chooseRecipientCertificate(candidates, address, async (certificate, others) => {
      const answer = await trust.validate({ certificate, others, purpose: "encrypt", address });
      if (answer.code === "ok") revocation.set(certificate, { state: answer.revocation, detail: answer.revocationDetail ?? null });
      // One that was revoked is as none; for one that could not be checked, policy and author decide (`send-service`).
      return answer.revocation === "unreachable" ? answer.code : trustCode(answer);
    });
    const kept = candidates.find((candidate) => candidate === chosen) ?? null;
    const shown = kept ?? candidates[0];
    const certificate = shown ? await certificateFacts(parseCertificate(shown.certificate), shown.source) : null;
    const known = shown && revocation.get(shown.certificate);
    const facts = { address, certificate, ...(known && { revocation: known }) };
    if (kept) return { kept, state: { ...facts, state: "found", code: "ok" } };
    return { kept, state: { ...facts, state: certificate ? "problem" : "none", code: code ?? "send.missing-certificates" } };
  }

  return {
    keep,
    choose,
    async learn({ address, certificates, encryptionCertificate, ciphers, signingTime }) {
      const [own, ...others] = certificates;
      if (!own) throw new SmimeError("protocol.malformed");
      const signer = parseCertificate(own);
      if ((await judge(signer, others, address, "sign")) !== "ok") return;
      const target = encryptionCertificate ? parseCertificate(encryptionCertificate) : signer;
      if (!usableFor(target, "encrypt") || (await judge(target, certificates, address, "encrypt")) !== "ok") return;
      const time = signingTime === null ? null : new Date(signingTime);
      const believed = time !== null && !Number.isNaN(time.getTime()) && time.getTime() < clock().getTime() + CLOCK_SKEW;
      await keep(target, others, "signed-mail", believed ? { ciphers, preferredAt: time.toISOString() } : undefined);
    },
    async search(words) {
      const wanted = words.trim().toLowerCase();
      if (wanted === "") return [];
      const found = new Map<string, AddressEntry>();
      for (const { name, addresses } of await allPeople()) {
        for (const address of addresses) {
          const begins = address.startsWith(wanted) || name.toLowerCase().split(/\s+/).some((word) => word.startsWith(wanted)) || name.toLowerCase().startsWith(wanted);
          if (begins && !found.has(address)) found.set(address, { name: name === "" || name === address ? null : name, address });
        }
      }
      return [...found.values()].sort((a, b) => a.address.localeCompare(b.address)).slice(0, MAX_SUGGESTIONS);
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
      Promise.all((await allPeople()).map(({ certificate, source }) => certificateFacts(parseCertificate(certificate), source))),
  };
}
