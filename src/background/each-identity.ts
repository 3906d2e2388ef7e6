import type { KeptIdentity } from "../store/identities.ts";
import { passOver } from "../store/reading.ts";

/** What is made of each identity. One that cannot be read takes no other one away: it is told, and stays where it is. */
export function eachIdentity<T>(identities: readonly Readonly<KeptIdentity>[], read: (kept: Readonly<KeptIdentity>) => T): T[] {
  return identities.flatMap((kept) => {
    try {
      return [read(kept)];
    } catch {
      passOver("identities", kept.id);
      return [];
    }
  });
}
