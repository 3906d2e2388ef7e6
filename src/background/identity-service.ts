import { encodeBase64 } from "../base/base64.ts";
import { type Bytes, equal } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import { samePublicKey } from "../keys/born-key.ts";
import { type Identity, matchIdentities } from "../keys/identity.ts";
import { readPkcs12 } from "../keys/pkcs12.ts";
import { keyFacts, type KeptKey } from "../keys/kept-key.ts";
import { isProtected, type KeyFacts } from "../keys/protected-key.ts";
import { type Sealed, seal } from "../keys/sealed-key.ts";
import { sameAddress } from "../mime/addresses.ts";
import { type Certificate, certificateFacts, isSelfIssued, parseCertificate } from "../pki/certificate.ts";
import { usableFor } from "../pki/purpose.ts";
import type { IdentityFacts, IdentityPreview, Refused } from "../protocol/identities.ts";
import type { KeyUse, OwnAddress } from "../protocol/page-requests.ts";
import type { Protection, UnlockAnswer, WantedProtection } from "../protocol/unlock.ts";
import { allIdentities, type KeptIdentity, putIdentity, removeIdentity, replaceKeys } from "../store/identities.ts";
import { keptCertificate, removeCertificate } from "../store/people.ts";
import { passOver } from "../store/reading.ts";
import type { CardIdentity } from "./card-service.ts";
import { readable } from "./certificate-reader.ts";
import { changeProtection, octetsAre, type ProtectionChange } from "./change-protection.ts";
import { eachIdentity } from "./each-identity.ts";
import { IN_VAULT, type KeyBackups, moved } from "./key-backups.ts";
import type { KeyChoices } from "./key-choices.ts";
import { keyForms } from "./key-forms.ts";
import type { KeyLocks } from "./key-locks.ts";
import { isEnough, type KeyRules, NO_RULES, strictest, USUAL_MINUTES } from "./key-rules.ts";
import type { KeyVaults } from "./key-vaults.ts";
import { knownAs } from "./known-key.ts";
import { ownAddresses, type OwnKeyFacts } from "./own-addresses.ts";
import type { PeopleService } from "./people-service.ts";
import { KEPT, keptCode, type TrustService } from "./trust-service.ts";
import type { UnderProtection } from "./under-protection.ts";
import type { WaitingKeys } from "./waiting-keys.ts";

/** Own keys; only our own pages may ask for it. */
export interface IdentityService {
  /** What a PKCS#12 file holds, keeping nothing. Throws `keys.pkcs12-*`. */
  preview(file: Bytes, password: string): Promise<IdentityPreview>;
  /**
   * Keeps the keys of a PKCS#12 file, protected as wanted, and allows them in these webmails. Throws `keys.pkcs12-*`, `keys.algorithm`,
   * `keys.passphrase-short`, `keys.passphrase-wrong`, `keys.unlock-wait`, `keys.protection-required`.
   */
  importFile(file: Bytes, password: string, origins: string[], protection: WantedProtection): Promise<IdentityFacts[]>;
  /**
   * Changes how keys that are here are protected, without their files. Throws `keys.not-found`, `keys.needs-file`, `keys.locked`, and of
   * the new protection what `importFile` throws.
   */
  protect(change: ProtectionChange): Promise<UnlockAnswer>;
  all(): Promise<IdentityFacts[]>;
  facts(kept: KeptIdentity): Promise<IdentityFacts>;
  /** Whether a certificate of one's own can be used: `ok`, or why not. */
  codeOf(certificate: Bytes, chain: Bytes[]): Promise<string>;
  /** Removes a key for good, and its certificate from those that messages are encrypted to. */
  remove(id: string): Promise<void>;
  /** One's own addresses, and which key does what for each. */
  addresses(): Promise<OwnAddress[]>;
  /** Chooses a key for an address; null leaves it to the rules. Throws `keys.not-found`, `protocol.forbidden`, or why its certificate cannot be used. */
  choose(address: string, use: KeyUse, id: string | null): Promise<void>;
}

/** One key that cannot be read takes no other one away: it is told, and stays where it is. */
function passOverIdentity({ id }: KeptIdentity): [] {
  passOver("identities", id);
  return [];
}

/** How own keys are protected. */
export interface ProtectionParts {
  locks: Pick<KeyLocks, "protectionOf" | "refusal" | "lock" | "unlock">;
  vaults: Pick<KeyVaults, "withKey">;
  protecting: UnderProtection;
  backups: Pick<KeyBackups, "offer">;
  waiting: Pick<WaitingKeys, "follow">;
  rules: (certificate: Bytes) => Promise<KeyRules>;
  /** Keys on cards that are here; absent where there are none. */
  cards?: () => Promise<readonly Pick<CardIdentity, "kept" | "facts" | "refused">[]>;
}

