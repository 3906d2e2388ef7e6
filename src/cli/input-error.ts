/** An input that the command line names is not there or cannot be read, or an output cannot be written: exit status 1, without the usage. */
export class InputError extends Error {
  override readonly name = "InputError";
}
