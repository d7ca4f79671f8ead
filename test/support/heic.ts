import { readFileSync } from 'node:fs';

/** A picture of 640×427 pixels in HEVC, drawn by scripts/. */
export const heicBytes = readFileSync(new URL('../../fixtures/formats/heic/scene-01.heic', import.meta.url));

/** A box (ISO/IEC 14496-12, 4.2). */
export function boxOf(name: string, ...contents: readonly Uint8Array[]): Buffer {
  const box = Buffer.concat([Buffer.from(`\0\0\0\0${name}`, 'latin1'), ...contents]);
  box.writeUInt32BE(box.length);
  return box;
}

/** The picture with another property of it (ISO/IEC 23008-12, 6.5) in place of its list of channel depths. */
export function heicWith(property: Uint8Array): Buffer {
  const at = heicBytes.indexOf('pixi', 0, 'latin1') - 4;
  const old = heicBytes.readUInt32BE(at);
  const growth = property.length - old;
  const out = Buffer.concat([heicBytes.subarray(0, at), property, heicBytes.subarray(at + old)]);
  for (const name of ['meta', 'iprp', 'ipco']) {
    const box = heicBytes.indexOf(name, 0, 'latin1') - 4;
    out.writeUInt32BE(heicBytes.readUInt32BE(box) + growth, box);
  }
  // The place of the pixels, which is behind all of these.
  const place = Buffer.alloc(4);
  place.writeUInt32BE(heicBytes.indexOf('mdat', 0, 'latin1') + 4);
  const offset = heicBytes.indexOf(place, heicBytes.indexOf('iloc', 0, 'latin1'));
  out.writeUInt32BE(heicBytes.readUInt32BE(offset) + growth, offset);
  return out;
}
