import { chown, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connectImap } from "./imap.mjs";
import { until } from "./processes.mjs";

const configuration = (lab, ports) => `
base_dir = ${lab}/dovecot/run
state_dir = ${lab}/dovecot/state
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
log_path = ${lab}/logs/dovecot.log
default_internal_user = www-data
default_internal_group = www-data
default_login_user = www-data
mail_uid = www-data
mail_gid = www-data
first_valid_uid = 1
first_valid_gid = 1
mail_home = ${lab}/dovecot/mail/%d/%n
mail_location = maildir:~/Maildir
maildir_very_dirty_syncs = yes
recipient_delimiter = +
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u ${lab}/dovecot/users
}
userdb {
  driver = static
  args = uid=www-data gid=www-data home=${lab}/dovecot/mail/%d/%n
}
namespace inbox {
  inbox = yes
${["Drafts", "Sent", "Trash"].map((name) => `  mailbox ${name} {\n    special_use = \\${name}\n    auto = subscribe\n  }`).join("\n")}
}
service anvil {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${ports.lmtp}
  }
}
service auth {
  inet_listener sasl {
    address = 127.0.0.1
    port = ${ports.sasl}
  }
}
`;

/**
 * Starts Dovecot as www-data: IMAP for Roundcube, LMTP and SASL for Postfix. Passwords are the people's names.
 * @param {{folder: string, ports: Record<string, number>, processes: import("./processes.mjs").Processes, web: {uid: number, gid: number}, people: string[]}} lab
 */
export async function startDovecot({ folder, ports, processes, web, people }) {
  const home = join(folder, "dovecot");
  for (const part of ["", "mail", "run", "state"]) {
    await mkdir(join(home, part), { recursive: true });
    await chown(join(home, part), web.uid, web.gid);
  }
  await writeFile(join(home, "dovecot.conf"), configuration(folder, ports));
  await writeFile(join(home, "users"), people.map((who) => `${who}@lab.test:${who}\n`).join(""));
  const server = processes.start("dovecot", "/usr/sbin/dovecot", ["-F", "-c", join(home, "dovecot.conf")], { ...web, log: join(folder, "logs/dovecot-start.log") });
  const open = (who) => connectImap({ port: ports.imap, user: `${who}@lab.test`, password: who });
  await until(async () => (await open(people[0])).close(), { exited: server.exited, what: "dovecot" });
  return { ...server, open, mail: join(home, "mail") };
}
