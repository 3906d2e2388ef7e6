import { chown, copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { base, dnOf, ldif, listsBase, manager, peopleBase, reader, schema } from "./ldap-entries.mjs";
import { openssl } from "./openssl.mjs";
import { until } from "./processes.mjs";
import { startRelay } from "./relay.mjs";

const run = promisify(execFile);

const configuration = (home) => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include /etc/ldap/schema/misc.schema
include /etc/ldap/schema/dyngroup.schema
include ${home}/lab.schema
pidfile ${home}/slapd.pid
argsfile ${home}/slapd.args
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile ${home}/server.crt.pem
TLSCertificateKeyFile ${home}/server.key.pem
loglevel stats
database mdb
maxsize 33554432
suffix "${base}"
rootdn "${manager.name}"
rootpw ${manager.password}
directory ${home}/data
dbnosync
index objectClass,mail,uid eq
access to attrs=userPassword by anonymous auth by * none
access to * by * read
`;

/** Certificates of a PEM file and more of them as a PKCS#7 object (RFC 5652 §5.2: certificates without signers), DER. */
async function bundleOf(files) {
  return (await openssl(["crl2pkcs7", "-nocrl", ...files.flatMap((file) => ["-certfile", file]), "-outform", "DER"])).stdout;
}

/**
 * Starts OpenLDAP with the lab's people and lists: `ldap:` with STARTTLS and `ldaps:`, behind relays that can be down or silent.
 * @param {{folder: string, ports: Record<string, number>, processes: import("./processes.mjs").Processes, web: {uid: number, gid: number},
 *   server: {chain: string, key: string}, certificate: (name: string) => {pem: string, chain: string}}} lab `certificate` finds
 *   the files of a certificate that `ldap-entries.mjs` names
 */
export async function startOpenLdap({ folder, ports, processes, web, server, certificate }) {
  const home = join(folder, "openldap");
  await mkdir(join(home, "data"), { recursive: true });
  const derOf = async (name) => (await openssl(["x509", "-in", certificate(name).pem, "-outform", "DER"])).stdout;
  const bundle = (name) => bundleOf([certificate(name).pem, certificate(name).chain]);
  await Promise.all([
    writeFile(join(home, "lab.schema"), schema), writeFile(join(home, "slapd.conf"), configuration(home)),
    copyFile(server.chain, join(home, "server.crt.pem")), copyFile(server.key, join(home, "server.key.pem")),
    ldif(derOf, bundle).then((text) => writeFile(join(home, "lab.ldif"), text)),
  ]);
  for (const part of ["", "data", "server.key.pem"]) await chown(join(home, part), web.uid, web.gid);
  const log = join(folder, "logs/slapd.log");
  await writeFile(log, "");
  const asWeb = { ...web, log };
  const loaded = await processes.start("slapadd", "/usr/sbin/slapadd", ["-q", "-f", join(home, "slapd.conf"), "-l", join(home, "lab.ldif")], asWeb).exited;
  if (!loaded.startsWith("slapadd ended (0)")) throw new Error(loaded);
  // With `-d` it stays in the group that we know, and its log comes to us.
  const slapd = processes.start("slapd", "/usr/sbin/slapd", ["-d", "stats", "-f", join(home, "slapd.conf"), "-h", `ldap://127.0.0.1:${ports.ldapBehind}/ ldaps://127.0.0.1:${ports.ldapsBehind}/`], asWeb);
  const plain = `ldap://127.0.0.1:${ports.ldap}`;
  const asManager = ["-x", "-H", `ldap://127.0.0.1:${ports.ldapBehind}`, "-D", manager.name, "-w", manager.password];
  await until(() => run("ldapwhoami", asManager), { exited: slapd.exited, what: "slapd" });
  const relays = await Promise.all([startRelay({ port: ports.ldap, target: ports.ldapBehind }), startRelay({ port: ports.ldaps, target: ports.ldapsBehind })]);
  const every = async (work) => void (await Promise.all(relays.map(work)));

  /** Changes written as LDIF, by who may write. */
  async function modify(text) {
    const file = join(home, "change.ldif");
    await writeFile(file, text);
    await run("ldapmodify", [...asManager, "-f", file]);
  }
  const replace = (attribute, values) => [`replace: ${attribute}`, ...values.map((value) => `${attribute}:: ${Buffer.from(value).toString("base64")}`), "-"].join("\n");

  return {
    pid: slapd.pid,
    url: plain,
    secureUrl: `ldaps://127.0.0.1:${ports.ldaps}`,
    base, peopleBase, listsBase, reader, dnOf,
    modify,
    /** Puts other certificates (DER each) in the place of a person's; an empty list removes them. */
    async publish(who, { certificates, bundles }) {
      const changes = [certificates && replace("userCertificate;binary", certificates), bundles && replace("userSMIMECertificate", bundles)].filter(Boolean);
      await modify([`dn: ${dnOf(who)}`, "changetype: modify", ...changes].join("\n"));
    },
    bundleOf,
    /** The filters that were asked, oldest first, as the server wrote them down. */
    async searches() {
      return [...(await readFile(log, "utf8")).matchAll(/ SRCH base="([^"]*)" scope=(\d) deref=\d filter="(.*)"/g)].map(([, at, scope, filter]) => ({ base: at, scope: Number(scope), filter }));
    },
    /** How many connections were taken. */
    connections: () => relays.reduce((sum, relay) => sum + relay.connections(), 0),
    down: () => every((relay) => relay.down()),
    /** Connections are taken, and nothing is answered until `well`. */
    silent: () => every((relay) => relay.silent()),
    well: () => every((relay) => relay.well()),
    close: () => every((relay) => relay.close()),
  };
}

/** @typedef {Awaited<ReturnType<typeof startOpenLdap>>} OpenLdap */
