import { AndFilter, EqualityFilter, type Filter, NotFilter, OrFilter, PresenceFilter, SubstringFilter } from "ldapts";
import type { LdapFilter } from "../protocol/host-port.ts";

/** Builds the library's filter from ours: values go out as octets of their own, so there is nothing to escape (RFC 4511 §4.5.1.7). */
export function builtFilter(filter: LdapFilter): Filter {
  switch (filter.kind) {
    case "and":
      return new AndFilter({ filters: filter.filters.map(builtFilter) });
    case "or":
      return new OrFilter({ filters: filter.filters.map(builtFilter) });
    case "not":
      return new NotFilter({ filter: builtFilter(filter.filter) });
    case "equal":
      return new EqualityFilter({ attribute: filter.attribute, value: filter.value });
    case "begins":
      // Everything begins with nothing, and a substring filter must have a substring.
      if (filter.value === "") return new PresenceFilter({ attribute: filter.attribute });
      return new SubstringFilter({ attribute: filter.attribute, initial: filter.value });
    case "present":
      return new PresenceFilter({ attribute: filter.attribute });
  }
}
