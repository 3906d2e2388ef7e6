import net from "node:net";
import { ber, element, elements, integer, toNumber } from "./ldap-ber.mjs";

const RESULT = { success: 0, noSuchObject: 32, invalidCredentials: 49, unwilling: 53 };
const base = "DC=ad,DC=test";

/** Values of an entry's attribute whatever its case. @param {Map<string, string[]>} attributes @param {string} name */
const valuesOf = (attributes, name) => attributes.get(name.toLowerCase()) ?? [];

/** A filter (RFC 4511 §4.5.1.7) as a predicate: and, or, not, equality, present; nothing else is understood and matches nothing. */
function predicate({ tag, content }) {
  switch (tag) {
    case 0xa0:
    case 0xa1: {
      const parts = elements(content).map(predicate);
      return tag === 0xa0 ? (entry) => parts.every((part) => part(entry)) : (entry) => parts.some((part) => part(entry));
    }
    case 0xa2: {
      const inner = predicate(element(content));
      return (entry) => !inner(entry);
    }
    case 0xa3: {
      const [name, value] = elements(content).map((part) => part.content.toString());
      return (entry) => valuesOf(entry.attributes, name).some((each) => each.toLowerCase() === value.toLowerCase());
    }
    case 0x87:
      return (entry) => valuesOf(entry.attributes, content.toString()).length > 0;
    default:
      return () => false;
  }
}

/**
 * The attributes asked for. As Active Directory does, a long attribute comes in parts: asked for plainly it is empty beside
 * `NAME;range=0-1499`, and `NAME;range=1500-*` brings the next part, whose end is `*` in the last ([MS-ADTS] 3.1.1.3.1.3.3).
 */
function answered(entry, wanted, step) {
  const names = wanted.length === 0 || wanted.includes("*") ? [...entry.attributes.keys()] : wanted;
  return names.flatMap((description) => {
    const [name, ...options] = description.split(";");
    const values = valuesOf(entry.attributes, name);
    if (values.length === 0) return [];
    const range = options.map((option) => /^range=(\d+)-(\d+|\*)$/i.exec(option)).find(Boolean);
    if (!range && values.length <= step) return [[name, values]];
    const from = Number(range?.[1] ?? 0);
    const to = Math.min(range && range[2] !== "*" ? Number(range[2]) : Infinity, from + step - 1);
    const part = values.slice(from, to + 1);
    const end = to >= values.length - 1 ? "*" : to;
    return [...(range ? [] : [[name, []]]), [`${name};range=${from}-${end}`, part]];
  });
}

function person(number) {
  const dn = `CN=Person ${number},OU=People,${base}`;
  return { dn, attributes: { objectClass: ["top", "person", "user"], cn: [`Person ${number}`], displayName: [`Person ${number}`], mail: [`person-${number}@ad.test`], proxyAddresses: [`SMTP:person-${number}@ad.test`] } };
}

function group(name, member) {
  return { dn: `CN=${name},OU=Groups,${base}`, attributes: { objectClass: ["top", "group"], cn: [name], displayName: [name], mail: [`${name}@ad.test`], proxyAddresses: [`SMTP:${name}@ad.test`], member } };
}

/**
 * A server that answers as Active Directory does where a list is long: `crowd@ad.test` has `members` people, `two-crowds@ad.test`
 * has that list and one person more. Binds (anonymous or `reader`), searches and unbinds; no TLS.
 * @param {{port?: number, members?: number, step?: number}} [options] `step` is how many values one answer brings
 */
export async function startAdStub({ port = 0, members = 3700, step = 1500 } = {}) {
  const people = Array.from({ length: members }, (_, index) => person(index + 1));
  const crowd = group("crowd", people.map(({ dn }) => dn));
  const entries = [...people, crowd, group("two-crowds", [crowd.dn, person(members + 1).dn]), person(members + 1)].map(({ dn, attributes }) => ({
    dn, attributes: new Map(Object.entries({ ...attributes, distinguishedName: [dn] }).map(([name, values]) => [name.toLowerCase(), values])),
  }));
  /** By name, so that a question about one entry does not look at thousands. */
  const byDn = new Map(entries.map((entry) => [entry.dn.toLowerCase(), entry]));
  const reader = { name: `CN=reader,${base}`, password: "reader-ad" };
  /** @type {{base: string, scope: number, attributes: string[]}[]} */
  const searches = [];
  const sockets = new Set();

  const result = (tag, code, diagnostic = "") => ber(tag, integer(code, 0x0a), ber(0x04), ber(0x04, diagnostic));

  function bind(content) {
    const [, name, login] = elements(content);
    const known = name.content.length === 0 || (name.content.toString() === reader.name && login.content.toString() === reader.password);
    return [result(0x61, known ? RESULT.success : RESULT.invalidCredentials)];
  }

  function search(content) {
    const [at, scope, , limit, , , filter, wanted] = elements(content);
    const where = at.content.toString().toLowerCase();
    const attributes = elements(wanted.content).map((part) => part.content.toString());
    searches.push({ base: at.content.toString(), scope: toNumber(scope.content), attributes });
    const matches = predicate(filter);
    const most = toNumber(limit.content) || Infinity;
    const inBase = toNumber(scope.content) === 0 ? [byDn.get(where)].filter(Boolean) : entries.filter((entry) => entry.dn.toLowerCase().endsWith(where));
    if (toNumber(scope.content) === 0 && inBase.length === 0) return [result(0x65, RESULT.noSuchObject)];
    const found = inBase.filter(matches).slice(0, most);
    return [...found.map((entry) => ber(0x64, ber(0x04, entry.dn), ber(0x30, ...answered(entry, attributes, step).map(([name, values]) =>
      ber(0x30, ber(0x04, name), ber(0x31, ...values.map((value) => ber(0x04, value)))))))), result(0x65, RESULT.success)];
  }

  function answers({ tag, content }) {
    switch (tag) {
      case 0x60: return bind(content);
      case 0x63: return search(content);
      case 0x77: return [result(0x78, RESULT.unwilling, "no extended operations")];
      default: return [];
    }
  }

  const server = net.createServer((socket) => {
    let waiting = Buffer.alloc(0);
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (data) => {
      waiting = Buffer.concat([waiting, data]);
      for (let message = element(waiting); message; message = element(waiting)) {
        waiting = message.rest;
        const [id, operation] = elements(message.content);
        if (operation.tag === 0x42) return void socket.end();
        for (const answer of answers(operation)) socket.write(ber(0x30, integer(toNumber(id.content)), answer));
      }
    });
  });
  await new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
  return {
    url: `ldap://127.0.0.1:${server.address().port}`,
    base, reader, searches, members,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
