/** Where everything in the lab's directory lies. */
export const base = "dc=lab,dc=test";
export const peopleBase = `ou=people,${base}`;
export const listsBase = `ou=lists,${base}`;

/** Who may write, for the tests themselves, and who may read with a password; anybody may read without one. */
export const manager = { name: `cn=manager,${base}`, password: "manager-ldap" };
export const reader = { name: `cn=reader,${base}`, password: "reader-ldap" };

/**
 * A schema of our own for what Active Directory has and OpenLDAP has not (the arc is OpenLDAP's for experiments): a person's other
 * addresses, and lists that have an address.
 */
export const schema = `
attributetype ( 1.3.6.1.4.1.4203.666.99.1 NAME 'proxyAddresses'
  EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
objectclass ( 1.3.6.1.4.1.4203.666.99.2 NAME 'labMailUser' SUP top AUXILIARY MAY ( proxyAddresses ) )
objectclass ( 1.3.6.1.4.1.4203.666.99.3 NAME 'labMailList' SUP top AUXILIARY MAY ( mail $ proxyAddresses $ displayName ) )
`;

/**
 * People of the directory. `certificate` and `bundle` name whose certificate stands in userCertificate and, with its chain, in
 * userSMIMECertificate: Erin's differ, Frank's is for an address that he has besides, Dave has none.
 */
export const directoryPeople = {
  alice: { department: "Board", certificate: "alice", bundle: "alice", proxies: ["SMTP:alice@lab.test", "smtp:alice.example@lab.test", "smtp:a.example@old.lab.test"] },
  bob: { department: "Sales", certificate: "bob", proxies: ["SMTP:bob@lab.test", "smtp:bob.example@lab.test"] },
  carol: { department: "Sales", bundle: "carol" },
  dave: { department: "Sales" },
  erin: { department: "Stores", certificate: "erin-one", bundle: "erin-two" },
  frank: { department: "Stores", certificate: "frank-old-address", proxies: ["SMTP:frank@lab.test", "smtp:frank@old.lab.test"] },
};

export const dnOf = (who) => `uid=${who},${peopleBase}`;
const listDn = (name) => `cn=${name},${listsBase}`;

/**
 * Lists, each with the address `NAME@lab.test`: of people; of lists, with a loop between two of them; by a search; by addresses alone,
 * one of them of another house.
 */
const lists = {
  team: { classes: ["groupOfNames"], member: ["alice", "bob", "carol", "dave"].map(dnOf) },
  "loop-one": { classes: ["groupOfNames"], member: [dnOf("erin"), listDn("loop-two")] },
  "loop-two": { classes: ["groupOfNames"], member: [dnOf("frank"), listDn("loop-one")] },
  everybody: { classes: ["groupOfNames"], member: [listDn("team"), listDn("loop-one")] },
  sales: { classes: ["groupOfURLs"], memberURL: [`ldap:///${peopleBase}??one?(departmentNumber=Sales)`] },
  friends: { classes: ["nisMailAlias"], rfc822MailMember: ["bob@lab.test", "team@lab.test", "guest@elsewhere.test"] },
  lost: { classes: ["groupOfNames"], member: [dnOf("bob"), dnOf("nobody")] },
};

const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** @param {string} dn @param {Record<string, string | readonly (string | Buffer)[] | undefined>} attributes */
function entry(dn, attributes) {
  const lines = Object.entries(attributes).flatMap(([name, values]) =>
    [values ?? []].flat().map((value) => (typeof value === "string" ? `${name}: ${value}` : `${name}:: ${value.toString("base64")}`)));
  return [`dn: ${dn}`, ...lines].join("\n");
}

/**
 * The directory as LDIF (RFC 2849).
 * @param {(name: string) => Promise<Buffer>} certificate DER of a name in `directoryPeople`
 * @param {(name: string) => Promise<Buffer>} bundle the same with its chain, PKCS#7
 */
export async function ldif(certificate, bundle) {
  const people = await Promise.all(Object.entries(directoryPeople).map(async ([who, person]) => entry(dnOf(who), {
    objectClass: ["inetOrgPerson", "labMailUser"], uid: who, cn: `${capital(who)} Example`, displayName: `${capital(who)} Example`, sn: "Example", givenName: capital(who),
    mail: `${who}@lab.test`, departmentNumber: person.department, proxyAddresses: person.proxies,
    "userCertificate;binary": person.certificate && [await certificate(person.certificate)],
    userSMIMECertificate: person.bundle && [await bundle(person.bundle)],
  })));
  return [
    entry(base, { objectClass: ["dcObject", "organization"], dc: "lab", o: "Mailseal Lab" }),
    entry(peopleBase, { objectClass: "organizationalUnit", ou: "people" }),
    entry(listsBase, { objectClass: "organizationalUnit", ou: "lists" }),
    entry(reader.name, { objectClass: ["organizationalRole", "simpleSecurityObject"], cn: "reader", userPassword: reader.password }),
    ...people,
    ...Object.entries(lists).map(([name, { classes, ...members }]) => entry(listDn(name), { objectClass: [...classes, "labMailList"], cn: name, mail: `${name}@lab.test`, ...members })),
  ].join("\n\n");
}
