import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bytes } from "../../../src/base/bytes.ts";
import { codeOf } from "../../../src/base/errors.ts";
import type { Certificate } from "../../../src/pki/certificate.ts";
import { isWithin, parseName, sameName } from "../../../src/pki/name.ts";
import { satisfies } from "../../../src/pki/name-constraints/satisfies.ts";
import { OID } from "../../../src/pki/oids.ts";
import { readValue } from "./boringssl-parts.ts";
import { corpora } from "../support/corpora.ts";
import type { Case, Decision, Said } from "./case.ts";
import { pemBlocks } from "./pem.ts";

const folder = join(corpora, "boringssl-pki");

function block(path: string, label: string): Bytes {
  return pemBlocks(readFileSync(join(folder, path), "latin1"), label)[0] ?? new Uint8Array();
}

/** Says `ok` for true, a code for false or for what cannot be read. */
function saying(holds: () => boolean, code: string): Said {
  try {
    return { code: holds() ? "ok" : code };
  } catch (error) {
    return { code: codeOf(error) };
  }
}

const TYPES = ["PRINTABLESTRING", "UTF8", "BMPSTRING", "UNIVERSALSTRING", "T61STRING"];

/** Which two files of name-match name the same, and which name nothing: T61 strings equal themselves alone. */
function namePairs(): [string, string, boolean][] {
  const pairs: [string, string, boolean][] = [];
  for (const one of TYPES) {
    const folds = one !== "T61STRING";
    pairs.push([`ascii-${one}-unmangled`, `ascii-${one}-case_swap`, folds], [`ascii-${one}-unmangled`, `ascii-${one}-extra_whitespace`, folds]);
    for (const way of ["unmangled", "case_swap", "extra_whitespace"]) {
      const name = `ascii-${one}-${way}`;
      for (const more of ["extra_attr", "extra_rdn"]) pairs.push([name, `${name}-${more}`, false]);
      pairs.push([`${name}-dupe_attr`, `${name}-extra_attr`, false], [name, name, true]);
    }
    for (const other of TYPES) pairs.push([`ascii-${one}-unmangled`, `ascii-${other}-unmangled`, one === other || (folds && other !== "T61STRING")]);
  }
  for (const text of ["unicode_bmp", "unicode_supplementary"]) {
    for (const other of TYPES) pairs.push([`${text}-UTF8-unmangled`, `${text}-${other}-unmangled`, true]);
  }
  pairs.push(["unicode-mixed-normalized", "unicode-mixed-unnormalized", true], ["ascii-PRINTABLESTRING-rdn_sorting_1", "ascii-PRINTABLESTRING-rdn_sorting_2", true]);
  pairs.push(["ascii-mixed-rdn_dupetype_sorting_1", "ascii-mixed-rdn_dupetype_sorting_2", true]);
  for (const name of ["AttributeTypeAndValue-badAttributeType", "AttributeTypeAndValue-empty", "AttributeTypeAndValue-extradata", "AttributeTypeAndValue-onlyOneElement", "AttributeTypeAndValue-setNotSequence", "Name-setInsteadOfSequence", "RDN-empty", "RDN-sequenceInsteadOfSet"]) {
    pairs.push([`invalid-${name}`, `invalid-${name}`, false]);
  }
  const once = new Map(pairs.map((pair) => [`${pair[0]} ${pair[1]}`, pair]));
  return [...once.values()].filter(([a, b]) => [a, b].every((name) => existsSync(join(folder, `name-match/names/${name}.pem`))));
}

export function boringsslNameCases(): Case[] {
  const name = (file: string) => parseName(block(`name-match/names/${file}.pem`, "NAME"));
  const same = namePairs().map(
    ([a, b, expected]): Case => ({
      group: "name-match",
      name: a === b ? a : `${a} = ${b}`,
      expected: expected ? "valid" : "invalid",
      run: () => saying(() => sameName(name(a), name(b)), "another name"),
    }),
  );
  const inside = TYPES.flatMap((type) =>
    ([["extra_rdn", true], ["extra_attr", false]] as const).map(
      ([more, expected]): Case => ({
        group: "name-match",
        name: `ascii-${type}-unmangled-${more} within ascii-${type}-unmangled`,
        expected: expected ? "valid" : "invalid",
        run: () => saying(() => isWithin(name(`ascii-${type}-unmangled-${more}`), name(`ascii-${type}-unmangled`)), "outside"),
      }),
    ),
  );
  return [...same, ...inside];
}

