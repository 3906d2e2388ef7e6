import { OURS } from "./contests.ts";
import { makeEngine } from "./engine.ts";
import type { Material } from "./material.ts";
import type { Row } from "./row.ts";
import { makeSample } from "./sample.ts";
import { AIMED, type Size } from "./sizes.ts";
import { median, quartiles } from "./statistics.ts";
import type { Venue } from "./venue.ts";

/** The most memory that the work may need, as a multiple of the entity that is signed. */
const AIM = 4;

/** Octets of the message with which a side warms up. */
const SMALL = 10_000;

/**
 * Measures the most memory that each side needs for one message: its input, and by how much the process grows at its peak
 * beyond what it had with the input in place. What it returns is part of that.
 */
export async function* measureMemory(venue: Venue, material: Material, size: Size, count = 5): AsyncGenerator<Row> {
  const engine = await makeEngine(material);
  const small = { ...material, ...(await makeSample(engine, SMALL)) };
  const sample = await makeSample(engine, size.octets);
  for (const [contest, name, input] of [["seal", "sign and encrypt", sample.attachment], ["open", "decrypt and verify", sample.mail]] as const) {
    const multiples: Record<string, number[]> = {};
    for (let round = 0; round < count; round++) {
      const grown = await venue.grow(contest, { small, large: { ...material, ...sample } });
      for (const [side, octets] of Object.entries(grown)) {
        const own = side === OURS ? input.length : sample.entity.length;
        (multiples[side] ??= []).push((octets + own) / sample.entity.length);
      }
    }
    const { [OURS]: ours = [], ...others } = multiples;
    const value = median(ours);
    yield {
      name: `${size.name}: peak memory, ${name}`, where: venue.where, value, unit: "times", spread: quartiles(ours), against: "the message", of: count,
      ...(size.name === AIMED && { aim: { value: AIM, what: "times", met: value <= AIM } }),
      details: { "input ×": input.length / sample.entity.length, ...Object.fromEntries(Object.entries(others).map(([side, values]) => [`${side} ×`, median(values)])) },
    };
  }
}
