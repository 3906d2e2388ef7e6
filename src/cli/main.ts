import { SmimeError } from "../base/errors.ts";
import { hostCommand } from "./host-command.ts";
import { inspectCommand } from "./inspect-command.ts";
import { InputError } from "./input-error.ts";
import { policyCommand } from "./policy-command.ts";
import { meaning } from "./report.ts";
import { ciphers, digests, sealCommand } from "./seal-command.ts";
import { UsageError } from "./usage-error.ts";
import { validateCommand } from "./validate-command.ts";

/** Put in by the build, from package.json. */
declare const MAILSEAL_VERSION: string;

const usage = `Usage:
  mailseal inspect FILE|- [--json] [--identity P12 --password-file F]... [--recipient-password-file F]... [--recipient-key ID:F]...
      [--trust PEM|DIR]... [--intermediate PEM|DIR]... [--crl FILE|DIR]... [--ocsp FILE]... [--online] [--allow-host HOST]...
      [--at ISO-8601]
  mailseal seal --in MIME|- --out EML|- [--sign P12 --password-file F] [--opaque] [--digest NAME] [--pss] [--encrypt CERT]... [--cipher NAME] [--oaep]
      [--triple-wrap] [--key-identifier] [--no-header-protection | --shy]
  mailseal validate LEAF [--json] [--trust PEM|DIR]... [--intermediate PEM|DIR]... [--crl FILE|DIR]... [--ocsp FILE]... [--online] [--allow-host HOST]...
      [--purpose smime|any] [--policy OID]... [--require-explicit-policy] [--inhibit-policy-mapping] [--inhibit-any-policy]
      [--permitted-subtree S]... [--excluded-subtree S]... [--max-depth N] [--strict] [--address A] [--at ISO-8601]
  mailseal host install|uninstall|status [--browser chrome|chromium|edge|firefox]... [--machine] [--user-data-dir DIR] [--dry-run]
  mailseal policy FILE [--json]
  mailseal --version
`;

const help = `${usage}
inspect   prints what the reader would show of a message, or of a bare CMS object (DER or PEM). "-" is standard input.
seal      signs (--sign), encrypts (--encrypt, once for each certificate), or both; --cipher is one of ${ciphers.join(", ")},
          --digest one of ${digests.join(", ")}. "-" is standard input and output.
validate  looks for a path from a certificate to an authority that is trusted.
host      tells browsers where the native host is (install), forgets it (uninstall), or starts it and asks whether it works (status).
policy    says what the settings of a browser's policy file come to, and which of them a browser would pass over.

--trust names the authorities that are trusted; without it they are those that Mozilla trusts for mail, which come along
(docs/trust-anchors.md). Certificates may be PEM, DER or certs-only. P12 is a PKCS#12 file (.p12, .pfx), and F a file that holds its password and nothing else;
one password file serves several P12. Mail that is locked with a password is opened by --recipient-password-file, mail to a key that
both sides have by --recipient-key: ID is the key's name in hexadecimal, and F a file with the key in hexadecimal. Revocation is
asked once a list (--crl, DER or PEM) or an OCSP answer (--ocsp) is given: then every certificate of a path but its anchor needs an
answer, and what a message encloses counts behind what is given. --online fetches what certificates of a path to a trusted authority
name, over HTTP and LDAP, and nothing else; hosts in a private network only if --allow-host lists them. Without it nothing is fetched from
anywhere.

Of seal: --triple-wrap signs once more outside the encryption. --pss and --oaep use those forms of RSA, and --key-identifier names people by
their certificates' key identifiers, which older programs cannot read; without --oaep it is used where a certificate announces it. --shy hides
names and time zone outside the encryption as well as the subject, --no-header-protection hides and protects none of them.

Of validate: --purpose smime asks for a certificate that may sign mail or be encrypted to. S is email:example.org, email:.example.org,
dns:…, uri:…, ip:10.0.0.0/8 or dirName:O=Org,C=DE. N counts the certificates between the one asked about and the authority that is
trusted. --strict also holds issuers to rules of RFC 5280 that some real ones break.

Of host: without --browser those browsers are meant that this person has used, with --machine all, for every user of the machine.
--user-data-dir names the folder of a Chrome, Chromium or Edge that was started with one of its own. --dry-run says what would be
done. Files that another program wrote are neither replaced nor removed.

Exit status: 0 done, and for validate: valid. 1 an input is not there, cannot be read or cannot be used, or the
output cannot be written; for validate: not valid, for host status: not installed anywhere, or not working; for policy: something does less than it says. 2 wrong usage.
inspect ends with 0 whatever the message is worth: read "summary" of --json. docs/codes.md lists every code.
`;

const asksForHelp = (args: string[]): boolean => args[0] === "help" || args.includes("--help") || args.includes("-h");

/** Runs one command and returns the exit status: 0 done, 1 an input is not there or not readable (or, for validate, not valid), 2 wrong usage. */
async function run(args: string[]): Promise<number> {
  const [command, ...rest] = args;
  if (asksForHelp(args)) {
    process.stdout.write(help);
    return 0;
  }
  try {
    switch (command) {
      case "--version":
        if (rest.length > 0) throw new UsageError("--version stands alone");
        process.stdout.write(`mailseal ${MAILSEAL_VERSION}\n`);
        return 0;
      case "inspect":
        return await inspectCommand(rest);
      case "seal":
        return await sealCommand(rest);
      case "host":
        return await hostCommand(rest);
      case "policy":
        return policyCommand(rest);
      case "validate":
        return await validateCommand(rest);
      default:
        throw new UsageError(command === undefined ? "no command was given" : `there is no command "${command}"`);
    }
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`mailseal: ${error.message}\n${usage}"mailseal --help" says more.\n`);
      return 2;
    }
    if (error instanceof InputError) {
      process.stderr.write(`mailseal: ${error.message}\n`);
      return 1;
    }
    if (error instanceof SmimeError) {
      process.stderr.write(`mailseal: ${error.code}: ${meaning(error.code)}\n`);
      return 1;
    }
    throw error;
  }
}

process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
  // A reader that has seen enough, such as `head`, is no fault of anybody's.
  if (code !== "EPIPE") process.stderr.write("mailseal: the standard output cannot be written\n");
  process.exit(code === "EPIPE" ? 0 : 1);
});

process.exitCode = await run(process.argv.slice(2));
