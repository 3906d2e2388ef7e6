import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openssl } from "./openssl.mjs";

const configuration = (home) => `
[ca]
default_ca = books
[books]
database = ${home}/index.txt
crlnumber = ${home}/crlnumber
new_certs_dir = ${home}/issued
certificate = ${home}/authority.crt.pem
private_key = ${home}/authority.key.pem
default_md = sha256
default_days = 365
policy = names
rand_serial = yes
unique_subject = no
crl_extensions = list
[names]
organizationName = optional
commonName = supplied
emailAddress = optional
[list]
authorityKeyIdentifier = keyid:always
[req]
distinguished_name = dn
prompt = no
[dn]
O = unused
`;

/** The form that OpenSSL's index and its `-crl_lastupdate` take: `YYYYMMDDHHMMSSZ`. @param {Date} date */
const stamp = (date) => `${date.toISOString().replace(/\.\d+/, "").replace(/[-:T]/g, "")}`;

/** A new key and a request for a certificate: `NAME.key.pem` and `NAME.csr` in `folder`. */
export async function request(folder, name, subject, key) {
  const config = join(folder, "req.cnf");
  await writeFile(config, configuration(folder));
  await openssl(["req", "-new", "-nodes", ...key, "-keyout", `${name}.key.pem`, "-out", `${name}.csr`, "-subj", subject, "-config", config], { cwd: folder });
}

/**
 * The books of one authority as `openssl ca` keeps them, in `home`, where its certificate and key lie as
 * `authority.crt.pem` and `authority.key.pem`. One thing is done at a time.
 * @param {string} home
 */
export async function openBooks(home) {
  await mkdir(join(home, "issued"), { recursive: true });
  for (const [name, text] of Object.entries({ "ca.cnf": configuration(home), "index.txt": "", "index.txt.attr": "unique_subject = no\n", crlnumber: "01\n" })) {
    await writeFile(join(home, name), text);
  }
  let last = Promise.resolve();
  /** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  const inTurn = (work) => {
    const result = last.then(work);
    last = result.then(() => {}, () => {});
    return result;
  };
  const ca = (args) => openssl(["ca", "-batch", "-config", "ca.cnf", ...args], { cwd: home });
  const index = join(home, "index.txt");

  return {
    home,
    index,
    /** Signs `folder/NAME.csr` into `folder/NAME.crt.pem`; returns the serial number, lower-case hex. */
    issue: (folder, name, extensions, dates = []) => inTurn(async () => {
      const file = join(home, `${name}.ext`);
      await writeFile(file, extensions);
      await ca(["-notext", "-in", join(folder, `${name}.csr`), "-out", join(folder, `${name}.crt.pem`), "-extfile", file, ...dates]);
      return (await readFile(index, "utf8")).trim().split("\n").at(-1).split("\t")[3].toLowerCase();
    }),
    /** Writes a certificate down as revoked at `date` (RFC 5280 §5.3.1 names the reasons), or as good when it is null. */
    mark: (serial, revoked) => inTurn(async () => {
      const lines = (await readFile(index, "utf8")).split("\n").map((line) => {
        const fields = line.split("\t");
        if (fields[3]?.toLowerCase() !== serial) return line;
        // Two digits for the year: OpenSSL reads this field as UTCTime.
        const when = revoked ? `${stamp(revoked.date).slice(2)},${revoked.reason}` : "";
        return [revoked ? "R" : "V", fields[1], when, ...fields.slice(3)].join("\t");
      });
      await writeFile(index, lines.join("\n"));
    }),
    /** The revocation list of this moment, DER. @param {{from: Date, until: Date}} validity */
    list: ({ from, until }) => inTurn(async () => {
      const { stdout } = await ca(["-gencrl", "-crl_lastupdate", stamp(from), "-crl_nextupdate", stamp(until)]);
      return (await openssl(["crl", "-outform", "DER"], { input: stdout })).stdout;
    }),
    /**
     * What OpenSSL's responder answers to a question (DER), signed with `responder.crt.pem` of `signer`.
     * Returns the answer and the serial numbers asked about.
     * @param {Buffer} question @param {string} signer folder @param {number} minutes until a new answer is due
     */
    answer: (question, signer, minutes) => inTurn(async () => {
      const [asked, given] = [join(home, "question.der"), join(home, "answer.der")];
      await writeFile(asked, question);
      await rm(given, { force: true });
      const { stdout } = await openssl(["ocsp", "-reqin", asked, "-respout", given, "-req_text", "-index", index, "-CA", join(home, "authority.crt.pem"),
        "-rsigner", join(signer, "responder.crt.pem"), "-rkey", join(signer, "responder.key.pem"), "-nmin", String(minutes)]);
      const serials = [...stdout.toString().matchAll(/Serial Number: ([0-9A-F]+)/g)].map((match) => match[1].toLowerCase());
      return { answer: await readFile(given), serials };
    }),
  };
}

/** @typedef {Awaited<ReturnType<typeof openBooks>>} Books */
