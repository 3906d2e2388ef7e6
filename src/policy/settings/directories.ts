import { readDirectoryPlace } from "../directory-place.ts";
import { flag, number, objectList, textList } from "../setting-kinds.ts";
import { isPersonLimit } from "../setting-values.ts";

/** Where recipients' certificates and the members of lists are found, and how many. */
export const directorySettings = {
  Directories: objectList(
    {
      meaning:
        "Directories where people's certificates and the members of lists are looked for: an LDAP address with the place where the search begins, for example ldaps://ldap.example.org/dc=example,dc=org, or an HTTPS store (RFC 4387).",
      shows: "They stand on the options page, marked as set by the organisation; each person's details say which one answered.",
      example: [{ url: "ldaps://ldap.example.org/ou=People,dc=example,dc=org" }],
    },
    "list of directories",
    {
      url: { type: "string" },
      startTls: { type: "boolean" },
      loginName: { type: "string" },
      password: { type: "string" },
      memberAttributes: { type: "array", items: { type: "string" } },
    },
    readDirectoryPlace,
  ),
  DirectoryCopy: flag(
    {
      meaning: "A copy of what the LDAP directories say of certificates is kept, renewed daily, and used while one cannot be reached.",
      shows: "A person found there is said to come from the copy.",
      example: true,
    },
    { otherwise: false, failClosed: false },
  ),
  DLExpansionTimeout: number(
    {
      meaning: "Milliseconds for finding the members of one list; 0 sends no encrypted mail to lists, 2147483647 sets no limit.",
      shows: "Over the time nothing is sent, and the list is named.",
      example: 30_000,
    },
    { least: 0, most: 2_147_483_647, otherwise: 60_000, failClosed: 0 },
  ),
  CertMatchingDoNotUseProxies: flag(
    { meaning: "A person's other addresses in the directory are not tried when a certificate is looked for.", shows: "True: a person who has a certificate for another address alone has none.", example: true },
    { otherwise: false, failClosed: true },
  ),
  RecipientLimit: number(
    { meaning: "The most people that certificates are looked for in one message, members of lists included.", shows: "Over the limit nothing is sent, and the limit is said.", example: 500 },
    { least: 1, most: 5000, otherwise: 5000, failClosed: 5000 },
  ),
  RecipientLimitOf: textList(
    {
      meaning: "Another limit than RecipientLimit for one sender: the address, a space, and the number.",
      shows: "As for RecipientLimit.",
      example: ["newsletter@example.org 5000", "trainee@example.org 20"],
    },
    isPersonLimit,
  ),
} as const;
