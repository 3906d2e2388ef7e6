import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openssl } from "./openssl.mjs";

/** Raised when anything below changes, so that certificates kept from an older lab are made anew. */
const VERSION = 1;
const DAYS = "825";

/**
 * The people of the lab. Dave's certificate exists as a file and nothing is imported for him; Eve's comes from an
 * authority that nobody trusts.
 */
export const people = {
  alice: { name: "Alice Example", authority: "lab", key: ["-newkey", "rsa:2048"] },
  bob: { name: "Bob Example", authority: "lab", key: ["-newkey", "rsa:2048"] },
  carol: { name: "Carol Example", authority: "lab", key: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"] },
  dave: { name: "Dave Example", authority: "lab", key: ["-newkey", "rsa:2048"] },
  eve: { name: "Eve Example", authority: "evil", key: ["-newkey", "rsa:2048"] },
};

const authorities = { lab: "Lab Root", evil: "Evil Root" };

/** The password of each person's PKCS#12 file. */
export const pkcs12Password = (who) => `${who}-p12`;

/** Certificates name no revocation source: checking them asks nobody. */
const extensions = (who) => `
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[issuing]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
[person]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, ${who === "carol" ? "keyAgreement" : "keyEncipherment"}
extendedKeyUsage = emailProtection
subjectAltName = email:${who}@lab.test
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
[req]
distinguished_name = dn
prompt = no
[dn]
O = unused
`;

async function request(folder, who, subject, key) {
  await writeFile(join(folder, `${who}.cnf`), extensions(who));
  await openssl(["req", "-new", "-nodes", ...key, "-keyout", `${who}.key.pem`, "-out", `${who}.csr`, "-subj", subject, "-config", `${who}.cnf`], { cwd: folder });
}

const sign = (folder, who, section, issuer) =>
  openssl(["x509", "-req", "-in", `${who}.csr`, "-days", DAYS, "-sha256", "-extfile", `${who}.cnf`, "-extensions", section, "-out", `${who}.crt.pem`,
    ...(issuer ? ["-CA", `${issuer}.crt.pem`, "-CAkey", `${issuer}.key.pem`] : ["-signkey", `${who}.key.pem`])], { cwd: folder });

async function makeAuthority(folder, name, title) {
  const rsa = ["-newkey", "rsa:2048"];
  const issuing = `${name}-issuing`;
  await Promise.all([
    request(folder, `${name}-root`, `/O=Mailseal Lab/CN=${title}`, rsa),
    request(folder, issuing, `/O=Mailseal Lab/CN=${title.replace("Root", "Issuing CA")}`, rsa),
  ]);
  await sign(folder, `${name}-root`, "root", null);
  await sign(folder, issuing, "issuing", `${name}-root`);
  const chain = await Promise.all([issuing, `${name}-root`].map((file) => readFile(join(folder, `${file}.crt.pem`), "utf8")));
  await writeFile(join(folder, `${name}-chain.pem`), chain.join(""));
}

async function makePerson(folder, who) {
  const { name, authority, key } = people[who];
  await request(folder, who, `/O=Mailseal Lab/CN=${name}/emailAddress=${who}@lab.test`, key);
  await sign(folder, who, "person", `${authority}-issuing`);
  await openssl(["x509", "-in", `${who}.crt.pem`, "-outform", "DER", "-out", `${who}.cer`], { cwd: folder });
  await openssl(["pkcs12", "-export", "-inkey", `${who}.key.pem`, "-in", `${who}.crt.pem`, "-certfile", `${authority}-chain.pem`,
    "-name", name, "-passout", `pass:${pkcs12Password(who)}`, "-out", `${who}.p12`], { cwd: folder });
}

async function usable(folder) {
  try {
    if ((await readFile(join(folder, "version"), "utf8")) !== String(VERSION)) return false;
    await openssl(["x509", "-in", "alice.crt.pem", "-noout", "-checkend", String(30 * 86400)], { cwd: folder });
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes root, issuing authority and everybody's certificate with OpenSSL, or takes those of an earlier lab, so that
 * a browser in which they were once imported keeps working. All files lie in `folder`:
 * `NAME.p12` (password `pkcs12Password`), `NAME.cer` (DER), `NAME.crt.pem`, `NAME.key.pem`, and of the authorities
 * `lab-root.crt.pem`, `lab-chain.pem`, `evil-root.crt.pem`.
 * @param {string} folder
 */
export async function makeCertificates(folder) {
  if (!(await usable(folder))) {
    await mkdir(dirname(folder), { recursive: true });
    const work = await mkdtemp(`${folder}-`);
    await Promise.all(Object.entries(authorities).map(([name, title]) => makeAuthority(work, name, title)));
    await Promise.all(Object.keys(people).map((who) => makePerson(work, who)));
    await writeFile(join(work, "version"), String(VERSION));
    await rm(folder, { recursive: true, force: true });
    try {
      await rename(work, folder);
    } catch (error) {
      // Another lab of this checkout was quicker; its certificates serve as well.
      await rm(work, { recursive: true, force: true });
      if (!existsSync(join(folder, "version"))) throw error;
    }
  }
  const fingerprint = async (name) =>
    (await openssl(["x509", "-in", `${name}.crt.pem`, "-noout", "-fingerprint", "-sha256"], { cwd: folder })).stdout
      .toString().trim().split("=")[1].replaceAll(":", "").toLowerCase();
  return {
    folder,
    /** SHA-256 of the authority everybody trusts, lower-case hex. */
    rootSha256: await fingerprint("lab-root"),
    pkcs12: (who) => ({ path: join(folder, `${who}.p12`), password: pkcs12Password(who) }),
    certificate: (who) => join(folder, `${who}.cer`),
    pem: (who) => join(folder, `${who}.crt.pem`),
    key: (who) => join(folder, `${who}.key.pem`),
    root: join(folder, "lab-root.crt.pem"),
    chain: join(folder, "lab-chain.pem"),
  };
}
