import { SmimeError } from "../base/errors.ts";
import { inspectCommand } from "./inspect-command.ts";
import { meaning } from "./report.ts";
import { sealCommand } from "./seal-command.ts";
import { UsageError } from "./usage-error.ts";
import { validateCommand } from "./validate-command.ts";

const usage = `Usage:
  mailseal inspect FILE|- [--json] [--identity P12 --password-file F]... [--trust PEM|DIR]... [--intermediate PEM|DIR]... [--at ISO-8601]
  mailseal seal --in MIME --out EML [--sign P12 --password-file F] [--opaque] [--encrypt CERT]... [--cipher NAME] [--triple-wrap] [--no-header-protection]
  mailseal validate LEAF [--json] --trust F... [--intermediate F|DIR]... [--purpose smime|any] [--address A] [--at ISO-8601]
`;

/** Runs one command and returns the exit status: 0 done, 1 the input is not readable (or, for validate, not valid), 2 wrong usage. */
async function run(args: string[]): Promise<number> {
  const [command, ...rest] = args;
  try {
    switch (command) {
      case "inspect":
        return await inspectCommand(rest);
      case "seal":
        return await sealCommand(rest);
      case "validate":
        return await validateCommand(rest);
      case "help":
      case "--help":
        process.stdout.write(usage);
        return 0;
      default:
        throw new UsageError(command === undefined ? "no command was given" : `there is no command "${command}"`);
    }
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`mailseal: ${error.message}\n${usage}`);
      return 2;
    }
    if (error instanceof SmimeError) {
      process.stderr.write(`mailseal: ${error.code}: ${meaning(error.code)}\n`);
      return 1;
    }
    throw error;
  }
}

process.exitCode = await run(process.argv.slice(2));
