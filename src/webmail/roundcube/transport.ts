import { utf8 } from "../../base/bytes.ts";
import type { Fidelity, MailTransport, MessageRef } from "../../protocol/webmail.ts";
import { SmimeError } from "../../base/errors.ts";
import { addContact } from "./add-contact.ts";
import { fetchRaw } from "./fetch-raw.ts";
import { contactCards } from "./contacts.ts";
import { identities } from "./identities.ts";
import { findSent } from "./find-sent.ts";
import { remove, removeStored } from "./remove.ts";
import { send, storeAndFind } from "./send.ts";
import type { Session } from "./session.ts";

export interface TransportOptions {
  /** The account's address in lower case; empty if the page does not tell. */
  account: string;
  wait?: (ms: number) => Promise<void>;
}

/** Roundcube's own requests, made with the page's session; proven with 1.6.5, no plugin on the server needed. */
export function roundcubeTransport(session: Session, { account, wait = sleep }: TransportOptions): MailTransport {
  async function fidelity(): Promise<Fidelity> {
    const { maxUpload } = await session.folders();
    return { lineEnds: "exact", clearSigned: "safe", authEnveloped: "safe", envelope: "explicit", maxMessageSize: maxUpload };
  }
  return {
    id: "roundcube",
    fidelity,
    fetchRaw: (message, signal) => fetchRaw(session, message.folder, message.id, signal),
    sendRaw: (mime, envelope, onProgress) => send({ session, account, wait }, mime, envelope, onProgress),
    findSent: (mime, envelope) => findSent({ session, account }, mime, envelope),
    removeStored: (mime) => removeStored(session, mime),
    async store(mime, where) {
      const { drafts, sent } = await session.folders();
      const folder = where === "drafts" ? drafts : sent;
      if (folder === null) throw new SmimeError("send.not-filed");
      const id = await storeAndFind(session, folder, mime);
      // An imported message arrives unread, and nobody needs to be told of his own.
      await session.call("mark", folder, { _uid: id, _flag: "read" }).catch(() => undefined);
      return { account, folder, id } satisfies MessageRef;
    },
    remove: (message) => remove(session, message.folder, message.id),
    identities: () => identities(session),
    addContact: (address, card) => addContact(session, address, card),
    contactCards: async (address) => utf8(await contactCards(session, address)),
    // What Roundcube does to messages is known; nothing has to be mailed to find out.
    selfTest: fidelity,
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
