import { createHash } from "node:crypto";
import { codeOf, SmimeError } from "../../base/errors.ts";
import { cardLimits, type CardQuestion, type CardReply, type CardsSeen } from "../../protocol/card-messages.ts";
import { fromWire, toWire } from "../../protocol/shape.ts";
import type { ModuleChild, StartModule } from "./module-child.ts";
import { judge, type ModuleRules, suggested } from "./module-rules.ts";

/** Milliseconds. */
export const cardTimes = { between: 500, firstPause: 2000, longestPause: 60_000 } as const;

export interface CardHostParts {
  /** Whether the compiled part is there; throws `keys.card-unsupported`. */
  supported: () => unknown;
  rules: () => ModuleRules;
  start: StartModule;
  now?: () => number;
}

type Seen = CardsSeen["modules"][number] & { cards: CardsSeen["cards"] };

interface Known {
  child: ModuleChild | null;
  failure: { state: "failed" | "silent"; until: number; pause: number } | null;
}

/** The host's side of cards: which libraries run, and what they say together. A library that fails is left alone for a while. */
export interface CardHost {
  /** Throws the codes of `keys.card-*`, `keys.locked`, `keys.not-found`, `host.configuration`. */
  answer(question: CardQuestion, cancelled: AbortSignal): Promise<CardReply>;
}

export function cardHost({ supported, rules, start, now = () => performance.now() }: CardHostParts): CardHost {
  const known = new Map<string, Known>();
  /** The libraries of the newest look: one that was asked before a library was named, and is still open, ends it no more. */
  let wanted: readonly string[] = [];

  /** @param file what the rules looked at: a link may be another one's by now */
  function childOf(path: string, file: string): ModuleChild | null {
    const entry = known.get(path) ?? { child: null, failure: null };
    known.set(path, entry);
    if (entry.child !== null || (entry.failure !== null && now() < entry.failure.until)) return entry.child;
    const child = start(file, (code) => {
      const pause = Math.min(entry.failure === null ? cardTimes.firstPause : entry.failure.pause * 2, cardTimes.longestPause);
      if (entry.child === child) entry.child = null;
      entry.failure = { state: code === "keys.card-silent" ? "silent" : "failed", until: now() + pause, pause };
    });
    entry.child = child;
    return child;
  }

  async function see(path: string): Promise<Seen> {
    const nothing = { path, name: "", readers: [], cards: [] };
    const { answer, file } = judge(path, rules());
    if (answer !== "yes") return { ...nothing, state: answer };
    const child = childOf(path, file);
    try {
      if (child === null) throw new SmimeError("keys.card-module");
      const name = await child.name;
      const { readers, cards } = fromWire(await child.ask({ ask: "look", modules: [], known: null, wait: 0 })) as Pick<Seen, "readers" | "cards">;
      const entry = known.get(path);
      if (entry?.child === child) entry.failure = null;
      return { path, name, state: "ready", readers, cards: cards.map((card) => ({ ...card, module: path })) };
    } catch {
      return { ...nothing, state: known.get(path)?.failure?.state ?? "failed" };
    }
  }

  async function look(modules: readonly string[]): Promise<CardsSeen> {
    for (const [path, { child }] of known) {
      if (modules.includes(path)) continue;
      known.delete(path);
      child?.end();
    }
    const seen = await Promise.all([...new Set(modules)].map(see));
    const answer = {
      supported: true,
      modules: seen.map(({ path, state, name, readers }) => ({ path, state, name, readers })),
      suggested: suggested(modules, rules()).slice(0, cardLimits.modules),
      cards: seen.flatMap(({ cards }) => cards).slice(0, cardLimits.tokens),
    };
    return { ...answer, version: createHash("sha256").update(JSON.stringify(toWire(answer))).digest("hex") };
  }

  return {
    async answer(question, cancelled) {
      try {
        supported();
      } catch (error) {
        if (question.ask !== "look" || codeOf(error) !== "keys.card-unsupported") throw error;
        // Nothing changes until somebody installs it.
        await pause(question.known === "unsupported" ? question.wait : 0, cancelled);
        return { version: "unsupported", supported: false, modules: [], suggested: [], cards: [] };
      }
      switch (question.ask) {
        case "look": {
          wanted = question.modules;
          const until = now() + question.wait;
          for (;;) {
            const seen = await look(wanted);
            if (seen.version !== question.known || now() >= until || cancelled.aborted) return seen;
            await pause(cardTimes.between, cancelled);
          }
        }
        case "logout": {
          const asked = [...known].flatMap(([path, { child }]) => (child !== null && (question.card === null || question.card.module === path) ? [child] : []));
          const results = await Promise.allSettled(asked.map((child) => child.ask(question)));
          // A library that hung or crashed was ended, and its logins with it.
          const failed = results.find((result): result is PromiseRejectedResult => result.status === "rejected" && codeOf(result.reason) === "keys.card-logout");
          if (failed !== undefined) throw failed.reason;
          return null;
        }
        case "login":
          return (await running(question.card.module).ask(question)) as CardReply;
        default:
          return fromWire(await running(question.key.module).ask(question)) as CardReply;
      }
    },
  };

  /** Only a library that is among those looked at works: the rules were asked for it. */
  function running(path: string): ModuleChild {
    const child = known.get(path)?.child ?? null;
    if (child === null) throw new SmimeError("keys.card-removed");
    return child;
  }
}

function pause(time: number, cancelled: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, time);
    cancelled.addEventListener("abort", () => {
      clearTimeout(timer);
      done();
    }, { once: true });
  });
}
