import type { Clock } from "../base/clock.ts";
import { defaultUserSettings, effectivePolicy, type Policy, type UserSettings } from "../policy/effective.ts";
import { managedReport } from "../policy/managed-report.ts";
import type { Account } from "../policy/scopes.ts";
import type { Settings } from "../policy/settings.ts";
import { FIRST_RUN_WAIT, learnPolicy, type ManagedPolicy, type PolicyEvent } from "../policy/last-known.ts";
import type { ManagedFact } from "../protocol/managed.ts";
import { putSetting, setting } from "../store/settings.ts";

/** Where managed values come from: `storage.managed` of the browser. */
export interface ManagedArea {
  get(): Promise<Record<string, unknown>>;
}

/** Accounts and addresses whose merged settings are remembered. */
const MOST_MERGED = 100;

interface Kept extends ManagedPolicy {
  /** When this profile was first run, milliseconds since the epoch. */
  firstRun: number;
}

/** What holds now, from the organisation and the user. */
export interface PolicyService {
  /** @param account whose mail is asked about; without one it is nobody's in particular, and scopes for some mail domains do not count */
  current(account?: Account): Promise<Policy>;
  /** Everything that the organisation set, and what is to be said about it. */
  report(): Promise<ManagedFact[]>;
  /** What the organisation sets by what the browser says of it now: for when the database does not open. */
  managed(): Promise<Settings>;
  /** False while nobody can say yet whether the organisation forces something: then nothing may be sent. */
  known(): Promise<boolean>;
  /** Called when the browser reports a change of managed values. */
  managedChanged(): Promise<void>;
  /** Keeps what the user chose; null leaves a choice as it is. */
  setUser(change: { [N in keyof UserSettings]: boolean | null }): Promise<void>;
}

/** @param log takes a line for whoever looks after the browsers: settings that do less than was meant */
export function policyService(area: ManagedArea, clock: Clock, log: (line: string) => void): PolicyService {
  let state: Promise<Kept> | null = null;
  let chosen: Promise<UserSettings> | null = null;
  /** What holds for some accounts, until the browser reports or the user chooses something else. */
  const merged = new Map<string, { of: Kept; by: UserSettings; policy: Policy }>();

  async function load(): Promise<Kept> {
    const kept = (await setting("managed-policy")) as Kept | undefined;
    const before: Kept = kept ?? { managed: {}, known: false, firstRun: clock().getTime() };
    return learn(before, await ask("read"));
  }

  /** Firefox rejects where there is no managed storage, which is an answer too. */
  async function ask(type: "read" | "changed"): Promise<PolicyEvent> {
    try {
      return { type, managed: { ...(await area.get()) } };
    } catch {
      return { type: "none" };
    }
  }

  async function learn(before: Kept, event: PolicyEvent): Promise<Kept> {
    const after: Kept = { ...learnPolicy(before, event), firstRun: before.firstRun };
    await putSetting("managed-policy", after);
    if (JSON.stringify(after.managed) !== JSON.stringify(before.managed)) tell(after.managed);
    return after;
  }

  function tell(managed: Record<string, unknown>): void {
    for (const { name, domains, value, problems } of managedReport(managed)) {
      for (const { code, detail } of problems) log(`managed setting ${name}${domains ? ` for ${domains.join(" ")}` : ""}: ${code} (${detail}); ${value === "" ? "ignored" : `${value} holds`}`);
    }
  }

  async function now(): Promise<Kept> {
    state ??= load();
    const kept = await state.catch((error: unknown) => {
      state = null;
      throw error;
    });
    if (kept.known || clock().getTime() - kept.firstRun < FIRST_RUN_WAIT) return kept;
    state = ask("read").then((event) => learn(kept, event)).then((read) => learn(read, { type: "first-run-wait-over" }));
    return state;
  }

  /** Nobody else writes it. */
  function user(): Promise<UserSettings> {
    chosen ??= setting("user-settings")
      .then((kept) => ({ ...defaultUserSettings, ...(kept as object | undefined) }))
      .catch((error: unknown) => {
        chosen = null;
        throw error;
      });
    return chosen;
  }

  async function current(account?: Account): Promise<Policy> {
    const [of, by] = await Promise.all([now(), user()]);
    const key = JSON.stringify(account ?? null);
    const before = merged.get(key);
    if (before?.of === of && before.by === by) return before.policy;
    const policy = effectivePolicy(of.managed, by, account);
    if (merged.size >= MOST_MERGED) merged.clear();
    merged.set(key, { of, by, policy });
    return policy;
  }

  return {
    current,
    report: async () => managedReport((await now()).managed),
    managed: async () => effectivePolicy({ ...(await area.get()) }, defaultUserSettings).values,
    known: async () => (await now()).known,
    async managedChanged() {
      const before = await now();
      state = ask("changed").then((event) => learn(before, event));
      await state;
    },
    async setUser({ signByDefault, encryptByDefault, composeInOwnWindow }) {
      const before = await user();
      await putSetting("user-settings", {
        signByDefault: signByDefault ?? before.signByDefault,
        encryptByDefault: encryptByDefault ?? before.encryptByDefault,
        composeInOwnWindow: composeInOwnWindow ?? before.composeInOwnWindow,
      } satisfies UserSettings);
      chosen = null;
    },
  };
}
