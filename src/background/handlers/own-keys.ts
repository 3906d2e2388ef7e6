import { SmimeError } from "../../base/errors.ts";
import { certificateFacts, parseCertificate } from "../../pki/certificate.ts";
import type { Settings } from "../../policy/settings.ts";
import type { OrganisationContacts } from "../../protocol/managed.ts";
import type { OwnKeysState } from "../../protocol/own-keys.ts";
import type { Handlers } from "../dispatch.ts";
import type { Services } from "../services.ts";

type Names = "keys.state" | "keys.make" | "keys.give-up" | "keys.issued" | "backup.make" | "backup.done" | "ending.put-off" | "identity.remove" | "certificates.import";

/** What of the organisation's settings people are told. */
export const contactsOf = ({ EnrolmentAddress, HelpAddress, AdministratorNotice }: Settings): OrganisationContacts => ({ enrolment: EnrolmentAddress, help: HelpAddress, notice: AdministratorNotice });

/** What our own pages may ask of own keys: making, taking in, backing up and removing them. */
export function ownKeyHandlers({ backups, decisions, endings, identities, intermediates, issued, people, policy, waiting, webmails }: Services): Pick<Handlers<"page">, Names> {
  const origins = async (): Promise<string[]> => (await webmails.all()).map(({ origin }) => origin);

  return {
    async "keys.state"() {
      const own = await identities.all();
      const decrypting = own.filter(({ canDecrypt }) => canDecrypt);
      const known = new Map<string, OwnKeysState["known"][number]>();
      for (const { certificate } of own) for (const address of certificate.addresses) if (!known.has(address)) known.set(address, { name: certificate.name, address });
      return {
        waiting: await waiting.all(),
        backups: await Promise.all(decrypting.map(async ({ id, certificate, canSign }) => ({ id, certificate, both: canSign, state: await backups.state(id, certificate.addresses) }))),
        known: [...known.values()],
        organisation: contactsOf((await policy.current()).values),
      };
    },
    "keys.make": async (wish) => ({ made: await waiting.make(wish) }),
    async "keys.give-up"({ id }) {
      await waiting.remove(id);
      return null;
    },
    async "keys.issued"({ file }) {
      const { kept } = await issued.takeIn(file, await origins());
      if (kept.length === 0) throw new SmimeError("keys.certificate-without-key");
      await intermediates.importFile(file);
      await webmails.announce();
      return { identities: await Promise.all(kept.map((each) => identities.facts(each))), offers: await decisions.offersOf(file) };
    },
    "backup.make": async ({ id, password }) => ({ file: await backups.make(id, password) }),
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
      const { kept: own, unfitting } = await issued.takeIn(file, await origins());
      const mine = await Promise.all(own.map(({ certificate }) => certificateFacts(parseCertificate(certificate), "own")));
      const kept = await people.importFile(file);
      if (mine.length > 0) await webmails.announce();
      return {
        intermediates: await intermediates.importFile(file),
        kept: kept.filter(({ sha256 }) => !mine.some((each) => each.sha256 === sha256)),
        offers: await decisions.offersOf(file),
        mine,
        unfitting: await Promise.all(unfitting.map((certificate) => certificateFacts(certificate, "file"))),
      };
    },
  };
}
