import { SmimeError } from "../base/errors.ts";
import { certificateFacts } from "../pki/certificate.ts";
import type { CertificateFacts } from "../protocol/frame-requests.ts";
import type { RepairState, SavedStore } from "../protocol/repair.ts";
import type { SalvagedPart, StoreCount } from "../store/salvage.ts";
import { readable } from "./certificate-reader.ts";
import type { StoreHealth } from "./store-health.ts";

/** As much of a store as one answer carries, in octets: a message of the browser may have 64 MiB, written in Base64. */
const PART = 8_000_000;

/** Settings that are the person's own and no secret; what the organisation set comes from the browser. */
const SAVED_SETTINGS: ReadonlySet<string> = new Set(["user-settings", "key-choices", "hints-dismissed", "user-directories"]);

export interface RepairParts {
  health: Pick<StoreHealth, "state" | "acknowledge">;
  store: { survey(): Promise<StoreCount[]>; salvage(store: StoreCount["store"], from: number, most: number): Promise<SalvagedPart>; delete(): Promise<void> };
  /** What outlives starting anew: it is not the person's, and without it nobody would know what he may not do. */
  policy: { read(): Promise<unknown>; write(kept: unknown): Promise<void>; enrolment(): Promise<string> };
}

/** Saving what is left of a damaged database, and starting anew. Our own pages alone come here. */
export function repairService({ health, store, policy }: RepairParts) {
  /** Own keys, by what their certificates say; the keys themselves are not looked at. */
  async function keys(): Promise<CertificateFacts[]> {
    const { records } = await store.salvage("identities", 0, PART);
    const all = (records as { certificate: Uint8Array<ArrayBuffer> }[]).flatMap(({ certificate }) => readable([certificate]));
    return Promise.all(all.map((certificate) => certificateFacts(certificate, "own")));
  }

  /** Nobody may have read all of it yet; what is found counts as passed over. */
  const survey = (): Promise<StoreCount[]> => store.survey().catch(() => []);

  return {
    async state(): Promise<RepairState> {
      const counts = await survey();
      return {
        damage: await health.state(),
        counts: counts.filter(({ readable: some, unreadable }) => some + unreadable > 0),
        keys: await keys().catch(() => []),
        enrolment: await policy.enrolment().catch(() => ""),
      };
    },

    /** The person's records of a store, without passwords. Throws `store.damaged`, `store.unavailable`. */
    async read(name: SavedStore, from: number): Promise<SalvagedPart> {
      const { records, next } = await store.salvage(name, from, PART);
      if (name === "revocation") return { records: records.filter((each) => (each as { key: string }).key.startsWith("file ")), next };
      if (name !== "settings") return { records, next };
      return { records: (records as { name: string; value: unknown }[]).filter((each) => SAVED_SETTINGS.has(each.name)).map(withoutPasswords), next };
    },

    async acknowledge(): Promise<void> {
      const counts = await survey();
      await health.acknowledge(counts.reduce((sum, { unreadable }) => sum + unreadable, 0));
    },

    /** Deletes everything, which a person confirmed. Throws `protocol.forbidden` while nothing is wrong with the database. */
    async startAnew(): Promise<void> {
      if (!(await health.state())) throw new SmimeError("protocol.forbidden");
      const kept = await policy.read().catch(() => undefined);
      await store.delete();
      if (kept !== undefined) await policy.write(kept);
      await health.acknowledge(0);
    },
  };
}

function withoutPasswords({ name, value }: { name: string; value: unknown }): { name: string; value: unknown } {
  if (name !== "user-directories" || !Array.isArray(value)) return { name, value };
  return { name, value: value.map((each: unknown) => (typeof each === "object" && each !== null ? { ...each, password: "" } : each)) };
}
