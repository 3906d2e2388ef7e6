import { type Bytes, equal } from "../base/bytes.ts";
import { codeOf } from "../base/errors.ts";
import { certificateFacts, parseCertificate } from "../pki/certificate.ts";
import type { CardsView, CardView } from "../protocol/card-view.ts";
import type { CardModules } from "./card-modules.ts";
import type { CardIdentity, CardService } from "./card-service.ts";
import type { KeyRules } from "./key-rules.ts";
import type { HostPort } from "../protocol/host-port.ts";
import type { IdentityService } from "./identity-service.ts";

export interface CardViewsParts {
  cards: CardService;
  host: Pick<HostPort, "status">;
  modules: CardModules;
  identities: Pick<IdentityService, "codeOf">;
  rules: (certificate: Bytes) => Promise<KeyRules>;
}

/** What our own pages show of readers, cards and their keys. */
export function cardViews({ cards, host, modules, identities, rules }: CardViewsParts) {
  async function keyView({ kept, facts, card }: CardIdentity): Promise<CardView["keys"][number]> {
    return {
      id: kept.id,
      certificate: await certificateFacts(parseCertificate(kept.certificate), "own"),
      code: await identities.codeOf(kept.certificate, kept.chain),
      canSign: facts.canSign,
      canDecrypt: facts.canDecrypt,
      origins: kept.origins,
      eachTime: card.keys.some(({ certificate, eachTime }) => eachTime && certificate === kept.certificate),
    };
  }

  return async (acted: boolean): Promise<CardsView> => {
    const named = await modules.all();
    // Nobody is started for a page that merely stands there after a logout.
    const resting = !acted && (await cards.resting());
    const state = resting ? "ready" : (await host.status()).state;
    const nothing: CardsView = { host: state, code: null, resting, stayedOpen: cards.stayedOpen(), supported: true, modules: named.map((module) => ({ ...module, state: "unknown", name: "", readers: [] })), suggested: [], cards: [] };
    if (state !== "ready" || resting) return nothing;
    try {
      const seen = await cards.look(acted);
      if (seen === null) return { ...nothing, resting: true };
      const found = await cards.identities();
      return {
        ...nothing,
        stayedOpen: cards.stayedOpen(),
        supported: seen.supported,
        suggested: seen.suggested,
        modules: named.map((module) => ({ ...module, state: "unknown", name: "", readers: [], ...seen.modules.find(({ path }) => path === module.path) })),
        cards: await Promise.all(
          seen.cards.map(async (card) => ({
            place: { module: card.module, slot: card.slot, serial: card.serial, label: card.label },
            reader: card.reader,
            manufacturer: card.manufacturer,
            model: card.model,
            pinPad: card.pinPad,
            needsPin: card.needsPin,
            loggedIn: card.loggedIn,
            tries: card.tries,
            eachMessage: (await Promise.all(card.keys.map(({ certificate }) => rules(certificate)))).some(({ longest }) => longest === 0),
            unsupported: card.keys.filter(({ certificate }) => !found.some(({ kept }) => equal(kept.certificate, certificate))).map(({ certificate }) => nameIn(certificate)),
            keys: await Promise.all(found.filter(({ card: its }) => its.module === card.module && its.slot === card.slot).map(keyView)),
          })),
        ),
      };
    } catch (error) {
      return { ...nothing, code: codeOf(error) };
    }
  };
}

/** Whose certificate it is; empty where it cannot be read. */
function nameIn(certificate: Bytes): string {
  try {
    const { subject, addresses } = parseCertificate(certificate);
    return subject.commonName ?? addresses[0] ?? "";
  } catch {
    return "";
  }
}
