import type { LdapEntry, LdapFilter, LdapQuestion } from "../protocol/host-port.ts";

/** A part of a question, with the place's own in the rest. */
export type AskLdap = (question: Pick<LdapQuestion, "filter" | "attributes"> & Partial<Pick<LdapQuestion, "base" | "scope" | "limit" | "timeout">>) => Promise<LdapEntry[]>;

const equal = (attribute: string, value: string): LdapFilter => ({ kind: "equal", attribute, value });
export const anyOf = (...filters: LdapFilter[]): LdapFilter => ({ kind: "or", filters });

/** Entries that have an address as their own or as one of several (Active Directory compares without regard to case, others may not). */
export const withAddress = (address: string): LdapFilter =>
  anyOf(equal("mail", address), equal("proxyAddresses", `smtp:${address}`), equal("proxyAddresses", `SMTP:${address}`));
