import { OURS } from "./contests.ts";
import { makeManyCertificates } from "./many-certificates.ts";
import type { Material } from "./material.ts";
import { ratioRow } from "./ratio.ts";
import { KEY_WRAP, RECIPIENTS } from "./recipients.ts";
import type { Row } from "./row.ts";
import type { Venue } from "./venue.ts";

/** The most that we may take, as a multiple of what the keys' encryption alone takes. */
const AIM = 1.5;

/** Measures one message to many recipients, whose keys are all different. */
export async function* measureRecipients(venue: Venue, material: Material, recipients = RECIPIENTS, count = 7): AsyncGenerator<Row> {
  const inputs = { ...material, certificates: makeManyCertificates(material.certificate, recipients) };
  const { [OURS]: ours = [], [KEY_WRAP]: theirs = [] } = await venue.hold("recipients", inputs, { count });
  yield ratioRow({ name: `${recipients} recipients: sign and encrypt`, where: venue.where, ours, theirs, against: KEY_WRAP, aim: AIM });
}
