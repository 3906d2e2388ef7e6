export const generalCodes = {
  "internal.unexpected": "Something failed in a way nobody planned for.",
  "protocol.malformed": "A message between our own parts did not have its documented shape.",
  "protocol.forbidden": "A part asked for something that its kind of part may not ask for.",
  "protocol.ticket": "The ticket of a frame is unknown, used, too old, or belongs to another tab or document.",
  "protocol.unreachable": "Another part of the extension did not answer.",
  "setup.address": "What was typed is not the address of a webmail.",
  "store.unavailable": "The browser's database could not be opened.",
  "store.newer": "The browser's database was written by a newer version, and is left as it is.",
  "store.not-found": "The record asked for is not in the store.",
} as const;
