import type { Bytes } from "../../base/bytes.ts";
import { findBySource } from "./find-by-source.ts";
import type { Session } from "./session.ts";

/** Removes a message for good. Throws what the session throws. */
export async function remove(session: Session, folder: string, uid: string): Promise<void> {
  await session.call("delete", folder, { _uid: uid });
}

/** Most copies that tries of one Send can have left, each having been interrupted. */
const MAX_COPIES = 5;

/** Removes from Drafts what tries to send a message left there. Throws what the session throws. */
export async function removeStored(session: Session, mime: Bytes): Promise<void> {
  const { drafts } = await session.folders();
  for (let i = 0; i < MAX_COPIES; i++) {
    const uid = await findBySource(session, drafts, mime, null);
    if (uid === null) return;
    await remove(session, drafts, uid);
  }
}
