import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import { openBooks, request } from "./authority-books.mjs";
import { startHosts } from "./authority-host.mjs";
import { pkcs12Password } from "./ca.mjs";
import { identities, issuingExtensions, personExtensions, quickKey, responderExtensions, serverExtensions, subjectOf } from "./checked-people.mjs";
import { openssl } from "./openssl.mjs";

const DAY = 86_400_000;

/** An issuing authority with books of its own and a delegated responder, under a root whose books are `above`. */
async function makeIssuing(home, name, above, places) {
  await mkdir(home, { recursive: true });
  await request(home, "authority", `/O=Mailseal Lab/CN=${name}`, quickKey);
  await above.issue(home, "authority", issuingExtensions(places));
  const books = await openBooks(home);
  await request(home, "responder", `/O=Mailseal Lab/CN=${name} Responder`, quickKey);
  await books.issue(home, "responder", responderExtensions);
  return books;
}

async function booksOfRoot(home, ca, name) {
  await mkdir(home, { recursive: true });
  for (const part of ["crt", "key"]) await copyFile(join(ca, `${name}-root.${part}.pem`), join(home, `authority.${part}.pem`));
  return openBooks(home);
}

const derOf = async (path) => new X509Certificate(await readFile(path)).raw;

/** Key, certificate, chain and PKCS#12 of one identity; returns its serial number. */
async function makePerson(folder, name, books, root, places) {
  const { who, key = quickKey, dates, enclosed = true } = identities[name];
  await request(folder, name, subjectOf(name), key);
  const serial = await books.issue(folder, name, personExtensions(name, places), dates);
  await writeFile(join(folder, `${name}.cer`), await derOf(join(folder, `${name}.crt.pem`)));
  const above = await Promise.all([join(books.home, "authority.crt.pem"), root].map((path) => readFile(path, "utf8")));
  await writeFile(join(folder, `${name}.chain.pem`), enclosed ? above.join("") : "");
  await openssl(["pkcs12", "-export", "-inkey", `${name}.key.pem`, "-in", `${name}.crt.pem`, ...(enclosed ? ["-certfile", `${name}.chain.pem`] : []),
    "-name", name, "-passout", `pass:${pkcs12Password(who)}`, "-out", `${name}.p12`], { cwd: folder });
  return serial;
}

/** A certificate for a server of the lab on this machine. */
async function makeServer(folder, books) {
  await request(folder, "server", "/O=Mailseal Lab/CN=localhost", quickKey);
  await books.issue(folder, "server", serverExtensions);
  await writeFile(join(folder, "server.chain.pem"), (await Promise.all([join(folder, "server.crt.pem"), join(books.home, "authority.crt.pem")].map((path) => readFile(path, "utf8")))).join(""));
}

/**
 * An issuing authority under the lab's root that publishes: certificates which name its lists, its OCSP responder and its own
 * certificate, and hosts on loopback that serve them, all made by OpenSSL when they are asked for.
 * @param {{folder: string, ca: string, ports: {lists: number, ocsp: number, issuers: number}}} options `ca` holds what `ca.mjs` made
 */
