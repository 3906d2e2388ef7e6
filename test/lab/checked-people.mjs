const RSA = ["-newkey", "rsa:2048"];
const EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

/** The key of an authority, and of everybody of whom nothing else is asked: quickly made. */
export const quickKey = EC;

/**
 * Second certificates of the lab's people: these name places to ask, where those of `ca.mjs` name none. `names` are the places
 * that a certificate names; `enclosed: false` leaves the authority that issued it out of its PKCS#12 file and its chain;
 * `from: "stranger"` comes from an authority of the same make that nobody trusts.
 * @type {Record<string, {who: string, names: ("crl" | "ocsp" | "cer" | "p7c")[], key?: string[], address?: string, dates?: string[], enclosed?: boolean, from?: "stranger"}>}
 */
export const identities = {
  "alice-checked": { who: "alice", names: ["crl", "ocsp", "cer"], key: RSA },
  "alice-crl": { who: "alice", names: ["crl"] },
  "alice-ocsp": { who: "alice", names: ["ocsp"] },
  "bob-checked": { who: "bob", names: ["crl", "ocsp", "cer"], key: RSA },
  "bob-crl": { who: "bob", names: ["crl"] },
  "bob-ocsp": { who: "bob", names: ["ocsp"] },
  "bob-incomplete": { who: "bob", names: ["crl", "cer"], enclosed: false },
  "bob-incomplete-p7c": { who: "bob", names: ["crl", "p7c"], enclosed: false },
  "bob-orphan": { who: "bob", names: ["crl"], enclosed: false },
  "bob-expired": { who: "bob", names: ["crl"], dates: ["-startdate", "20200101000000Z", "-enddate", "20210101000000Z"] },
  "bob-elsewhere": { who: "bob", names: ["crl"], address: "bob@elsewhere.test" },
  "bob-stranger": { who: "bob", names: ["crl", "ocsp", "cer"], from: "stranger" },
  "carol-checked": { who: "carol", names: ["crl", "ocsp", "cer"] },
  "dave-checked": { who: "dave", names: ["crl", "ocsp", "cer"] },
  // Only in the directory: two different ones for one person, and one for an address that its person has besides.
  "erin-one": { who: "erin", names: [] },
  "erin-two": { who: "erin", names: [] },
  // Only in somebody's contacts.
  judy: { who: "judy", names: [] },
  "frank-old-address": { who: "frank", names: [], address: "frank@old.lab.test" },
};

const keyIdentifiers = `
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
`;

/** What OpenSSL writes into an issuing authority's certificate. @param {Record<string, string>} places */
export const issuingExtensions = (places) => `
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
crlDistributionPoints = URI:${places["root-crl"]}
authorityInfoAccess = caIssuers;URI:${places["root-cer"]}
${keyIdentifiers}`;

/** A delegated responder (RFC 6960 §4.2.2.2), which needs no check itself (§4.2.2.2.1). */
export const responderExtensions = `
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = OCSPSigning
noCheck = ignored
${keyIdentifiers}`;

/** A server on this machine, by name and by number. */
export const serverExtensions = `
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1
${keyIdentifiers}`;

/** Names of organisation, person and address as OpenSSL takes them. @param {string} identity */
export function subjectOf(identity) {
  const { who, address = `${who}@lab.test` } = identities[identity];
  return `/O=Mailseal Lab/CN=${who[0].toUpperCase()}${who.slice(1)} Example/emailAddress=${address}`;
}

/** @param {string} identity @param {Record<string, string>} places */
export function personExtensions(identity, places) {
  const { who, address = `${who}@lab.test`, key = EC, names } = identities[identity];
  const methods = { ocsp: `OCSP;URI:${places.ocsp}`, cer: `caIssuers;URI:${places["issuing-cer"]}`, p7c: `caIssuers;URI:${places["issuing-p7c"]}` };
  const access = names.flatMap((name) => methods[name] ?? []);
  return `
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, ${key === EC ? "keyAgreement" : "keyEncipherment"}
extendedKeyUsage = emailProtection
subjectAltName = email:${address}
${names.includes("crl") ? `crlDistributionPoints = URI:${places["issuing-crl"]}` : ""}
${access.length > 0 ? `authorityInfoAccess = ${access.join(", ")}` : ""}
${keyIdentifiers}`;
}
