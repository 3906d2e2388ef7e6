import type { Bytes } from "../base/bytes.ts";
import type { HostPort } from "../protocol/host-port.ts";
import { putSetting, setting } from "../store/settings.ts";
import { cardCertificates } from "./card-certificates.ts";
import { cardModules } from "./card-modules.ts";
import { cardOrigins } from "./card-origins.ts";
import { cardRejection } from "./card-rejection.ts";
import { cardService } from "./card-service.ts";
import type { CardRest } from "./card-watch.ts";
import type { KeyRules } from "./key-rules.ts";
import type { PeopleService } from "./people-service.ts";
import type { PolicyService } from "./policy-service.ts";
import { type SessionArea, sessionTable } from "./session-table.ts";

export interface CardServicesParts {
  session: SessionArea;
  policy: PolicyService;
  host: HostPort;
  people: PeopleService;
  rules: (certificate: Bytes) => Promise<KeyRules>;
  webmails: () => Promise<string[]>;
  onReady: (ids: readonly string[]) => void;
  /** Called when certificates came, and what is kept of them is kept. */
  onCame: () => void;
  onUnlocked: () => void;
}

/** What belongs to cards, put together. */
export function cardServices({ session, policy, host, people, rules, webmails, onReady, onCame, onUnlocked }: CardServicesParts) {
  const modules = cardModules({ policy, read: () => setting("card-modules"), write: (all) => putSetting("card-modules", all) });
  const origins = cardOrigins(() => setting("card-origins"), (kept) => putSetting("card-origins", kept));
  const certificates = cardCertificates(people);
  const cards = cardService({
    host,
    modules: async () => (await modules.all()).map(({ path }) => path),
    origins,
    webmails,
    rules,
    rejection: cardRejection(() => setting("card-rejection"), (key) => putSetting("card-rejection", key)),
    rest: restIn(session),
    onReady,
    // What could not be opened may be for a key that is here now.
    onCards: (came, went) => void certificates.changed(came, went).catch(() => undefined).finally(() => came.length > 0 && onCame()),
    onUnlocked,
  });
  return { cards, modules, origins, certificates };
}

function restIn(session: SessionArea): CardRest {
  const table = sessionTable<true>(session, "cards-at-rest");
  return {
    read: async () => Object.hasOwn(await table.read(), "resting"),
    write: (resting) => table.change((rows) => {
      if (resting) rows["resting"] = true;
      else delete rows["resting"];
    }),
  };
}
