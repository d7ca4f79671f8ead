import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that only its owner can read, to which texts are appended. Small texts are joined before they are written. */
export class PrivateFile {
  #waiting: string[] = [];
  #length = 0;
  #bytes: number;

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
    bytes: number,
  ) {
    this.#bytes = bytes;
  }

  /** Opens a file and cuts it to its first `keep` bytes. Raises RangeError where it has fewer. */
  static async open(path: string, keep = 0): Promise<PrivateFile> {
    const file = await open(path, keep === 0 ? 'w' : 'r+', 0o600);
    const { size } = await file.stat();
    if (size < keep) {
      await file.close();
      throw new RangeError(`${path} is shorter than it was`);
    }
    await file.truncate(keep);
    return new PrivateFile(path, file, keep);
  }

  /** Number of bytes so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Appends a text. */
  async append(text: string): Promise<void> {
    this.#waiting.push(text);
    this.#length += text.length;
    if (this.#length > 1 << 18) await this.#flush();
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#waiting.join(''));
    this.#waiting = [];
    this.#length = 0;
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await this.file.write(bytes, at, bytes.length - at, this.#bytes);
      at += bytesWritten;
      this.#bytes += bytesWritten;
    }
  }

  /** Resolves when everything so far is on the disk. */
  async sync(): Promise<void> {
    await this.#flush();
    await this.file.datasync();
  }

  /** Removes what was appended after the first `bytes` bytes. */
  async rewind(bytes: number): Promise<void> {
    this.#waiting = [];
    this.#length = 0;
    if (this.#bytes === bytes) return;
    await this.file.truncate(bytes);
    this.#bytes = bytes;
  }

  /** Closes the file. */
  async close(): Promise<void> {
    await this.file.close();
  }

  /** Writes everything to the disk and renames the file to `place`, replacing what is there. */
  async commit(place: string): Promise<void> {
    await this.sync();
    await this.file.close();
    await replace(this.path, place);
  }
}

async function replace(part: string, place: string): Promise<void> {
  await rename(part, place);
  // Without this the rename itself may not survive a power cut. Some file systems cannot do it.
  const directory = await open(dirname(place), 'r').catch(() => undefined);
  await directory?.sync().catch(() => {});
  await directory?.close();
}

/** Writes a small file as a whole. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const file = await PrivateFile.open(`${path}.part`);
  try {
    await file.append(text);
  } catch (error) {
    await file.close();
    await rm(`${path}.part`, { force: true });
    throw error;
  }
  await file.commit(path);
}

/**
 * Makes a directory that only its owner can enter, and those above it, where they do not exist. It makes them one by
 * one: Node's `recursive` mkdir never returns on a file system that refuses to make a directory in an existing one,
 * such as /proc. Raises as `mkdir`.
 */
export async function makePrivate(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (await isDirectory(path)) return;
    if (code !== 'ENOENT' || (await isDirectory(dirname(path)))) throw error;
    await makePrivate(dirname(path));
    await makePrivate(path);
  }
}

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
