/** One frame of a listed video. */
export interface VpdqFrame {
  /** Its number, as the signal gives it, or its place in the signal: 0, 1, … */
  readonly frame: number;
  /** The PDQ hash: 64 hexadecimal digits. Confidential. */
  readonly hex: string;
  /** PDQ quality, 0…100. */
  readonly quality: number;
}

/** What a vPDQ signal says. */
export interface VpdqSignal {
  readonly frames: readonly VpdqFrame[];
  /** Number of frames that could not be read. */
  readonly unread: number;
}

const number = String.raw`\d+(?:\.\d*)?(?:e[+-]?\d+)?`;
/** `hash,quality,timestamp`. The Python tools round times to three digits, as in `9.9e+02`, so times are not used. */
const frameText = new RegExp(`^([0-9a-f]{64}),(${number}),${number}$`, 'i');
/** `frame,quality,hash,timestamp`: a line of what the C++ tool writes. */
const frameLine = new RegExp(`^(\\d+),(${number}),([0-9a-f]{64}),${number}$`, 'i');

/** The frame in a line that the C++ tool wrote; undefined for any other line. */
export function readFrameLine(line: string): VpdqFrame | undefined {
  const found = frameLine.exec(line.trim());
  return found ? { frame: Number(found[1]), quality: Number(found[2]), hex: found[3]! } : undefined;
}

/** True for an element of the array form. */
export const isFrameText = (text: unknown): text is string =>
  typeof text === 'string' && frameText.test(text.trim());

/**
 * Reads a vPDQ signal in any of its three public forms: lines of `frame,quality,hash,timestamp`; a JSON array of
 * `hash,quality,timestamp`; a JSON object of frames by number (`{"0":{"quality":100,"hash":"…","timestamp":0.0}}`).
 * Returns undefined for any other text.
 */
export function readVpdq(text: string): VpdqSignal | undefined {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return fromLines(trimmed.split(/[\r\n]+/));
  let value: unknown;
  try {
    value = JSON.parse(trimmed);
  } catch {
    return undefined;
  }
  return isFrameArray(value) ? fromTexts(value) : isFrameObject(value) ? fromObject(value) : undefined;
}

/** True for a parsed value that is a vPDQ signal in one of the JSON forms. */
export const isVpdqValue = (value: unknown): boolean => isFrameArray(value) || isFrameObject(value);

const isFrameArray = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && value.length > 0 && isFrameText(value[0]);

type Values = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isFrameObject(value: unknown): value is Values {
  if (!isObject(value)) return false;
  const [first] = Object.entries(value);
  return first !== undefined && /^\d+$/.test(first[0]) && isObject(first[1]) && 'hash' in first[1];
}

function fromLines(lines: readonly string[]): VpdqSignal | undefined {
  const read = lines.map((line, at) => readFrameLine(line) ?? frameOf(line, at));
  return read[0] && signal(read);
}

const fromTexts = (texts: readonly unknown[]): VpdqSignal =>
  signal(texts.map((text, at) => (typeof text === 'string' ? frameOf(text, at) : undefined)));

function frameOf(text: string, frame: number): VpdqFrame | undefined {
  const found = frameText.exec(text.trim());
  return found ? { frame, hex: found[1]!, quality: Number(found[2]) } : undefined;
}

const fromObject = (frames: Values): VpdqSignal =>
  signal(
    Object.entries(frames).map(([frame, value]) => {
      if (!isObject(value) || !/^\d+$/.test(frame)) return undefined;
      const { hash, quality } = value;
      const isWhole = typeof hash === 'string' && /^[0-9a-f]{64}$/i.test(hash);
      return isWhole ? { frame: Number(frame), hex: hash, quality: Number(quality ?? 100) } : undefined;
    }),
  );

/** Of equal frames the first counts, as in the reference. */
function signal(read: readonly (VpdqFrame | undefined)[]): VpdqSignal {
  const distinct = new Map<string, VpdqFrame>();
  let unread = 0;
  for (const frame of read) {
    const key = frame?.hex.toLowerCase();
    if (frame === undefined || key === undefined || Number.isNaN(frame.quality)) unread += 1;
    else if (!distinct.has(key)) distinct.set(key, { ...frame, hex: key });
  }
  return { frames: [...distinct.values()], unread };
}
