import { text, textList } from "../setting-kinds.ts";
import { isAdvice, isHelpAddress, isOrigin } from "../setting-values.ts";

/** Where Mailseal works, and what it tells people of their organisation. */
export const organisationSettings = {
  WebmailOrigins: textList(
    {
      meaning: "Webmails where Mailseal works, as origins without a path. It names a webmail and cannot grant it: each person allows the site once.",
      shows: "Set-up offers them; the options page shows them, marked as set by the organisation.",
      example: ["https://mail.example.org"],
    },
    isOrigin,
  ),
  EnrolmentAddress: text(
    { meaning: "Where people get a certificate: an https: or mailto: address.", shows: "A link in set-up, on the options page and where a certificate is missing or has ended.", example: "https://pki.example.org/enrol" },
    isHelpAddress,
  ),
  HelpAddress: text(
    { meaning: "Where people get help: an https: or mailto: address.", shows: "A link on the options page and on every help page.", example: "mailto:helpdesk@example.org" },
    isHelpAddress,
  ),
  AdministratorNotice: text(
    { meaning: "What people are told of what the administrator can see, plain text of at most 2000 characters.", shows: "It stands in set-up and on the options page, under the organisation's settings.", example: "Encryption keys are kept by the organisation and can be recovered by two officers." },
    isAdvice,
  ),
} as const;
