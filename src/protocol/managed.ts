import type { Code } from "../base/codes/index.ts";

/** One setting as the organisation set it. */
export interface ManagedFact {
  name: string;
  /** The mail domains that it is for; null is for all. */
  domains: readonly string[] | null;
  /** The value that holds, as text; empty where nothing does. */
  value: string;
  /** What is to be said about it; `detail` is the part in question. */
  problems: { code: Code; detail: string }[];
}

/** What an organisation tells its people. */
export interface OrganisationContacts {
  /** Where people get a certificate: an https: or mailto: address; empty if the organisation names none. */
  enrolment: string;
  /** Where people get help; as above. */
  help: string;
  /** What people are told of what the administrator can see, plain text; empty for none. */
  notice: string;
}

/** What an organisation decided and tells its people. */
export interface OrganisationState extends OrganisationContacts {
  /** In the order of the settings' reference; empty where nothing is managed. */
  facts: ManagedFact[];
}
