import type { Code } from "../../base/codes/index.ts";
import { codeOf } from "../../base/errors.ts";
import type { OutboxEnvelope, OutboxRecord } from "../../protocol/outbox.ts";
import { composeDraft } from "./compose-draft.ts";
import { confirmed } from "./confirm.ts";
import type { ComposerContext } from "./context.ts";
import { deliver, sealAndKeep, type Sealing, type SendPlace } from "./deliver.ts";
import { allRecipients, chosenIdentity, type ComposerModel, labelOf, type SendChoices, type SendResultShown } from "./model.ts";
import { isSent, isUnsent, outcomeOf, withResults } from "./outcome.ts";
import { lookAtListsAgain } from "./people.ts";
import { addressKey, membersOf } from "./recipients.ts";
import { lookFor } from "./unfinished.ts";
import { unlockToSign } from "./unlocking.ts";

/**
 * One Send from the press of the button to its result. Nothing is sent that `send.prepare` did not allow: people without a
 * certificate become a question, a refusal a reason, and in either case everything stays as it was written.
 * @param pressed the event that asked; one that a script made is ignored (architecture §2, "Clicks can be stolen")
 */
export async function send(context: ComposerContext, pressed: { isTrusted: boolean }, choices: SendChoices = { unreadableFor: [] }): Promise<void> {
  const { cell, ask } = context;
  const model = cell.get();
  if (!pressed.isTrusted || model.sending || !model.ready) return;
  // Only what surely did not go out may be sent anew; anything else has its own way on.
  if (model.result && model.result.state !== "failed") return;
  const stop = (code: Code, detail?: string): void => cell.set({ sending: null, problem: { code, ...(detail !== undefined && { detail }) } });
  if (choices.unlocked !== true && context.visibility.steady() === false) return stop("send.not-visible");
  const people = allRecipients(model);
  if (people.length === 0) return stop("send.no-recipient");
  const wrong = people.find(({ valid }) => !valid);
  if (wrong) return stop("send.address", wrong.address);
  if (model.files.some(({ bytes }) => bytes === null)) return stop("send.still-reading");

  if (model.away) return stop("webmail.closed");
  // No page can cover a window of ours, and it can still have filled the message in: its author says that he has looked at it.
  if (model.place === "window" && model.pageWrote) return cell.set({ problem: null, question: { ask: "from-page", choices } });

  const preparing = { step: "preparing" } as const;
  cell.set({ sending: model.looking ? { step: "looking-up" } : preparing, problem: null, question: null, result: null });
  try {
    if (model.looking) await whenLookedUp(cell);
    if (cell.get().sending === null) return;
    cell.set({ sending: preparing });
    const draft = composeDraft(context);
    const { from, to, cc, bcc } = draft;
    const answer = await ask("send.prepare", { from, to, cc, bcc, sign: model.sign, encrypt: model.encrypt, unreadableFor: choices.unreadableFor, uncheckedFor: choices.uncheckedFor ?? [], ...choicesOf(cell.get()), receipt: model.receipt });
    // Given up meanwhile, and perhaps begun anew.
    if (cell.get().sending !== preparing) return;
    switch (answer.state) {
      case "refused":
        if (answer.code === "keys.locked") return await unlockAndSend(context, pressed, choices, from.address);
        if (answer.code === "directory.list-changed") lookAtListsAgain(context);
        return cell.set({ sending: null, problem: { code: answer.code as Code, ...(answer.names && { names: answer.names }) } });
      case "missing": {
        const { addresses, problems, mayGoClear, mayLeaveUnreadable } = answer;
        return cell.set({ sending: null, question: { ask: "missing", addresses, problems, mayGoClear, mayLeaveUnreadable } });
      }
      case "unchecked":
        return cell.set({ sending: null, question: { ask: "unchecked", people: answer.people, unreadableFor: choices.unreadableFor } });
      case "ready": {
        if (!(await confirmed(context, draft, { sign: model.sign, encrypt: model.encrypt, unreadableFor: choices.unreadableFor }))) return cell.set({ sending: null });
        const around = delivering(context);
        const record = await sealAndKeep(around, draft, answer.plan, whereOf(context));
        await deliverAndShow(context, around, record, record.envelopes.map(({ id }) => id));
      }
    }
  } catch (error) {
    // Its time was over while the message was being made; nothing was sent.
    if (codeOf(error) === "keys.locked") return await unlockAndSend(context, pressed, choices, chosenIdentity(model)?.address ?? model.account).catch((again: unknown) => stop(codeOf(again)));
    stop(codeOf(error));
  }
}

/**
 * Has the key that signs unlocked in a window of ours, and goes on with the Send; once, so that a key that is locked again at once
 * asks by another press. Who closes the window is back in the text, and nothing was sent.
 */
async function unlockAndSend(context: ComposerContext, pressed: { isTrusted: boolean }, choices: SendChoices, from: string): Promise<void> {
  const { cell } = context;
  if (choices.unlocked === true) return cell.set({ sending: null, problem: { code: "keys.locked" } });
  const unlocking = { step: "unlocking" } as const;
  cell.set({ sending: unlocking });
  const unlocked = await unlockToSign(context, from);
  if (cell.get().sending !== unlocking) return;
  cell.set({ sending: null });
  if (unlocked) await send(context, pressed, { ...choices, unlocked: true });
}

