import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Appends texts to a file that its owner alone can read, a piece worth a system call at a time. */
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

  /** Opens a file, cut to its first `keep` bytes. Raises RangeError where it has fewer. */
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

  /** Bytes so far. */
  get bytes(): number {
    return this.#bytes;
  }

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

  /** Everything so far reaches the disk. */
  async sync(): Promise<void> {
    await this.#flush();
    await this.file.datasync();
  }

  /** Forgets what was appended after the first `bytes` bytes. */
  async rewind(bytes: number): Promise<void> {
    this.#waiting = [];
    this.#length = 0;
    if (this.#bytes === bytes) return;
    await this.file.truncate(bytes);
    this.#bytes = bytes;
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  /** Puts the file, whole, in the place of another. */
  async commit(place: string): Promise<void> {
    await this.sync();
    await this.file.close();
    await replace(this.path, place);
  }
}

async function replace(part: string, place: string): Promise<void> {
  await rename(part, place);
  // Without this the rename itself may not survive a power cut. Not every file system can do it.
  const directory = await open(dirname(place), 'r').catch(() => undefined);
  await directory?.sync().catch(() => {});
  await directory?.close();
}

/** Writes a small file whole. */
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
 * A directory for its owner alone, where there is none yet, with those above it. One by one: `recursive` of Node's mkdir
 * never ends where a file system has a directory and makes none in it, as /proc. Raises as `mkdir`.
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
