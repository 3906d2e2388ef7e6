import { chown, mkdir, writeFile } from "node:fs/promises";
import net from "node:net";
import { join } from "node:path";
import { until } from "./processes.mjs";
import { userOf } from "./users.mjs";

/** Lists of the mail server: mail to their address goes to everybody on them. */
const LISTS = { team: ["alice", "bob", "carol", "dave"] };
const aliases = Object.entries(LISTS).map(([list, members]) => `{ ${list}@lab.test = ${members.map((who) => `${who}@lab.test`).join(", ")} }`);

const main = (lab, ports) => `
compatibility_level = 3.6
queue_directory = ${lab}/postfix/queue
data_directory = ${lab}/postfix/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.lab.test
mydomain = lab.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = lab.test
virtual_alias_maps = inline:{ ${aliases.join(", ")} }
virtual_transport = lmtp:inet:127.0.0.1:${ports.lmtp}
default_transport = error:no outside mail in the lab
maillog_file = ${lab}/logs/postfix.log
maillog_file_prefixes = ${lab}
message_size_limit = 60000000
mailbox_size_limit = 0
virtual_mailbox_limit = 0
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:${ports.sasl}
smtpd_tls_security_level = none
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = check_policy_service inet:127.0.0.1:${ports.policy}, permit_sasl_authenticated, reject
smtputf8_enable = yes
`;

// Nothing is chrooted, so that the queue folder needs no copies of system files.
const master = (ports) => `
127.0.0.1:${ports.submission} inet n - n - - smtpd
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
verify    unix  -       -       n       -       1       verify
flush     unix  n       -       n       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
lmtp      unix  -       -       n       -       -       lmtp
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
postlog   unix-dgram n  -       n       -       1       postlogd
`;

function greeting(port) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: "127.0.0.1" });
    socket.on("error", reject);
    socket.setTimeout(2000, () => socket.destroy(new Error("no greeting")));
    socket.once("data", (data) => {
      socket.end("QUIT\r\n");
      if (data.toString().startsWith("220 ")) resolve();
      else reject(new Error(data.toString().trim()));
    });
  });
}

/**
 * Starts Postfix: authenticated submission in, LMTP to Dovecot out, nothing leaves the machine. Needs root.
 * @param {{folder: string, ports: Record<string, number>, processes: import("./processes.mjs").Processes}} lab
 */
export async function startPostfix({ folder, ports, processes }) {
  const home = join(folder, "postfix");
  const postfix = await userOf("postfix");
  for (const part of ["conf", "queue", "data"]) await mkdir(join(home, part), { recursive: true });
  await chown(join(home, "data"), postfix.uid, postfix.gid);
  await writeFile(join(home, "conf/main.cf"), main(folder, ports));
  await writeFile(join(home, "conf/master.cf"), master(ports));
  await writeFile(join(folder, "logs/postfix.log"), "");
  const conf = join(home, "conf");
  const log = join(folder, "logs/postfix-start.log");
  // `check` makes the folders of the queue. `postfix start-fg` would put its master into a session of its own,
  // out of our reach; started directly, it stays in the group that it leads.
  await processes.start("postfix-check", "/usr/sbin/postfix", ["-c", conf, "check"], { log }).exited;
  const server = processes.start("postfix", "/usr/lib/postfix/sbin/master", ["-c", conf, "-s"], { log });
  await until(() => greeting(ports.submission), { exited: server.exited, what: "postfix", timeout: 30_000 });
  return { ...server, queue: join(home, "queue") };
}
