import type { BigIntStats, Stats } from 'node:fs';

/** Everything that a change of a file's bytes changes. The change time cannot be set back by whoever may write. */
export const versionOf = ({ size, mtimeNs, ctimeNs, dev, ino }: BigIntStats): string =>
  `${size} ${mtimeNs} ${ctimeNs} ${dev} ${ino}`;

/** When a file was last written, renamed, linked or changed in its rights; milliseconds since 1970. */
export const changedAt = ({ mtimeMs, ctimeMs }: Stats): number => Math.max(mtimeMs, ctimeMs);