/** What the author decided about people's certificates, and who stood before him as members of lists. */
export function choicesOf({ chosen, leftOut, known }: ComposerModel): { chosen: { address: string; sha256: string }[]; leftOut: string[]; members: string[] } {
  return { chosen: Object.entries(chosen).map(([address, sha256]) => ({ address, sha256 })), leftOut, members: Object.values(known).flatMap(membersOf) };
}

/** Gives up a Send of which nothing was sealed yet. */
export function cancelSend({ cell }: Pick<ComposerContext, "cell">): void {
  if (mayCancel(cell.get())) cell.set({ sending: null });
}

export const mayCancel = ({ sending }: Pick<ComposerModel, "sending">): boolean => sending?.step === "looking-up" || sending?.step === "preparing" || sending?.step === "unlocking";

/** Whether something of it was sealed or given to the server, and not all of it is there. */
export const isOnItsWay = ({ sending }: Pick<ComposerModel, "sending">): boolean => sending?.step === "sealing" || sending?.step === "sending";

/** Waits until the search for many certificates is over, or the Send is given up. */
function whenLookedUp(cell: ComposerContext["cell"]): Promise<void> {
  return new Promise((resolve) => {
    const stop = cell.subscribe(() => {
      if (cell.get().looking !== null && cell.get().sending !== null) return;
      stop();
      resolve();
    });
  });
}

/** Tries again what certainly was not sent; what was sent, or may have been, is not touched. */
export async function sendAgain(context: ComposerContext, pressed: { isTrusted: boolean }): Promise<void> {
  const { result, sending } = context.cell.get();
  if (!pressed.isTrusted || sending || !result || result.notSentTo.length === 0) return;
  try {
    // The background knows how each envelope ended, also if this frame missed an answer.
    // A window's page may be another one by now, which is not the Send's own until it takes it over.
    const record = await context.ask(context.cell.get().place === "window" ? "outbox.adopt" : "outbox.state", { send: result.record.id });
    const left = record.envelopes.filter(isUnsent);
    await deliverAndShow(context, delivering(context), record, left.map(({ id }) => id));
  } catch (error) {
    context.cell.set({ sending: null, result, problem: { code: codeOf(error) } });
  }
}

/** Looks in Sent for what may or may not have gone out; finding nothing there proves nothing, and nothing is sent. */
export async function lookInSent(context: ComposerContext): Promise<void> {
  const { cell } = context;
  const { result } = cell.get();
  if (result?.state !== "unknown") return;
  cell.set({ sending: { step: "looking" } });
  try {
    if (cell.get().place === "window") await context.ask("outbox.adopt", { send: result.record.id });
    const record = await lookFor(context, result.record);
    cell.set({ sending: null, result: { ...resultOf(context, record), looked: true } });
  } catch (error) {
    cell.set({ sending: null, problem: { code: codeOf(error) } });
  }
}

/** What sealing and delivering use of the composer. */
export function delivering({ ask, engine, content, store, newId, now, cell }: ComposerContext): Sealing {
  return { ask, engine, content, keep: store.keep, drop: store.drop, finished: store.finished, newId, now, onStep: (sending) => cell.set({ sending }) };
}

/** Where a Send of this composer belongs. */
export function whereOf({ binding: { account, origin }, cell, draftId }: ComposerContext): SendPlace {
  return { account, origin, identity: chosenIdentity(cell.get())?.id ?? "", draft: draftId };
}

async function deliverAndShow(context: ComposerContext, around: Sealing, record: OutboxRecord, envelopes: string[]): Promise<void> {
  const delivered = await deliver(around, record, envelopes);
  const results = new Map(delivered.map(({ envelope, result }) => [envelope, result]));
  const detail = delivered.map(({ result }) => (result.state === "failed" ? result.detail : "")).find((words) => words !== "") ?? "";
  context.cell.set({ sending: null, result: resultOf(context, withResults(record, results), detail) });
}

/** Sums the envelopes up: what reached whom, and the worst that happened. */
function resultOf({ cell }: ComposerContext, record: OutboxRecord, detail = ""): SendResultShown {
  const { sent, unknown, unsent } = outcomeOf(record);
  const people = new Map(allRecipients(cell.get()).map((person) => [addressKey(person.address), labelOf(person)]));
  const labels = (addresses: string[]): string[] => addresses.map((address) => people.get(addressKey(address)) ?? address);
  const base = { record, sentTo: labels(sent), unknownTo: labels(unknown), notSentTo: labels(unsent), looked: false, detail };
  const codeIn = (which: (envelope: OutboxEnvelope) => boolean): Code | null => (record.envelopes.find((each) => which(each) && each.code !== null)?.code ?? null) as Code | null;
  if (unknown.length > 0) return { ...base, state: "unknown", code: "send.unknown" };
  if (unsent.length > 0) return { ...base, state: sent.length > 0 ? "partly" : "failed", code: codeIn(isUnsent) };
  const unfiled = codeIn(isSent);
  return { ...base, state: unfiled ? "sent-not-filed" : "sent", code: unfiled };
}
