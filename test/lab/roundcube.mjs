import { execFile } from "node:child_process";
import { chown, copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { until } from "./processes.mjs";

const DOCUMENT_ROOT = "/var/lib/roundcube/public_html";

/** PHP for a value of the configuration. */
function php(value) {
  if (Array.isArray(value)) return `[${value.map(php).join(", ")}]`;
  return typeof value === "string" ? `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'` : String(value);
}

function configuration(folder, ports, more, ini) {
  const values = {
    db_dsnw: `sqlite:///${folder}/roundcube/db/roundcube.db?mode=0640`,
    imap_host: [`127.0.0.1:${ports.imap}`],
    smtp_host: `127.0.0.1:${ports.submission}`,
    smtp_user: "%u",
    smtp_pass: "%p",
    des_key: "lablablablablablablablab",
    plugins: [],
    log_dir: `${folder}/roundcube/logs/`,
    temp_dir: `${folder}/roundcube/temp/`,
    enable_installer: false,
    use_https: false,
    session_samesite: "Lax",
    max_message_size: "60M",
    drafts_mbox: "Drafts",
    sent_mbox: "Sent",
    trash_mbox: "Trash",
    ...more,
  };
  const lines = Object.entries(values).map(([key, value]) => `$config['${key}'] = ${php(value)};\n`);
  const settings = Object.entries(ini).map(([key, value]) => `ini_set('${key}', ${php(String(value))});\n`);
  return `<?php\n${settings.join("")}$config = [];\n$config['skin'] = getenv('LAB_SKIN') ?: 'elastic';\n${lines.join("")}`;
}

/**
 * Starts Roundcube on PHP's own server as www-data, once with each skin.
 * @param {{folder: string, ports: Record<string, number>, processes: import("./processes.mjs").Processes, web: {uid: number, gid: number}, skins: string[], uploadLimit?: string}} lab
 */
export async function startRoundcube({ folder, ports, processes, web, skins, uploadLimit = "60M" }) {
  const home = join(folder, "roundcube");
  for (const part of ["", "config", "db", "logs", "temp"]) {
    await mkdir(join(home, part), { recursive: true });
    await chown(join(home, part), web.uid, web.gid);
  }
  for (const file of ["defaults.inc.php", "mimetypes.php"]) await copyFile(join("/etc/roundcube", file), join(home, "config", file));
  const database = join(home, "db/roundcube.db");
  const load = promisify(execFile)("sqlite3", [database]);
  load.child.stdin?.end(await readFile("/usr/share/roundcube/SQL/sqlite.initial.sql"));
  await load;
  await chown(database, web.uid, web.gid);

  /** Writes the configuration again with other values, and settings of PHP itself; PHP reads it on the next request. */
  const configure = (more, ini = {}) => writeFile(join(home, "config/config.inc.php"), configuration(folder, ports, more, ini));
  await configure({});

  const start = (skin, port) => processes.start(`roundcube-${skin}`, "php", [
    "-d", `upload_max_filesize=${uploadLimit}`, "-d", "post_max_size=64M", "-d", "memory_limit=512M",
    "-d", `upload_tmp_dir=${home}/temp`, "-d", `sys_temp_dir=${home}/temp`, "-d", "opcache.enable_cli=1", "-d", "opcache.revalidate_freq=0",
    "-S", `127.0.0.1:${port}`, "-t", DOCUMENT_ROOT,
  ], { ...web, env: { ROUNDCUBE_CONFIG_DIR: join(home, "config"), LAB_SKIN: skin, PHP_CLI_SERVER_WORKERS: "4" }, log: join(folder, `logs/php-${skin}.log`) });

  const php = { elastic: ports.php, larry: ports.phpLarry };
  const servers = await Promise.all(skins.map(async (skin) => {
    const server = start(skin, php[skin]);
    await until(async () => {
      const answer = await fetch(`http://127.0.0.1:${php[skin]}/`, { signal: AbortSignal.timeout(5000) });
      if (!answer.ok || !(await answer.text()).includes("rcmlogin")) throw new Error(`login page answered ${answer.status}`);
    }, { exited: server.exited, what: "roundcube" });
    return server;
  }));
  return { servers, home, database, configure };
}
