import { text, textList } from "../setting-kinds.ts";
import { isAdvice, isHelpAddress } from "../setting-values.ts";
import { adapterRemarks, forbidsWebmail, readWebmailPlace } from "../webmail-place.ts";

const webmailOrigins = textList(
  {
    meaning:
      "Webmails where Mailseal works, as origins without a path. It names a webmail and cannot grant it: each person allows the site once. After a space may stand which webmail it is (`roundcube`), for pages that do not show it, or `none`: Mailseal does not work there, whoever allows it. Any other word counts as `none`.",
    shows: "Set-up offers them; the options page shows them, marked as set by the organisation.",
    example: ["https://mail.example.org", "https://post.example.org roundcube", "https://private.example none"],
  },
  (entry) => readWebmailPlace(entry) !== null,
  forbidsWebmail,
);

/** Where Mailseal works, and what it tells people of their organisation. */
export const organisationSettings = {
  WebmailOrigins: { ...webmailOrigins, remarks: (value: unknown) => [...webmailOrigins.remarks(value), ...adapterRemarks(value)] },
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
