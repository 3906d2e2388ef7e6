import { peopleDirectory } from "../directory/people-directory.ts";
import type { Directory, Person } from "../protocol/directory.ts";
import { allPeople, certificatesOf } from "../store/people.ts";

/** What is kept from verified mail and from files, as a directory; the newest comes first. */
export const keptDirectory: Directory = peopleDirectory({
  certificatesFor: async (address) => (await certificatesOf(address)).sort((a, b) => b.addedAt.localeCompare(a.addedAt)),
  async search(words) {
    const wanted = words.toLowerCase();
    const found = new Map<string, Person>();
    for (const { name, addresses } of await allPeople()) {
      const named = name.toLowerCase().startsWith(wanted) || name.toLowerCase().split(/\s+/).some((word) => word.startsWith(wanted));
      for (const address of addresses) {
        if ((named || address.startsWith(wanted)) && !found.has(address)) found.set(address, { name: name === "" || name === address ? null : name, address });
      }
    }
    return [...found.values()].sort((a, b) => a.address.localeCompare(b.address));
  },
});