export function identityService(trust: TrustService, people: PeopleService, choices: KeyChoices, { locks, vaults, protecting, backups, waiting, rules, cards = () => Promise.resolve([]) }: ProtectionParts, clock: Clock): IdentityService {
  const forms = keyForms({ protecting, rules });

  /** The better of both answers: a certificate for one purpose alone is fine for what it is meant for. */
  async function codeOfOwn(certificate: Bytes, chain: Bytes[]): Promise<string> {
    const parsed = parseCertificate(certificate);
    const purposes = (["sign", "encrypt"] as const).filter((purpose) => usableFor(parsed, purpose));
    const answers = await Promise.all(
      (purposes.length > 0 ? purposes : (["sign"] as const)).map((purpose) => trust.validate({ certificate, others: chain, purpose, address: null }, KEPT)),
    );
    return answers.map(keptCode).find((code) => code !== "ok") ?? "ok";
  }

  async function facts(kept: KeptIdentity): Promise<IdentityFacts> {
    const [protection, refused] = await Promise.all([locks.protectionOf(kept), locks.refusal(kept)]);
    return told(kept, keyFacts(kept.key as KeptKey), protection, refused);
  }

  async function told(kept: KeptIdentity, { canSign, canDecrypt }: Pick<KeyFacts, "canSign" | "canDecrypt">, protection: Protection, refused: Refused | null): Promise<IdentityFacts> {
    const { id, certificate, chain, origins } = kept;
    return {
      id,
      certificate: await certificateFacts(parseCertificate(certificate), "own"),
      code: await codeOfOwn(certificate, chain),
      canSign,
      canDecrypt,
      origins,
      protection,
      octets: protection === "card" ? "card" : octetsAre(kept, await allIdentities()),
      protectionCode: refused ?? "ok",
    };
  }

  /** Every own key, on cards and in the browser; one that is in both is the card's. */
  async function every(): Promise<{ onCards: Awaited<ReturnType<typeof cards>>; here: readonly Readonly<KeptIdentity>[] }> {
    const [onCards, kept] = await Promise.all([cards(), allIdentities()]);
    return { onCards, here: kept.filter(({ id }) => !onCards.some((card) => card.kept.id === id)) };
  }

  async function ownKeyFacts(): Promise<OwnKeyFacts[]> {
    const { onCards, here } = await every();
    const inBrowser = eachIdentity(here, (kept) => (parseCertificate(kept.certificate), { kept, facts: keyFacts(kept.key as KeptKey) }));
    return [
      ...onCards.map(({ kept: { id, certificate }, facts: can, refused }) => ({ id, certificate, facts: can, hardware: true, refused })),
      ...(await Promise.all(inBrowser.map(async ({ kept, facts: can }) => ({ id: kept.id, certificate: kept.certificate, facts: can, hardware: false, refused: await locks.refusal(kept) })))),
    ];
  }

  async function contents(file: Bytes, password: string): Promise<{ identities: Identity[]; authorities: Certificate[] }> {
    const read = await readPkcs12(file, password);
    const identities = await matchIdentities(read);
    const all = readable(read.certificates.map(({ certificate }) => certificate));
    return { identities, authorities: all.filter(({ basicConstraints }) => basicConstraints?.ca === true) };
  }

  /** Other identities of the same private keys, as a renewal makes them, that a protection of this kind makes no weaker. */
  async function sameKeys(identities: readonly Pick<KeptIdentity, "certificate">[], kind: WantedProtection["kind"]): Promise<{ other: Readonly<KeptIdentity>; of: number }[]> {
    if (kind === "none") return [];
    const found: { other: Readonly<KeptIdentity>; of: number }[] = [];
    const keys = identities.map(({ certificate }) => parseCertificate(certificate));
    for (const other of await allIdentities()) {
      const [own] = readable([other.certificate]);
      const of = own ? keys.findIndex(({ spki }) => samePublicKey(spki, own.spki)) : -1;
      if (of < 0 || identities.some(({ certificate }) => equal(certificate, other.certificate))) continue;
      if (isEnough(kind, { required: await locks.protectionOf(other) })) found.push({ other, of });
    }
    return found;
  }

  return {
    async preview(file, password) {
      const { identities, authorities } = await contents(file, password);
      const trusted = new Set(await Promise.all((await trust.anchors()).map(({ certificate }) => certificate.sha256())));
      const offered = [];
      for (const authority of authorities) {
        if (trusted.has(await authority.sha256())) continue;
        const told = await certificateFacts(authority, "file");
        offered.push({ ...told, selfSigned: isSelfIssued(authority), der: encodeBase64(authority.der) });
      }
      return {
        identities: await Promise.all(
          identities.map(async ({ certificate, chain }) => {
            const parsed = parseCertificate(certificate);
            const told = await certificateFacts(parsed, "own");
            return { certificate: told, code: await codeOfOwn(certificate, chain), canSign: told.canSign, canDecrypt: told.canEncrypt, known: await knownAs(parsed) };
          }),
        ),
        authorities: offered,
        required: strictest([NO_RULES, ...(await Promise.all(identities.map(({ certificate }) => rules(certificate))))]).required,
      };
    },

    async importFile(file, password, origins, protection) {
      const { identities } = await contents(file, password);
      // Each under its certificate's fingerprint: importing the same file twice makes no second identity.
      const named = await Promise.all(identities.map(async (identity) => ({ ...identity, id: await parseCertificate(identity.certificate).sha256() })));
      const same = (await sameKeys(identities, protection.kind)).map(({ other }) => other.id);
      // Without protection a backup needs a copy of its own; under one it is made of what is kept.
      const octets = new Map<string, Sealed>();
      if (protection.kind === "none") for (const { id, pkcs8 } of named) octets.set(id, await seal(pkcs8));
      const kept = await forms.make(named, protection, [...named.map(({ id }) => id), ...same], async (made) => {
        const kept = made.map(({ of: { id, certificate, chain }, key }): KeptIdentity => ({ id, certificate, chain, key, origins, addedAt: clock().toISOString() }));
        // The same key in the clear under another certificate would make the protection worth nothing.
        const others = (await sameKeys(kept, protection.kind)).map(({ other, of }) => ({ ...other, key: formFor(other, kept[of] as KeptIdentity) }));
        await locks.lock([...kept, ...others].map(({ id }) => id));
        for (const identity of kept) await putIdentity(identity);
        // A copy of a key's octets, which waits for its backup, would make a vault worth nothing.
        await replaceKeys(new Map(others.map(({ id, key }) => [id, key])), { "key-backups": (before) => moved(before, new Map(others.map(({ id }) => [id, IN_VAULT]))) });
        return kept;
      });
      // One's own copy in Sent is encrypted to oneself, found as everybody's certificates are.
      for (const { certificate, chain } of kept) {
        const parsed = parseCertificate(certificate);
        if (usableFor(parsed, "encrypt")) await people.keep(parsed, chain, "own");
      }
      for (const { id, certificate, key } of kept) {
        const parsed = parseCertificate(certificate);
        const source = isProtected(key) ? IN_VAULT : octets.get(id);
        if (source && keyFacts(key as KeptKey).canDecrypt) await backups.offer(id, parsed.addresses, { ...source, from: "file" });
      }
      if (protection.kind !== "none") for (const { certificate } of kept) await waiting.follow(parseCertificate(certificate), protection);
      await protecting.dropUnused();
      // Whoever just typed the passphrase need not type it again at the first message.
      const vault = kept.map(({ key }) => key).find(isProtected)?.vault;
      if (vault !== undefined && protection.kind !== "none") await locks.unlock(vault, protection, { minutes: USUAL_MINUTES });
      return Promise.all(kept.map(facts));
    },

    protect: changeProtection({ forms, locks, vaults, protecting, waiting }),
    codeOf: codeOfOwn,
    facts,
    async all() {
      const { onCards, here } = await every();
      const onCard = onCards.map(({ kept, facts: can, refused }) => told(kept, can, "card", refused));
      return (await Promise.all([...onCard, ...here.map((kept) => facts(kept).catch(() => passOverIdentity(kept)))])).flat();
    },
    async remove(id) {
      await removeIdentity(id);
      await locks.lock([id]);
      await protecting.dropUnused();
      await choices.forget(id);
      // The identity's name is its certificate's fingerprint. Without the key nobody may go on encrypting one's own copy to it.
      if ((await keptCertificate(id))?.source === "own") await removeCertificate(id);
    },

    addresses: async () => ownAddresses(await ownKeyFacts(), choices, clock()),
    async choose(address, use, id) {
      if (use === "sign" && !(await choices.mayChoose(address))) throw new SmimeError("protocol.forbidden");
      if (id === null) return choices.set(address, use, null);
      const { onCards, here } = await every();
      const kept = [...onCards.map((card) => card.kept), ...here].find((each) => each.id === id);
      const own = (await ownAddresses((await ownKeyFacts()).filter((each) => each.id === id), choices, clock())).find((each) => sameAddress(each.address, address));
      if (!kept || !own?.uses[use].able.includes(id)) throw new SmimeError("keys.not-found");
      const answer = await trust.validate({ certificate: kept.certificate, others: kept.chain, purpose: use, address }, KEPT);
      const code = keptCode(answer);
      if (code !== "ok") throw new SmimeError(code);
      // One's own copy is encrypted to it, and is found where everybody's certificate is.
      if (use === "encrypt") await people.keep(parseCertificate(kept.certificate), kept.chain, "own");
      return choices.set(address, use, id);
    },
  };
}

/** The protected form of a key for another identity of it, which can what it could. */
function formFor({ key }: Readonly<KeptIdentity>, made: KeptIdentity): KeptKey {
  return isProtected(made.key) ? { ...made.key, sealedFor: made.id, facts: keyFacts(key as KeptKey) } : (made.key as KeptKey);
}
