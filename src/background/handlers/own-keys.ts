import { SmimeError } from "../../base/errors.ts";
import { certificateFacts, parseCertificate } from "../../pki/certificate.ts";
import type { Settings } from "../../policy/settings.ts";
import type { OrganisationContacts } from "../../protocol/managed.ts";
import type { IdentityFacts } from "../../protocol/identities.ts";
import type { BackupFacts, OwnKeysState } from "../../protocol/own-keys.ts";
import type { Certificate } from "../../pki/certificate.ts";
import type { Handlers } from "../dispatch.ts";
import { rulesOf } from "../key-rules.ts";
import type { Services } from "../services.ts";
import { outputsOf, overwriting } from "./overwriting.ts";

type Names = "identity.import" | "keys.state" | "keys.protection" | "keys.make" | "keys.protect" | "keys.give-up" | "keys.issued" | "backup.make" | "backup.progress" | "backup.done" | "ending.put-off" | "identity.remove" | "certificates.import";

/** What of the organisation's settings people are told. */
export const contactsOf = ({ EnrolmentAddress, HelpAddress, AdministratorNotice }: Settings): OrganisationContacts => ({ enrolment: EnrolmentAddress, help: HelpAddress, notice: AdministratorNotice });

/** What our own pages may ask of own keys: making, taking in, backing up and removing them. */
export function ownKeyHandlers({ authenticators, backups, decisions, endings, identities, intermediates, issued, people, policy, unlocking, vaults, waiting, webmails }: Services): Pick<Handlers<"page">, Names> {
  const origins = async (): Promise<string[]> => (await webmails.all()).map(({ origin }) => origin);
  const told = (certificates: readonly Certificate[]) => Promise.all(certificates.map((certificate) => certificateFacts(certificate, "file")));

  async function backupFacts({ id, certificate, canSign }: IdentityFacts): Promise<BackupFacts> {
    const { vault, ...offered } = await backups.offered(id, certificate.addresses);
    const lock = (await vaults.all()).find((each) => each.id === vault);
    return { id, certificate, both: canSign, ...offered, lock: lock ? { vault: lock.id, kind: lock.kind } : null };
  }
  const backupsOf = (own: readonly IdentityFacts[]): Promise<BackupFacts[]> => Promise.all(own.filter(({ canDecrypt, protection }) => canDecrypt && protection !== "card").map(backupFacts));

  return {
    "identity.import": ({ file, password, protection }) =>
      overwriting(outputsOf(protection), async () => {
        const imported = await identities.importFile(file, password, await origins(), protection);
        await webmails.announce();
        return { identities: imported, backups: (await backupsOf(imported)).filter(({ state }) => state === "possible") };
      }),
    async "keys.state"() {
      const own = await identities.all();
      const known = new Map<string, OwnKeysState["known"][number]>();
      for (const { certificate } of own) for (const address of certificate.addresses) if (!known.has(address)) known.set(address, { name: certificate.name, address });
      return {
        waiting: await waiting.all(),
        backups: await backupsOf(own),
        known: [...known.values()],
        organisation: contactsOf((await policy.current()).values),
        securityKeys: await authenticators.place(),
      };
    },
    async "keys.protection"({ address }) {
      return { required: rulesOf(await policy.current({ address, from: address })).required, locks: await unlocking.facts() };
    },
    "keys.make": ({ wish, protection }) => overwriting(outputsOf(protection), async () => ({ made: await waiting.make(wish, protection) })),
    "keys.protect": ({ group, protection }) =>
      overwriting(outputsOf(protection), async () => {
        await issued.protect(group, protection);
        await webmails.announce();
        return null;
      }),
    async "keys.give-up"({ id }) {
      await waiting.remove(id);
      return null;
    },
    async "keys.issued"({ file }) {
      const { kept, unprotectable } = await issued.takeIn(file, await origins());
      if (kept.length === 0) throw new SmimeError(unprotectable.length > 0 ? "keys.born-unprotected" : "keys.certificate-without-key");
      await intermediates.importFile(file);
      await webmails.announce();
      return { identities: await Promise.all(kept.map((each) => identities.facts(each))), offers: await decisions.offersOf(file), unprotectable: await told(unprotectable) };
    },
    "backup.make": ({ id, password, secret }) => overwriting(outputsOf(secret), async () => ({ file: await backups.make(id, password, secret) })),
    "backup.progress": ({ id }) => Promise.resolve({ done: backups.progress(id) }),
    async "backup.done"({ id }) {
      await backups.forget(id);
      return null;
    },
    async "ending.put-off"({ id }) {
      await endings.putOff(id);
      return null;
    },
    async "identity.remove"({ id }) {
      // First: if the browser ends between the two, the octets of a key that is gone would lie there for good.
      await backups.forget(id);
      await identities.remove(id);
      await webmails.announce();
      return null;
    },
    async "certificates.import"({ file }) {
      const { kept: own, unfitting, unprotectable } = await issued.takeIn(file, await origins());
      const mine = await Promise.all(own.map(({ certificate }) => certificateFacts(parseCertificate(certificate), "own")));
      const kept = await people.importFile(file);
      if (mine.length > 0) await webmails.announce();
      return {
        intermediates: await intermediates.importFile(file),
        kept: kept.filter(({ sha256 }) => !mine.some((each) => each.sha256 === sha256)),
        offers: await decisions.offersOf(file),
        mine,
        unfitting: await told(unfitting),
        unprotectable: await told(unprotectable),
      };
    },
  };
}
