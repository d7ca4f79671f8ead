import type { BigIntStats } from 'node:fs';

/**
 * Version of a file: everything that changes when its bytes do. Somebody who may write the file cannot set back its
 * change time (ctime).
 */
export const versionOf = ({ size, mtimeNs, ctimeNs, dev, ino }: BigIntStats): string =>
  `${size} ${mtimeNs} ${ctimeNs} ${dev} ${ino}`;
