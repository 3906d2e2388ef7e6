import type { Closing } from "../protocol/background-messages.ts";
import { isOf, type Purge } from "./after-logout.ts";
import type { Bindings, Place } from "./bindings.ts";

/**
 * What is decrypted lies in frames of ours, whichever tab they are in. They are told to show nothing; of a session that is over
 * they are not bound any more either, so that none opens anything again. A composer keeps its sealed draft before it goes.
 */
export function openFrames(bindings: Pick<Bindings, "forget" | "places">, close: (place: Place, why: Closing) => void): Purge {
  const tell = (places: readonly Place[], why: Closing): void => {
    for (const place of places) close(place, why);
  };
  return {
    ended: async (who) => tell(await bindings.forget((purpose) => isOf(who, purpose)), "ended"),
    left: async (who) => tell(await bindings.forget((purpose) => !purpose.window && isOf(who, purpose)), "ended"),
    locked: async () => tell(await bindings.places(), "locked"),
  };
}
