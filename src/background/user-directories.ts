import { SmimeError } from "../base/errors.ts";
import { directoryId, type DirectoryPlace, readDirectoryPlace } from "../policy/directory-place.ts";

/** Where the user's own directories are kept. */
export interface UserDirectoryStore {
  read(): Promise<unknown>;
  write(directories: object[]): Promise<void>;
}

/** Directories that the user named, besides the organisation's. */
export interface UserDirectories {
  all(): Promise<DirectoryPlace[]>;
  /** Throws `directory.address` if it cannot be read, or there are too many. */
  add(directory: { url: string; startTls: boolean; loginName: string; password: string }): Promise<void>;
  /** By its name (`directoryId`). */
  remove(id: string): Promise<void>;
}

const MOST = 20;

export function userDirectories(store: UserDirectoryStore): UserDirectories {
  async function kept(): Promise<{ written: object; place: DirectoryPlace }[]> {
    const all = await store.read();
    return (Array.isArray(all) ? (all as unknown[]) : []).flatMap((written) => {
      const place = readDirectoryPlace(written);
      return place ? [{ written: written as object, place }] : [];
    });
  }

  return {
    all: async () => (await kept()).map(({ place }) => place),
    async add(written) {
      const place = readDirectoryPlace(written);
      const before = (await kept()).filter((each) => place && directoryId(each.place) !== directoryId(place));
      if (!place || before.length >= MOST) throw new SmimeError("directory.address");
      await store.write([...before.map((each) => each.written), written]);
    },
    async remove(id) {
      await store.write((await kept()).filter(({ place }) => directoryId(place) !== id).map(({ written }) => written));
    },
  };
}
