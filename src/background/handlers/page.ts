import { certificateFacts } from "../../pki/certificate.ts";
import { putAnchor, removeAnchor } from "../../store/anchors.ts";
import { putIntermediates, removeIntermediate } from "../../store/intermediates.ts";
import { putTrustDecision, removeTrustDecision } from "../../store/trust-decisions.ts";
import { removeCertificate, updateCertificate } from "../../store/people.ts";
import { directoryId } from "../../policy/directory-place.ts";
import type { Handlers } from "../dispatch.ts";
import type { Services } from "../services.ts";
import { lockHandlers } from "./locks.ts";
import { contactsOf, ownKeyHandlers } from "./own-keys.ts";

/** What our own top-level pages may ask: everything that the user decides. */
export function pageHandlers(services: Services): Handlers<"page"> {
  const { budget, cardModules, cardOrigins, cards, cardViews, certificates, confirmations, decisions, endings, health, host, identities, ownDirectories, people, policy, popupQuestions, removals, repair, retrievals, revocationFiles, secrets, trust, unlocking, verdicts, webmails } = services;
  async function stateOfCards(): Promise<"unused" | "resting" | "watched"> {
    if ((await cardModules.all()).length === 0) return "unused";
    return (await cards.resting()) ? "resting" : "watched";
  }

  return {
    ...ownKeyHandlers(services),
    ...lockHandlers(services),
    async "state"() {
      const { defaults, forced, locked, ownWindow, values } = await policy.current();
      const granted = await webmails.granted();
      const known = {
        identities: await identities.all(),
        addresses: await identities.addresses(),
        cards: await stateOfCards(),
        endings: await endings.all(),
        anchors: await Promise.all(
          (await trust.anchors()).filter(({ by }) => by !== "shipped").map(async ({ certificate, by }) => ({ ...(await certificateFacts(certificate, "file")), managed: by === "organisation" })),
        ),
        people: (await people.all()).filter(({ source }) => source !== "own"),
        webmails: (await webmails.all()).map((webmail) => ({ ...webmail, granted: granted.has(webmail.origin) })),
        directories: [
          ...values.Directories.map((place) => ({ id: directoryId(place), managed: true })),
          ...(await ownDirectories.all()).map((place) => ({ id: directoryId(place), managed: false })),
        ],
        organisation: { facts: await policy.report(), ...contactsOf(values) },
        answersGo: values.PurgeAnswersAtLogout,
        paused: await budget.usedUp(),
        fetching: await retrievals.state(),
        locks: await unlocking.facts(),
        settings: {
          signByDefault: defaults.sign,
          encryptByDefault: defaults.encrypt,
          composeInOwnWindow: ownWindow,
          // The page names its own settings; a forced mode locks the default that belongs to it.
          locked: [...locked, ...(forced.sign ? ["signByDefault"] : []), ...(forced.encrypt ? ["encryptByDefault"] : []), ...(values.ComposeInOwnWindow ? ["composeInOwnWindow"] : [])],
        },
      };
      // Last, because reading is what finds records that cannot be read.
      return { ...known, damage: await health.state() };
    },

    "repair.state": () => repair.state(),
    "repair.read": ({ store, from }) => repair.read(store, from),
    async "repair.acknowledge"() {
      await repair.acknowledge();
      return null;
    },
    async "repair.start-anew"() {
      await repair.startAnew();
      await webmails.announce();
      return null;
    },

    organisation: async () => contactsOf((await policy.current()).values),

    "identity.preview": ({ file, password }) => identities.preview(file, password),
    async "identity.choose"({ address, use, id }) {
      await identities.choose(address, use, id);
      return null;
    },

    async "anchor.add"({ certificate, confirmedSha256 }) {
      return { undo: await decisions.trustAuthority(certificate, confirmedSha256) };
    },
    async "anchor.remove"({ sha256 }) {
      const removed = await removeAnchor(sha256);
      if (removed) return { undo: removals.keep(() => putAnchor(removed)) };
      const completing = await removeIntermediate(sha256);
      return { undo: completing ? removals.keep(() => putIntermediates([completing])) : null };
    },

    "certificates.preview": async ({ file }) => ({ certificates: await people.preview(file) }),
    "certificates.lists": () => certificates.lists(),
    "certificates.revocation": ({ sha256 }) => certificates.revocation(sha256),
    "certificates.details": ({ sha256 }) => certificates.details(sha256),
    "certificates.card": ({ sha256 }) => certificates.card(sha256),
    async "certificates.remove"({ sha256 }) {
      const removed = await removeCertificate(sha256);
      // A mail that was read meanwhile may have brought it again, with newer wishes.
      return { undo: removed ? removals.keep(() => updateCertificate(sha256, (kept) => kept ?? removed)) : null };
    },
    "trust.offered": () => Promise.resolve(decisions.take()),
    async "trust.offer-kept"({ sha256 }) {
      const { certificate, others } = await certificates.entry(sha256);
      return decisions.offerFor({ certificate: certificate.der, others, address: null });
    },
    async "trust.decide"({ certificate, confirmedSha256, decision }) {
      return { undo: await decisions.decide(certificate, confirmedSha256, decision) };
    },
    async "trust.forget"({ sha256 }) {
      const removed = await removeTrustDecision(sha256);
      return { undo: removed ? removals.keep(() => putTrustDecision(removed)) : null };
    },
    "revocation.import": async ({ file }) => ({ lists: await revocationFiles.importFile(file) }),
    "revocation.lists": () => revocationFiles.all(),
    async "revocation.remove"({ key }) {
      const removed = await revocationFiles.remove(key);
      return { undo: removed ? removals.keep(() => revocationFiles.restore(removed)) : null };
    },
    async "removal.undo"({ undo }) {
      await removals.undo(undo);
      return null;
    },

    async "webmail.granted"({ origin }) {
      await webmails.add(origin);
      return null;
    },
    async "webmail.remove"({ origin }) {
      await webmails.remove(origin);
      return null;
    },

    async "directory.add"(directory) {
      await ownDirectories.add(directory);
      return null;
    },
    async "directory.remove"({ id }) {
      await ownDirectories.remove(id);
      return null;
    },

    async "settings.set"(change) {
      await policy.setUser(change);
      await webmails.announce();
      return null;
    },

    "host.status": () => host.status(),

    "verdict.current": ({ tab }) => popupQuestions.ask(() => verdicts.current(Number(tab))),

    async "opening.allow"({ origin }) {
      await budget.reset(origin);
      return null;
    },

    "secret.details": ({ id }) => Promise.resolve(secrets.details(id)),
    "secret.answer"({ id, password }) {
      secrets.answer(id, password);
      return Promise.resolve(null);
    },

    "cards.look": ({ acted }) => cardViews(acted),
    "cards.login": ({ place, pin }) => unlocking.loginFromPage(place, pin),
    async "cards.logout"({ place }) {
      await cards.logout(place);
      return null;
    },
    async "cards.module"({ path, used }) {
      await (used ? cardModules.add(path) : cardModules.remove(path));
      return null;
    },
    async "cards.origin"({ id, origin, allowed }) {
      await cardOrigins.set(id, origin, allowed);
      return null;
    },

    "confirm.details": ({ id }) => Promise.resolve(confirmations.details(id)),
    "confirm.answer"({ id, confirmed }) {
      confirmations.answer(id, confirmed);
      return Promise.resolve(null);
    },
  };
}