export async function startAuthority({ folder, ca, ports }) {
  const home = join(folder, "authority");
  await mkdir(join(home, "people"), { recursive: true });
  const at = (port, path) => `http://127.0.0.1:${port}${path}`;
  const places = {
    "root-crl": at(ports.lists, "/root.crl"), "issuing-crl": at(ports.lists, "/issuing.crl"), ocsp: at(ports.ocsp, "/ocsp"),
    "root-cer": at(ports.issuers, "/root.cer"), "issuing-cer": at(ports.issuers, "/issuing.cer"), "issuing-p7c": at(ports.issuers, "/issuing.p7c"),
  };
  const [root, evil] = await Promise.all(["lab", "evil"].map((name) => booksOfRoot(join(home, `${name}-root`), ca, name)));
  const NAME = "Lab Checked CA";
  // The impostor has the issuing authority's name and a key of its own: it signs what a stranger signs.
  const [issuing, stranger, impostor] = await Promise.all([
    makeIssuing(join(home, "issuing"), NAME, root, places), makeIssuing(join(home, "stranger"), "Stranger CA", evil, places), makeIssuing(join(home, "impostor"), NAME, evil, places),
  ]);
  const people = join(home, "people");
  const serials = Object.fromEntries(await Promise.all(Object.entries(identities).map(async ([name, { from }]) =>
    [name, await makePerson(people, name, from ? stranger : issuing, join(ca, `${from ? "evil" : "lab"}-root.crt.pem`), places)])));
  await makeServer(people, issuing);
  const nameOf = (serial) => Object.keys(serials).find((name) => serials[name] === serial) ?? serial;

  let lifetime = DAY;
  const validity = (fault) => ({ from: new Date(Date.now() - (fault === "expired" ? 2 * DAY : 60_000)), until: new Date(Date.now() + (fault === "expired" ? -DAY : lifetime)) });
  const list = (books, other) => (_request, fault) => (fault === "stranger" ? other : books).list(validity(fault));
  const certificate = (books, other) => (_request, fault) => derOf(join((fault === "stranger" ? other : books).home, "authority.crt.pem"));
  async function answer({ method, url, body }, fault, record) {
    const question = method === "POST" ? body : Buffer.from(decodeURIComponent(url.slice("/ocsp/".length)), "base64");
    const made = await issuing.answer(question, (fault === "stranger" ? impostor : issuing).home, Math.max(1, Math.ceil(lifetime / 60_000)));
    record.serials = made.serials.map(nameOf);
    return made.answer;
  }
  const bundle = async () => (await openssl(["crl2pkcs7", "-nocrl", "-certfile", join(issuing.home, "authority.crt.pem"), "-certfile", join(root.home, "authority.crt.pem"), "-outform", "DER"])).stdout;
  const hosts = await startHosts({
    "root-crl": { port: ports.lists, path: "/root.crl", type: "application/pkix-crl", faults: ["expired", "stranger"], make: list(root, evil) },
    "issuing-crl": { port: ports.lists, path: "/issuing.crl", type: "application/pkix-crl", faults: ["expired", "stranger"], make: list(issuing, impostor) },
    ocsp: { port: ports.ocsp, path: "/ocsp", type: "application/ocsp-response", faults: ["stranger"], make: answer },
    "root-cer": { port: ports.issuers, path: "/root.cer", type: "application/pkix-cert", faults: ["stranger"], make: certificate(root, evil) },
    "issuing-cer": { port: ports.issuers, path: "/issuing.cer", type: "application/pkix-cert", faults: ["stranger"], make: certificate(issuing, impostor) },
    "issuing-p7c": { port: ports.issuers, path: "/issuing.p7c", type: "application/pkcs7-mime", faults: [], make: bundle },
  });

  const file = (suffix) => (name) => join(people, `${name}${suffix}`);
  const books = (name) => (identities[name].from ? stranger : issuing);
  const known = (name) => {
    if (!(name in serials)) throw new Error(`there is no identity ${name}; there are ${Object.keys(serials).join(", ")}`);
    return name;
  };
  return {
    /** What each place's address is. */
    places,
    identities: Object.keys(identities),
    certificates: {
      pkcs12: (name) => ({ path: file(".p12")(known(name)), password: pkcs12Password(identities[name].who) }),
      certificate: file(".cer"), pem: file(".crt.pem"), key: file(".key.pem"), chain: file(".chain.pem"),
      issuing: join(issuing.home, "authority.crt.pem"),
      /** Certificate with chain, and key, of the lab's TLS servers. */
      server: { chain: file(".chain.pem")("server"), key: file(".key.pem")("server") },
    },
    /** Revokes an identity's certificate; the date may lie in the past. */
    revoke: (name, { reason = "keyCompromise", date = new Date() } = {}) => books(known(name)).mark(serials[name], { reason, date }),
    unrevoke: (name) => books(known(name)).mark(serials[name], null),
    /** Milliseconds until a new list or answer is due; answers know whole minutes only. */
    setLifetime: (ms) => void (lifetime = ms),
    /** The list of this moment, DER, as a person would be handed it. */
    currentList: (which) => (which === "root" ? root : issuing).list(validity(null)),
    requests: hosts.requests,
    forget: hosts.forget,
    misbehave: hosts.misbehave,
    close: hosts.close,
  };
}

/** @typedef {Awaited<ReturnType<typeof startAuthority>>} Authority */
