/**
 * The words of the program (docs: README "How it works"). Everything here is plain data, safe to send to
 * another process as JSON unless it says otherwise.
 */

/** A JSON-safe pointer to one asset. */
export interface AssetRef {
  /** Absolute `file:` URI with the name's raw bytes percent-encoded, `http(s):` URL without credentials, `s3:` or `stdin:`. */
  readonly uri: string;
  /** Path of an asset inside a container, as it is stored there. */
  readonly member?: string;
  /** A piece of an asset that has no name of its own: `thumbnail`. */
  readonly part?: string;
  /** Zero-based frame, where the ref points at one frame of an animated asset. */
  readonly frame?: number;
  /** Version of the asset that its source told, where it lists versions: as `Asset.version`. */
  readonly version?: string;
  /** Address of the web page that shows the asset, where it was found on one. */
  readonly page?: string;
  /** The bytes themselves in base64, of an asset that stands in a page (`data:`): there is nothing to fetch. */
  readonly inline?: string;
}

/** An asset ref with its bytes. Not JSON-safe. */
export interface Asset {
  readonly ref: AssetRef;
  /** All of them, unless `size` says otherwise. */
  readonly bytes: Uint8Array;
  /** Bytes of a file that is not held in memory, of which `bytes` is the beginning: it is read in parts. */
  readonly size?: number;
  /**
   * Told by the fetcher to know the same bytes again without reading them: size, times and inode of a file, ETag or
   * Last-Modified of a URL. Opaque; absent where the fetcher cannot be sure.
   */
  readonly version?: string;
  /** Told by the fetcher of bytes that are not what was asked for: they are looked at all the same. */
  readonly problem?: Problem;
  /** True where the server broke off in it: there is more of it than these bytes. */
  readonly isCut?: true;
}

