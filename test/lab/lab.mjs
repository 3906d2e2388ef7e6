import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { chown } from "node:fs/promises";
import { join } from "node:path";
import { startAuthority } from "./authority.mjs";
import { makeCertificates, people } from "./ca.mjs";
import { startDovecot } from "./dovecot.mjs";
import { labFolder, labHome, root } from "./folder.mjs";
import { startOutside } from "./outside.mjs";
import { startOpenLdap } from "./openldap.mjs";
import { choosePorts } from "./ports.mjs";
import { startPostfix } from "./postfix.mjs";
import { createProcesses } from "./processes.mjs";
import { startProxy } from "./proxy.mjs";
import { startRoundcube } from "./roundcube.mjs";
import { startSmtpPolicy } from "./smtp-policy.mjs";
import { searchFiles } from "./search.mjs";
import { submit } from "./submit.mjs";
import { userOf } from "./users.mjs";

/** Who has a mailbox besides: certificates in the directory alone, and no webmail that is looked at. */
const readers = ["erin"];

/**
 * Brings up the lab in `.lab/NAME` with empty mailboxes: certificates, Dovecot, Postfix, Roundcube, and the recording
 * proxy in front of it. `stop` takes it down; so does the end of this process, however it comes.
 * @param {{name?: string, larry?: boolean, uploadLimit?: string}} [options] `uploadLimit` is PHP's `upload_max_filesize`
 */
export async function startLab({ name = "lab", larry = false, uploadLimit } = {}) {
  const folder = labFolder(name);
  const processes = createProcesses();
  const closers = [];
  let freePorts = async () => {};
  const stop = async () => {
    await Promise.all(closers.splice(0).map((close) => close()));
    await processes.stopAll();
    await freePorts();
    rmSync(join(folder, "state.json"), { force: true });
  };
  try {
    const web = await userOf("www-data");
    mkdirSync(join(folder, "logs"), { mode: 0o755 });
    await chown(join(folder, "logs"), web.uid, web.gid);
    const { ports, release } = await choosePorts();
    freePorts = release;
    const base = { folder, ports, processes, web, people: Object.keys(people) };
    const skins = larry ? ["elastic", "larry"] : ["elastic"];
    const ca = makeCertificates(join(labHome(), "ca"));
    const published = ca.then((made) => startAuthority({ folder, ca: made.folder, ports }));
    const servers = Promise.all([
      ca,
      published,
      Promise.all([ca, published]).then(([first, { certificates: { server, pem, chain } }]) => startOpenLdap({ ...base, server,
        certificate: (who) => (who in people ? { pem: first.pem(who), chain: first.chain } : { pem: pem(who), chain: chain(who) }) })),
      startDovecot({ ...base, people: [...base.people, ...readers] }),
      startPostfix(base),
      startRoundcube({ ...base, skins, uploadLimit }),
      startOutside({ port: ports.outside }),
      startSmtpPolicy({ port: ports.policy }),
    ]);
    const proxy = await startProxy({ port: ports.web, target: ports.php, folder: join(folder, "requests") });
    closers.push(proxy.close);
    const larryProxy = larry ? await startProxy({ port: ports.webLarry, target: ports.phpLarry, folder: join(folder, "requests-larry") }) : null;
    if (larryProxy) closers.push(larryProxy.close);
    const [certificates, authority, openLdap, dovecot, postfix, roundcube, outside, policy] = await servers;
    closers.push(outside.close, policy.close, authority.close, openLdap.close);
    writeFileSync(join(folder, "state.json"), JSON.stringify({ pid: process.pid, ports, folder, web: proxy.origin, larry: larryProxy?.origin ?? null }, null, 2));

    const withImap = async (who, use) => {
      const imap = await dovecot.open(who);
      try {
        return await use(imap);
      } finally {
        await imap.close();
      }
    };
    return {
      root, folder, ports, processes, certificates, authority, openLdap, proxy, larryProxy, outside, roundcube, dovecot, postfix,
      people: Object.keys(people),
      /** Has the mail server answer RCPT TO with these words, for example `550 5.1.1 …`; the returned function ends it. */
      refuse: policy.refuse,
      /** Where the webmail is, without a slash at the end. */
      web: proxy.origin,
      address: (who) => `${who}@lab.test`,
      password: (who) => who,
      /** Hands a message to Postfix, in the name of `who`, for these addresses. */
      submit: (who, to, message) => submit({ port: ports.submission, user: `${who}@lab.test`, password: who, from: `${who}@lab.test`, to, message }),
      /** Puts a raw message into a folder; returns its UID. */
      append: (who, mailbox, message, flags) => withImap(who, (imap) => imap.append(mailbox, message, flags)),
      /** Every message of a folder as Dovecot has it: `{uid, flags, raw}`. */
      storedMessages: (who, mailbox) => withImap(who, (imap) => imap.messages(mailbox)),
      remove: (who, mailbox, uid) => withImap(who, (imap) => imap.remove(mailbox, uid)),
      /** Where the words are found in mail folders, queue, database, temporary files, logs and recorded requests. */
      searchEverywhere: (words, more = []) => searchFiles(words, {
        paths: [dovecot.mail, postfix.queue, roundcube.home, join(folder, "logs"), proxy.folder, ...(larryProxy ? [larryProxy.folder] : []), ...more],
        databases: [roundcube.database],
      }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @typedef {Awaited<ReturnType<typeof startLab>>} Lab */
