export interface Marionette {
  script<T>(body: string, ...args: unknown[]): Promise<T>;
  version: string;
  close(): void;
}
export function connectMarionette(port: number): Promise<Marionette>;
