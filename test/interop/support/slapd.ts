import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { has, must, run } from "./programs.ts";

const PROGRAM = "/usr/sbin/slapd";

export const haveSlapd = run(PROGRAM, ["-VV"]).status === 0 && has("ldapwhoami");
if (!haveSlapd) console.log("skipped: slapd is not installed");

export const BASE = "dc=host,dc=test";
export const READER = { name: `cn=reader,${BASE}`, password: "reader-word" };

/** A certificate for a server, made by the authority of `folder`. */
export function serverCertificate(folder: string, name: string, alternatives: string): { certificateFile: string; keyFile: string } {
  const file = (end: string): string => join(folder, `${name}.${end}`);
  writeFileSync(file("ext"), `basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=${alternatives}\n`);
  must("openssl", ["req", "-config", join(folder, "openssl.cnf"), "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", file("key"), "-out", file("csr"), "-subj", `/CN=${name}`]);
  must("openssl", ["x509", "-req", "-in", file("csr"), "-CA", join(folder, "ca.pem"), "-CAkey", join(folder, "ca.key"), "-CAcreateserial", "-days", "3650", "-extfile", file("ext"), "-out", file("pem")]);
  return { certificateFile: file("pem"), keyFile: file("key") };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Starts OpenLDAP on loopback, with `ldap:` and `ldaps:`; whoever does not log in sees nothing but CRLs and authorities. */
export async function startSlapd(folder: string, tls: { certificateFile: string; keyFile: string }, ldif: string): Promise<{ plain: string; secure: string; stop(): void }> {
  const data = join(folder, "slapd");
  mkdirSync(data, { recursive: true });
  const config = join(folder, "slapd.conf");
  writeFileSync(config, [
    ...["core", "cosine", "inetorgperson"].map((name) => `include /etc/ldap/schema/${name}.schema`),
    "modulepath /usr/lib/ldap", "moduleload back_mdb", `pidfile ${folder}/slapd.pid`,
    `TLSCertificateFile ${tls.certificateFile}`, `TLSCertificateKeyFile ${tls.keyFile}`,
    "database mdb", "maxsize 33554432", `suffix "${BASE}"`, `directory ${data}`, "dbnosync",
    "access to attrs=userPassword by anonymous auth by * none",
    `access to dn.subtree="ou=people,${BASE}" by users read by * none`, "access to * by * read", "",
  ].join("\n"));
  const file = join(folder, "entries.ldif");
  writeFileSync(file, ldif);
  must("/usr/sbin/slapadd", ["-q", "-f", config, "-l", file]);
  const [ldap, ldaps] = [await freePort(), await freePort()];
  const [plain, secure] = [`ldap://localhost:${ldap}`, `ldaps://localhost:${ldaps}`];
  const child = spawn(PROGRAM, ["-d", "0", "-f", config, "-h", `ldap://127.0.0.1:${ldap}/ ldaps://127.0.0.1:${ldaps}/`], { stdio: "ignore" });
  for (let i = 0; run("ldapwhoami", ["-x", "-H", `ldap://127.0.0.1:${ldap}`]).status !== 0; i++) {
    if (i > 100) throw new Error("slapd did not start");
    await new Promise((later) => setTimeout(later, 50));
  }
  return { plain, secure, stop: () => void child.kill("SIGTERM") };
}
