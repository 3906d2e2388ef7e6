import { OURS } from "./contests.ts";
import { makeEngine } from "./engine.ts";
import type { Material } from "./material.ts";
import { OPENSSL } from "./openssl-peer.ts";
import { PKIJS } from "./pkijs-peer.ts";
import { ratioRow } from "./ratio.ts";
import { RAW } from "./raw-primitives.ts";
import type { Row } from "./row.ts";
import { makeSample } from "./sample.ts";
import { AIMED, type Size } from "./sizes.ts";
import type { Venue } from "./venue.ts";

/** The most that we may take, as a multiple of what each other side takes. */
const AIMS: Record<string, number> = { [RAW]: 2, [PKIJS]: 1, [OPENSSL]: 1 };

/** Measures signing with encryption, and decryption with verification, of one size, beside everybody else. */
export async function* measureEngine(venue: Venue, material: Material, size: Size): AsyncGenerator<Row> {
  const inputs = { ...material, ...(await makeSample(await makeEngine(material), size.octets)) };
  for (const [contest, name] of [["seal", "sign and encrypt"], ["open", "decrypt and verify"]] as const) {
    const { [OURS]: ours = [], ...others } = await venue.hold(contest, inputs, { count: size.rounds });
    for (const [against, theirs] of Object.entries(others)) {
      const aim = size.name === AIMED ? AIMS[against] : undefined;
      yield ratioRow({ name: `${size.name}: ${name}`, where: venue.where, ours, theirs, against, ...(aim !== undefined && { aim }) });
    }
  }
}
