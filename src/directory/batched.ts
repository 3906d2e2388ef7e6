import { codeOf } from "../base/errors.ts";

interface Waiting<T> {
  key: string;
  resolve: (value: T | undefined) => void;
  reject: (error: unknown) => void;
}

/**
 * Gathers single questions for a moment and asks them together. What was too much for one answer is asked one by one; any other
 * failure is everybody's.
 * @param ask answers by key
 * @param wait milliseconds
 */
export function batched<T>(ask: (keys: string[]) => Promise<Map<string, T>>, most: number, wait: number): (key: string) => Promise<T | undefined> {
  let waiting: Waiting<T>[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;

  async function run(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const batch = waiting;
    waiting = [];
    try {
      const answers = await ask([...new Set(batch.map(({ key }) => key))]);
      for (const { key, resolve } of batch) resolve(answers.get(key));
    } catch (error) {
      if (batch.length === 1 || codeOf(error) !== "directory.too-many") for (const { reject } of batch) reject(error);
      else for (const { key, resolve, reject } of batch) await ask([key]).then((answers) => resolve(answers.get(key)), reject);
    }
  }

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (waiting.length >= most) void run();
      else timer ??= setTimeout(() => void run(), wait);
    });
}