/** Bytes that are read in parts: a file too large for memory, or bytes in memory. Not JSON-safe; close it. */
export interface ByteStore {
  /** Bytes. */
  readonly size: number;
  /** Of the file itself, where it is one. */
  readonly descriptor?: number;
  /** The bytes from `position` on, `length` of them, fewer only at the end. Raises StageError('fetch', …). */
  read(position: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Decoded pixels of one frame. Not JSON-safe. */
export interface Bitmap {
  /** Pixels, at least 1. */
  readonly width: number;
  /** Pixels, at least 1. */
  readonly height: number;
  /** 1 = grey, 3 = RGB, 4 = RGBA; sRGB values as stored, no ICC conversion, 8 bits each. */
  readonly channels: 1 | 3 | 4;
  /** `width * height * channels` bytes, row by row from the top, channels interleaved. */
  readonly data: Uint8Array;
}

/** EXIF orientation: 1 = upright as stored, 2…8 as in the EXIF specification. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** One frame of a decoded asset, pixels as stored. Not JSON-safe. */
export interface Frame {
  /** Zero-based position in the file. */
  readonly index: number;
  readonly bitmap: Bitmap;
  readonly orientation: Orientation;
  /** The same pixels as viewers show them, where its colour profile makes something else of what is stored. */
  readonly shown?: Bitmap;
}

/** A hash of an asset under one algorithm. */
export interface Fingerprint {
  /** A name of the fingerprint registry: `pdq`, `sha256`, … */
  readonly algorithm: string;
  /** `bits / 4` lower-case hexadecimal digits. */
  readonly hex: string;
  /** Which steps made it, with their version: `pdq-full/1`. */
  readonly recipe: string;
  /** 0…100, only where the algorithm has a quality. */
  readonly quality?: number;
  /** The view that was hashed; absent for digests of bytes. */
  readonly view?: string;
  /** Zero-based frame, only for assets with more than one. */
  readonly frame?: number;
}

/** A fingerprint that was not made, because the picture holds too little information to be told from others. */
export interface Withheld {
  readonly algorithm: string;
  readonly reason: 'low-quality';
  /** 0…49: what there is of the quality 50 that a fingerprint needs (docs/recipes.md). */
  readonly quality: number;
  readonly view?: string;
  readonly frame?: number;
}

/** What an algorithm says of one view. */
export type Fingerprinted =
  | { readonly ok: true; readonly hex: string; readonly quality?: number }
  | { readonly ok: false; readonly reason: 'low-quality'; readonly quality: number };

/** What an entry is on the list for. */
export const categories = ['csam', 'exploitative', 'ncii', 'own', 'test'] as const;
export type Category = (typeof categories)[number];

/** How sure a match is: `exact` (equal digests), `strong` (a person need not doubt first), `possible` (look again). */
export const bands = ['exact', 'strong', 'possible'] as const;
export type Band = (typeof bands)[number];

/** One listed hash that lies within the threshold of a fingerprint. */
export interface Match {
  /** Name of the hash list. */
  readonly list: string;
  /** The supplier's id of the entry, or `line-N` where the list has none. */
  readonly entryId: string;
  readonly algorithm: string;
  /** Hamming distance in bits, 0…threshold. */
  readonly distance: number;
  /** The threshold in bits that it was compared under. */
  readonly threshold: number;
  /**
   * True where the hash of either picture says little, because many unrelated pictures have one near it: flags, logos,
   * letters, pages of text. Chance gives such matches far oftener, which `expectedByChance` counts in.
   */
  readonly commonplace?: true;
  /**
   * Matches at this distance or nearer that chance alone would give in a million assets of as many frames that are scanned
   * this way against these lists (docs/accuracy.md). In every event.
   */
  readonly expectedByChance?: number;
  /** How sure the match is. In every event. */
  readonly band?: Band;
  /** View of the query that hit; absent for digests. */
  readonly view?: string;
  /** Zero-based frame of the query that hit, only for assets with more than one. */
  readonly frame?: number;
  /** Seconds from the beginning of the video, only for videos. */
  readonly time?: number;
  readonly category: Category;
  /** The supplier's own grade, verbatim (`A1`…`B2` and the like). */
  readonly classification?: string;
  readonly classificationScheme?: string;
  readonly supplier?: string;
  /** Who gave the entry to the supplier. */
  readonly member?: string;
  /** Set when an allow list calls the picture harmless: the match is marked, not hidden, and rings no alarm. */
  readonly suppressed?: Suppression;
  /** The listed hash: confidential, present only when asked for (`--show-hashes`). */
  readonly listedHash?: string;
}

/** Which entry of an allow list marks a match, and what it says. */
export interface Suppression {
  /** Name of the allow list. */
  readonly list: string;
  readonly entryId: string;
  /** Why, who and until when (ISO 8601), as the entry says it. */
  readonly reason?: string;
  readonly by?: string;
  readonly until?: string;
}

/** Where a hash list came from: carried by every event. */
export interface ListIdentity {
  readonly name: string;
  /** SHA-256 of the list file, lower-case hex. */
  readonly sha256: string;
  /** Entries that can be matched. */
  readonly entries: number;
}

/** Facts of an asset that are no content. */
export interface AssetFacts {
  /** Told by the bytes, never by name or header: `image/jpeg`; `application/octet-stream` when unknown. */
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  /** Pixels as stored; absent where nothing was decoded. */
  readonly width?: number;
  readonly height?: number;
  /** Frames in the file, of a video those that were looked at; absent where nothing was decoded. */
  readonly frames?: number;
  /** Frames that were hashed, when fewer than `frames`: others look like the one before, were not looked at, or do not decode. */
  readonly framesHashed?: number;
  /** Of a video, seconds of every frame that was looked at; matches carry them, records do not list them. */
  readonly times?: readonly number[];
  /** True when the file is damaged and was decoded as far as it goes. */
  readonly degraded?: boolean;
  /** True when it has too many frames: not every one was looked at. */
  readonly sampled?: boolean;
}

/** The stages of the line, as failures name them. */
export const stages = ['source', 'fetch', 'decode', 'fingerprint', 'match', 'output'] as const;
export type Stage = (typeof stages)[number];

/** A failure that belongs to one asset. Codes are stable (docs/exit-codes.md); messages are for people. */
export interface Problem {
  readonly stage: Stage;
  readonly code: string;
  readonly message: string;
}

/** An asset after fingerprinting, before matching: what a worker returns and the ledger keeps. */
export interface FingerprintedAsset {
  readonly ref: AssetRef;
  /** As the fetcher told it. */
  readonly version?: string;
  readonly facts: AssetFacts;
  readonly fingerprints: readonly Fingerprint[];
  readonly withheld: readonly Withheld[];
  /** Why the pixels were not hashed although an algorithm of pixels was asked for, or not all that is inside was had. */
  readonly unread?: Unread;
  /** How it was looked into, where it may hold other assets; they have answers of their own. */
  readonly opened?: Opened;
}

/** Why nothing, or not everything, could be read. */
export type Unread =
  | { readonly kind: 'skipped'; readonly reason: string; readonly message: string }
  | ({ readonly kind: 'failed' } & Problem);

export interface Opened {
  /** What was looked for and within which limits: other settings mean to look again. */
  readonly how: string;
  /** Assets that were found inside, at any depth; counted where results are made. */
  readonly assets?: number;
}

export const outcomes = ['matched', 'clear', 'skipped', 'failed'] as const;
export type Outcome = (typeof outcomes)[number];

interface ResultBase {
  readonly ref: AssetRef;
  /** Absent when the bytes could not be had. */
  readonly facts?: AssetFacts;
  readonly fingerprints: readonly Fingerprint[];
  readonly withheld: readonly Withheld[];
}

/** What one asset ended as. */
export type ScanResult =
  | (ResultBase & {
      readonly outcome: 'matched';
      readonly facts: AssetFacts;
      /** Nearest first; never empty. Of many the nearest 100, among them the nearest of every list, category, grade and band. */
      readonly matches: readonly Match[];
      /** How many there are of all; absent: as many as `matches`. */
      readonly matchCount?: number;
      /** Set when it could not be read whole, or not compared with every list. */
      readonly problem?: Problem;
    })
  | (ResultBase & { readonly outcome: 'clear'; readonly facts: AssetFacts })
  | (ResultBase & { readonly outcome: 'skipped'; readonly reason: string; readonly message: string })
  | (ResultBase & { readonly outcome: 'failed' } & Problem);

/**
 * The versioned public record of a matched asset (docs/events.md, docs/schemas/event.schema.json). It carries
 * identifiers, never content.
 */
export interface DetectionEvent {
  readonly schema: 'hashsieve/event/1';
  readonly outcome: 'matched';
  /** The same for the same bytes at the same address matched in the same category, whenever it is scanned. */
  readonly id: string;
  /** ISO 8601 with milliseconds, UTC. */
  readonly detectedAt: string;
  readonly scanId: string;
  readonly tool: { readonly name: 'hashsieve'; readonly version: string };
  /** Where the asset is: `file:` URI or URL; an asset inside a container is `container!/member`, a piece `file#part`. */
  readonly uri: string;
  /** Path inside the container, where the asset is inside one: `uri` is the container's, `!/` and this, then any `part`. */
  readonly member?: string;
  /** Piece of a file, where the asset is one (`thumbnail`), or the moment of the best match (`t=12.0`): `uri` ends with `#` and this. */
  readonly part?: string;
  /** Zero-based frame of the best match, only for pictures with more than one; of a video `part` says when. */
  readonly frame?: number;
  /** Address of the web page that shows the asset, where it was found on one. */
  readonly page?: string;
  readonly asset: AssetFacts;
  /** Digests of the bytes, lower-case hex. */
  readonly digests: { readonly md5: string; readonly sha1: string; readonly sha256: string };
  /** Fingerprints of the asset's pixels that took part in a match. */
  readonly fingerprints: readonly Fingerprint[];
  /** The best match: `matches[0]`. */
  readonly best: Match;
  /**
   * Listed hashes within the threshold, nearest first: all of them up to 100, else the nearest 100, among them the nearest of
   * every list, category, grade and band.
   */
  readonly matches: readonly Match[];
  /** How many there are of all. Events of older versions lack it: there `matches` are all. */
  readonly matchCount?: number;
  /** The lists that `matches` name. */
  readonly lists: readonly ListIdentity[];
  /** Set when every match is suppressed: what the best one's allow entry says. */
  readonly suppressed?: Suppression;
  /** True when nothing but the built-in or another `test` entry matched: an exercise, nothing illegal was found. */
  readonly test?: true;
  readonly problem?: Problem;
}
