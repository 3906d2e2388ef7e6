import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";

/** Debian packages of the lab, of the browsers, and of the independent programs that tests ask for a second opinion. */
const PACKAGES = [
  "roundcube-core", "roundcube-sqlite3", "roundcube-skin-larry", "php-cli", "php-sqlite3", "dovecot-imapd", "dovecot-lmtpd",
  "postfix", "openssl", "sqlite3", "chromium", "firefox-esr", "thunderbird", "libnss3-tools", "gpgsm", "openjdk-17-jdk-headless",
  "slapd", "ldap-utils", "libbcmail-java", "libbcpkix-java", "libbcprov-java", "libbcutil-java",
  "softhsm2", "opensc", "opensc-pkcs11", "pcscd", "vsmartcard-vpcd",
  // npm compiles what the host needs for cards.
  "g++", "make", "python3",
];

const POLICY = "/usr/sbin/policy-rc.d";

function missing() {
  const asked = spawnSync("dpkg-query", ["-W", "-f=${Package} ${db:Status-Status}\n", ...PACKAGES], { encoding: "utf8" });
  if (asked.error) return PACKAGES;
  const installed = new Set(asked.stdout.split("\n").filter((line) => line.endsWith(" installed")).map((line) => line.split(" ")[0]));
  return PACKAGES.filter((name) => !installed.has(name));
}

function apt(args) {
  execFileSync("apt-get", args, { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
}

/**
 * Installs what the lab needs from the distribution, without starting any daemon. Where that is not possible (no root,
 * no apt) it prints what to type and ends the process with status 2.
 */
export function installPackages() {
  const wanted = missing();
  const root = process.getuid?.() === 0;
  if (wanted.length === 0 && root) return;
  const haveApt = spawnSync("apt-get", ["--version"]).error === undefined;
  if (!root || !haveApt) {
    const why = root ? "apt-get, which is not here" : "root (Postfix and the separate user of mail server and PHP need it too)";
    console.error(`The lab needs ${why}. On Debian 12, as root:\n`);
    if (wanted.length > 0) console.error(`  apt-get update\n  apt-get install -y --no-install-recommends ${wanted.join(" ")}`);
    console.error(`  npm ${process.env.npm_lifecycle_event === "test" ? "test" : "start"}\n`);
    process.exit(2);
  }
  console.log(`Installing from the distribution: ${wanted.join(" ")}`);
  const writesPolicy = !existsSync(POLICY);
  if (writesPolicy) writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    apt(["update", "-q"]);
    apt(["install", "-y", "-q", "--no-install-recommends", ...wanted]);
  } finally {
    if (writesPolicy) rmSync(POLICY);
  }
}