/** Constraints, and of alternative names (`san-…`) and subjects (`name-…`) those that satisfy them and those that do not. */
const CONSTRAINED: Record<string, { good?: string[]; bad?: string[] }> = {
  "dnsname": { good: ["san-permitted", "san-excluded-directoryname", "san-excluded-ipaddress"], bad: ["san-excluded-dnsname"] },
  "directoryname": {
    good: ["san-permitted", "san-excluded-dnsname", "san-excluded-ipaddress", "name-us", "name-us-arizona", "name-jp-tokyo", "name-us-arizona-email", "name-us-arizona-email-invalidstring"],
    bad: ["san-excluded-directoryname", "name-ca", "name-us-california", "name-us-california-mountain_view", "name-de", "name-jp"],
  },
  "directoryname-excluded": { good: ["name-us"], bad: ["name-us-california", "name-us-california-mountain_view"] },
  "directoryname-excludeall": { bad: ["name-us", "name-us-california", "name-jp"] },
  "directoryname_and_dnsname": { good: ["name-us-arizona-foo.com", "name-us-arizona-permitted.example.com"], bad: ["name-us-california-permitted.example.com"] },
  "directoryname_and_dnsname_and_ipaddress": { good: ["name-us-arizona-1.1.1.1", "name-us-arizona-192.168.1.1", "name-us-arizona-ipv6"], bad: ["name-us-california-192.168.1.1"] },
  "ipaddress": { good: ["san-permitted", "san-excluded-dnsname", "san-excluded-directoryname"], bad: ["san-excluded-ipaddress"] },
  "rfc822name-permitted": {
    good: ["san-rfc822name", "san-rfc822name-domaincase"],
    bad: ["localpartcase", "subdomain", "no-at", "two-ats", "quoted", "ipv4", "multiple"].map((name) => `san-rfc822name-${name}`).concat("name-us-arizona-email", "name-us-arizona-email-localpartcase", "name-us-arizona-email-multiple"),
  },
  "rfc822name-excluded": {
    good: ["san-rfc822name-subdomain", "name-us-arizona-email"],
    bad: ["san-rfc822name", "san-rfc822name-domaincase", "san-rfc822name-no-at", "san-rfc822name-two-ats", "san-rfc822name-ipv4", "name-us-arizona-email-localpartcase", "name-us-arizona-email-multiple"],
  },
  "rfc822name-permitted-hostname": {
    good: ["san-rfc822name", "san-rfc822name-domaincase", "san-rfc822name-localpartcase", "san-rfc822name-multiple", "name-us-arizona-email", "name-us-arizona-email-multiple"],
    bad: ["subdomain", "no-at", "two-ats", "empty-localpart", "quoted"].map((name) => `san-rfc822name-${name}`),
  },
  "rfc822name-excluded-hostname": {
    good: ["san-rfc822name-subdomain"],
    bad: ["san-rfc822name", "san-rfc822name-domaincase", "san-rfc822name-localpartcase", "san-rfc822name-no-at", "san-rfc822name-two-ats", "san-rfc822name-empty-localpart"],
  },
  "rfc822name-permitted-hostnamewithat": { bad: ["san-rfc822name", "san-rfc822name-domaincase", "san-rfc822name-empty-localpart", "san-rfc822name-subdomain", "san-rfc822name-no-at"] },
  "rfc822name-permitted-subdomains": { good: ["san-rfc822name-subdomain", "san-rfc822name-subdomaincase"], bad: ["san-rfc822name", "san-rfc822name-subdomain-no-at", "san-rfc822name-subdomain-two-ats"] },
  "rfc822name-excluded-subdomains": { good: ["san-rfc822name"], bad: ["san-rfc822name-subdomain", "san-rfc822name-subdomaincase", "san-rfc822name-subdomain-no-at", "san-rfc822name-subdomain-two-ats"] },
  "rfc822name-permitted-empty": { bad: ["san-rfc822name", "san-rfc822name-empty"] },
  "rfc822name-excluded-empty": { bad: ["san-rfc822name", "san-rfc822name-empty"] },
  "rfc822name-permitted-ipv4": { bad: ["san-rfc822name", "san-rfc822name-empty", "san-rfc822name-ipv4"] },
  "rfc822name-excluded-ipv4": { bad: ["san-rfc822name", "san-rfc822name-empty", "san-rfc822name-ipv4"] },
  "rfc822name-permitted-quoted": { bad: ["san-rfc822name-quoted"] },
  "rfc822name-excluded-quoted": { bad: ["san-rfc822name-subdomain"] },
  "othername-permitted": { bad: ["san-othername"] },
  "othername-excluded": { good: ["san-rfc822name-quoted"], bad: ["san-othername"] },
  "x400address-permitted": { bad: ["san-x400address"] },
  "x400address-excluded": { bad: ["san-x400address"] },
  "edipartyname-permitted": { bad: ["san-edipartyname"] },
  "edipartyname-excluded": { bad: ["san-edipartyname"] },
  "registeredid-permitted": { bad: ["san-registeredid"] },
  "registeredid-excluded": { bad: ["san-registeredid"] },
  "uri-permitted": { bad: ["san-uri"] },
};

