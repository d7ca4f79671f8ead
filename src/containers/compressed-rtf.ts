/** The text with which the dictionary begins (MS-OXRTFCP, 2.1.2.1). */
const prefix =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx';

const windowLength = 4096;
const headerLength = 16;

/**
 * Unpacks the RTF in the body of an Outlook message (MS-OXRTFCP). A cut body gives what comes before the cut. Bytes
 * that are no packed RTF come back as they are. Pure.
 */
export function decompressRtf(bytes: Uint8Array): Uint8Array {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const kind = all.toString('latin1', 8, 12);
  if (kind === 'MELA') return all.subarray(headerLength);
  if (kind !== 'LZFu') return bytes;
  const window = Buffer.alloc(windowLength);
  let to = window.write(prefix, 'latin1');
  const parts: number[] = [];
  const put = (byte: number) => {
    parts.push(byte);
    window[to] = byte;
    to = (to + 1) % windowLength;
  };
  for (let at = headerLength; at < all.length; ) {
    const control = all[at++]!;
    for (let bit = 0; bit < 8 && at < all.length; bit++) {
      if ((control & (1 << bit)) === 0) {
        put(all[at++]!);
        continue;
      }
      if (at + 2 > all.length) return Buffer.from(parts);
      const reference = all.readUInt16BE(at);
      at += 2;
      const from = reference >> 4;
      // A reference to the place of the next byte marks the end.
      if (from === to) return Buffer.from(parts);
      for (let n = 0; n < (reference & 15) + 2; n++) put(window[(from + n) % windowLength]!);
    }
  }
  return Buffer.from(parts);
}
