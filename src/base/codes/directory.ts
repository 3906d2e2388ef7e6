export const directoryCodes = {
  "directory.address": "What was typed is not the address of a directory that can be asked safely, or there are too many.",
  "directory.time": "A directory did not answer in the time allowed.",
  "directory.list-forbidden": "Encrypted mail to lists is not allowed.",
  "directory.list-timeout": "The members of a list could not be found in the time allowed.",
  "directory.list-too-large": "A list has more members than one message may have people, or is nested deeper than the limit.",
  "directory.list-changed": "A list has members that the author was not shown.",
  "directory.list-incomplete": "Some members of a list have no mail address in the directory, or could not be found there.",
} as const;
