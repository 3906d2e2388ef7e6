import { SmimeError } from "../../base/errors.ts";
import { writeCard } from "../../directory/write-vcard.ts";
import { parseCertificate } from "../../pki/certificate.ts";
import type { Binding } from "../bindings.ts";
import { contactsName } from "../contact-service.ts";
import type { DocumentName } from "../authority.ts";
import type { Handlers } from "../dispatch.ts";
import { bccCopies } from "../send-envelopes.ts";
import type { Services } from "../services.ts";

/** What a frame of ours may ask once it is bound. Tab, origin, account and message come from its binding. */
export function frameHandlers(services: Services): Handlers<"frame"> {
  const { bindings, browser, cards, confirmations, contacts, decisions, endings, hints, issuers, keys, notes, outbox, ownKeys, people, policy, popupQuestions, receipts, recipients, secrets, send, tickets, trust, unlocking, verdicts, windows } = services;

  async function composer(name: DocumentName): Promise<Binding> {
    const binding = await bindings.of(name);
    if (binding.purpose.kind !== "composer") throw new SmimeError("protocol.forbidden");
    return binding;
  }

  async function window(name: DocumentName): Promise<Binding> {
    const binding = await composer(name);
    if (!binding.purpose.window) throw new SmimeError("protocol.forbidden");
    return binding;
  }

  async function reader(name: DocumentName): Promise<Binding> {
    const binding = await bindings.of(name);
    if (binding.purpose.kind !== "reader") throw new SmimeError("protocol.forbidden");
    return binding;
  }

  return {
    async "frame.redeem"({ ticket }, sender) {
      const inWindow = sender.page === "window";
      // A ticket is for a frame in the page that asked for it, never for a tab of its own, or for the window that was opened for it.
      if (inWindow !== (sender.frame === 0)) throw new SmimeError("protocol.ticket");
      const { purpose, secret } = await (inWindow ? windows : tickets).redeem(ticket, sender);
      await bindings.bind(sender, purpose, secret);
      const { kind, origin, account, message, mode, tab, openerFrame, window } = purpose;
      return { secret, kind, origin, account, message, mode, ...(window && { window: { meeting: { tab, frame: openerFrame, ticket, secret }, draft: window.draft } }) };
    },

    async "window.rejoin"(_input, sender) {
      await window(sender);
      return windows.rejoin(sender);
    },
    async "window.webmail"(_input, sender) {
      await window(sender);
      await windows.showWebmail(sender);
      return null;
    },
    async "window.size"(size, sender) {
      await window(sender);
      await windows.resized(size);
      return null;
    },

    "keys.certificates": (_input, sender) => keys.certificates(sender),
    "keys.choose": ({ certificateIds }, sender) => keys.choose(sender, certificateIds),
    "keys.unwrap": ({ request, visible }, sender) => keys.unwrap(sender, request, visible),
    async "keys.opened"(_input, sender) {
      await keys.opened(sender);
      cards.finished(sender.document);
      return null;
    },
    "secret.unwrap": ({ recipients, visible }, sender) => secrets.unwrap(sender, recipients, visible),
    async "secret.cancel"(_input, sender) {
      await bindings.of(sender);
      secrets.cancel(sender);
      return null;
    },
    "keys.unlock": async (wish, sender) => ({ unlocked: await unlocking.ask(sender, wish) }),
    "keys.sign": (request, sender) => keys.sign(sender, request),

    async "trust.validate"(request, sender) {
      const { purpose } = await bindings.of(sender);
      return trust.validate(request, { patience: "asking", allowed: (host) => issuers.isAllowed(sender.document, host), account: { address: purpose.account } });
    },
    async "trust.fetch-issuer"({ host }, sender) {
      await reader(sender);
      issuers.allow(sender.document, host);
      return null;
    },
    async "trust.find"(request, sender) {
      await bindings.of(sender);
      return trust.find(request);
    },

    async "trust.offer"(stranger, sender) {
      await reader(sender);
      decisions.offer(await decisions.offerFor(stranger));
      await browser.openWindow("certificates");
      return null;
    },

    async "people.learn"(signer, sender) {
      await bindings.of(sender);
      await people.learn(signer);
      return null;
    },
    async "people.search"({ words, directories }, sender) {
      const { purpose } = await composer(sender);
      return people.search(words, directories, { address: purpose.account });
    },
    async "people.lookup"({ addresses }, sender) {
      const { purpose } = await composer(sender);
      const asker = { chosen: new Map<string, string>(), contacts: contactsName(purpose), account: { address: purpose.account } };
      return Promise.all(addresses.map(async (address) => (await recipients.resolve(address, asker)).state));
    },
    async "people.contacts"({ address, cards }, sender) {
      const { purpose } = await composer(sender);
      const name = contactsName(purpose);
      if (!(await contacts.learn(name, address, cards))) return null;
      return (await recipients.resolve(address, { chosen: new Map(), contacts: name, account: { address: purpose.account } })).state;
    },

    async "people.card"({ address }, sender) {
      const { purpose } = await reader(sender);
      const { kept } = await people.chooseKept(address, { address: purpose.account });
      return kept && writeCard(address, kept.certificate);
    },

    "send.prepare": async (asked, sender) => send.prepare(asked, await composer(sender), sender),
    "send.cipher": async (asked, sender) => send.cipherFor(asked, await composer(sender)),
    "note.show": async (asked, sender) => notes.show(asked, await composer(sender)),
    "note.prepare": async (asked, sender) => notes.prepare(asked, await composer(sender), sender),
    async "send.confirm"(details, sender) {
      const { purpose } = await bindings.of(sender);
      return { confirmed: await confirmations.ask(details, purpose) };
    },
    async "outbox.begin"({ send, ticket }, sender) {
      await outbox.begin(send, ticket, sender, await bindings.of(sender));
      return null;
    },
    "outbox.state": async ({ send }, sender) => outbox.state(send, await composer(sender)),
    async "outbox.unfinished"(_input, sender) {
      const { purpose } = await composer(sender);
      return outbox.unfinished(purpose, { tab: purpose.tab, document: purpose.opener }, sender);
    },
    "outbox.adopt": async ({ send }, sender) => outbox.adopt(send, await composer(sender), sender),
    async "outbox.discard"({ send }, sender) {
      await outbox.discard(send, await composer(sender), sender);
      return null;
    },

    "receipt.look": async ({ signature, addressed }, sender) => receipts.look(signature, addressed, await reader(sender)),
    "receipt.prepare": async (asked, sender) => receipts.prepare(asked, await reader(sender), sender),
    "receipt.check": async (asked, sender) => receipts.check(asked, await reader(sender)),

    async "composer.state"({ from }, sender) {
      const { purpose } = await composer(sender);
      const { forced, defaults, values } = await policy.current({ address: purpose.account, ...(from !== null && { from }) });
      const rules = { bcc: bccCopies(values.BCCEncryptedEmailForking), subjectOpen: !values.ProtectHeaders, signReplies: !values.NoSignOnReply, draftsToAuthor: values.EncryptTemporaryBuffers };
      const own = await ownKeys(purpose.origin);
      const addresses = (which: "canSign" | "canDecrypt"): string[] => [
        ...new Set(own.filter(({ key, ended }) => key[which] && !ended).flatMap(({ key }) => parseCertificate(key.certificate).addresses)),
      ];
      const ending = from === null ? null : await endings.of(from);
      return { canSign: addresses("canSign"), canEncrypt: addresses("canDecrypt"), ending: ending?.dismissed ? null : ending, defaults, forced, rules };
    },
    async "ending.put-off"({ id }, sender) {
      await composer(sender);
      await endings.putOff(id);
      return null;
    },

    async "verdict.show"(verdict, sender) {
      const { purpose } = await reader(sender);
      await verdicts.show(purpose, sender, verdict);
      return null;
    },
    async "verdict.hide"(_input, sender) {
      await bindings.of(sender);
      await verdicts.hide(sender);
      return null;
    },

    async "popup.tell"({ question, message }, sender) {
      await reader(sender);
      popupQuestions.answer(question, sender, message);
      return null;
    },

    async "hints.pending"(_input, sender) {
      await reader(sender);
      return hints.pending();
    },
    async "hints.dismiss"({ hints: names }, sender) {
      await reader(sender);
      await hints.dismiss(names);
      return null;
    },

    async "window.open"(wanted, sender) {
      await bindings.of(sender);
      if (wanted.page === "help") await browser.openWindow("help", wanted.topic);
      else await browser.openWindow(wanted.page);
      return null;
    },
  };
}
