import type { BigIntStats } from 'node:fs';

/** Everything that a change of a file's bytes changes. The change time cannot be set back by whoever may write. */
export const versionOf = ({ size, mtimeNs, ctimeNs, dev, ino }: BigIntStats): string =>
  `${size} ${mtimeNs} ${ctimeNs} ${dev} ${ino}`;
