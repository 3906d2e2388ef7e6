/**
 * Until when end entities of a shipped authority may have been issued, by the authority's SHA-256: Mozilla's
 * CKA_NSS_EMAIL_DISTRUST_AFTER, which Firefox's certificate database does not tell and its list of roots, `certdata.txt` of NSS,
 * does. Kept by hand. Read last in the list of version 2.86 (NSS, 1 May 2026): it has such a date for servers in six places,
 * and for mail in none.
 */
export const issuedUntil: ReadonlyMap<string, Date> = new Map();
