export const policyCodes = {
  "policy.unreadable": "A setting of the organisation cannot be read; the value that protects most holds.",
  "policy.unknown-setting": "The organisation set something that has no meaning here, perhaps misspelt.",
  "policy.entry-left-out": "An entry of a list that the organisation set cannot be read and was left out.",
  "policy.weak-algorithm": "An algorithm that the organisation listed is too weak for sending and is not used.",
  "policy.unknown-algorithm": "An algorithm that the organisation listed is not known here, so the list cannot be read.",
  "policy.provider-ignored": "The provider named beside an algorithm is ignored.",
  "policy.unknown-adapter": "The organisation named a kind of webmail that is not known here; it counts as forbidden.",
  "policy.unknown-bits": "Some of the SecurityFlags have no meaning here.",
} as const;