/** Pairs where we are stricter or read more than BoringSSL. */
const CONSTRAINED_DECISIONS: [string, string, "valid" | "invalid", string, string][] = [
  ["rfc822name-excluded", "san-rfc822name-localpartcase", "valid", "pki.name-constraints", "AD-02: an excluded address stays excluded in every spelling"],
  ["rfc822name-permitted-hostname", "name-us-arizona-email-invalidstring", "invalid", "ok", "VisibleString is read as the text it is, and compared"],
];

/** Extensions that must not be read. */
const UNREADABLE = ["dnsname-with_max", "dnsname-with_min_0", "dnsname-with_min_0_and_max", "dnsname-with_min_1", "dnsname-with_min_1_and_max", "invalid-empty_excluded_subtree", "invalid-empty_permitted_subtree", "invalid-no_subtrees", "ipaddress-invalid_addr", ...[1, 2, 3, 4].map((n) => `ipaddress-invalid_mask_not_contiguous_${n}`)];

export function boringsslConstraintCases(): Case[] {
  const constraints = (file: string) => readValue(OID.nameConstraints, block(`name-constraints/${file}.pem`, "NAME CONSTRAINTS")).nameConstraints;
  const holder = (file: string): Certificate => {
    const san = file.startsWith("san-") ? readValue(OID.subjectAltName, block(`name-constraints/${file}.pem`, "SUBJECT ALTERNATIVE NAME")).subjectAltName : [];
    const subject = parseName(file.startsWith("san-") ? Uint8Array.of(0x30, 0) : block(`name-constraints/${file}.pem`, "NAME"));
    return { subject, subjectAltName: san } as Partial<Certificate> as Certificate;
  };
  const pair = (base: string, file: string, expected: "valid" | "invalid", otherwise?: Decision): Case => ({
    group: "name-constraints",
    name: `${file} under ${base}`,
    expected,
    otherwise,
    run: () =>
      saying(() => {
        const found = constraints(base);
        return found !== null && satisfies(holder(file), found, { comparisons: 1000 }) === "satisfied";
      }, "pki.name-constraints"),
  });
  return [
    ...Object.entries(CONSTRAINED).flatMap(([base, { good = [], bad = [] }]) => [...good.map((file) => pair(base, file, "valid")), ...bad.map((file) => pair(base, file, "invalid"))]),
    ...CONSTRAINED_DECISIONS.map(([base, file, expected, code, why]) => pair(base, file, expected, { code, why })),
    ...UNREADABLE.map((file): Case => ({ group: "name-constraints", name: file, expected: "invalid", run: () => saying(() => constraints(file) !== null, "none") })),
    {
      group: "name-constraints",
      name: "san-invalid-empty",
      expected: "invalid",
      otherwise: { code: "ok", why: "an empty list of names is read as none, as one of OpenSSL's cases has it" },
      run: () => saying(() => holder("san-invalid-empty").subjectAltName.length === 0, "not empty"),
    },
    { group: "name-constraints", name: "san-invalid-ipaddress", expected: "invalid", run: () => saying(() => holder("san-invalid-ipaddress").subjectAltName.length > 0, "none") },
  ];
}
