/** The command line itself is wrong: said with the usage, exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
