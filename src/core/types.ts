/**
 * The data types of the program (ARCHITECTURE.md explains the words). Values are plain data and can be sent to another
 * process as JSON, unless their comment says otherwise.
 */

/** A JSON-safe pointer to one asset. */
export interface AssetRef {
  /**
   * Absolute `file:` URI with the raw bytes of the name percent-encoded, `http(s):` URL without credentials, `s3:` or
   * `stdin:`.
   */
  readonly uri: string;
  /** Path of an asset inside a container, as the container stores it. */
  readonly member?: string;
  /** A piece of an asset that has no name of its own: `thumbnail`. */
  readonly part?: string;
  /** Zero-based number of a frame, where the ref points at one frame of an asset with several. */
  readonly frame?: number;
  /** Version of the asset according to a source that lists versions; as `Asset.version`. */
  readonly version?: string;
  /** Address of the web page on which a source found the asset. */
  readonly page?: string;
  /** The bytes in base64, for an asset that a page contains (`data:`) and that need not be fetched. */
  readonly inline?: string;
}

/** An asset ref with its bytes. Not JSON-safe. */
export interface Asset {
  /** Where the asset is. */
  readonly ref: AssetRef;
  /** All bytes of the asset, or its beginning where `size` is set. */
  readonly bytes: Uint8Array;
  /**
   * Size in bytes of a file that is too large for memory, of which `bytes` is the beginning. The rest is read in parts.
   */
  readonly size?: number;
  /**
   * Set by the fetcher, so that a later run can tell without reading whether the bytes are still the same: size, times
   * and inode of a file, ETag or Last-Modified of a URL. Opaque; absent where the fetcher cannot be sure.
   */
  readonly version?: string;
  /** Set by the fetcher where the bytes are not what was asked for. They are scanned nevertheless. */
  readonly problem?: Problem;
  /** True where the server broke off while sending: the asset has more bytes than these. */
  readonly isCut?: true;
}

/**
 * Bytes that are read in parts: of a file that is too large for memory, or in memory. Not JSON-safe. Close it after
 * use.
 */
export interface ByteStore {
  /** Size in bytes. */
  readonly size: number;
  /** File descriptor, where the bytes are those of a file. */
  readonly descriptor?: number;
  /** Reads `length` bytes from `position` on, fewer only at the end. Raises StageError('fetch', …). */
  read(position: number, length: number): Promise<Uint8Array>;
  /** Releases the file. */
  close(): Promise<void>;
}

/** Decoded pixels of one frame. Not JSON-safe. */
export interface Bitmap {
  /** Pixels, at least 1. */
  readonly width: number;
  /** Pixels, at least 1. */
  readonly height: number;
  /** 1 = grey, 3 = RGB, 4 = RGBA; values of 8 bits as stored, taken for sRGB without ICC conversion. */
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
  /** Pixels as stored. */
  readonly bitmap: Bitmap;
  /** How viewers turn the pixels. */
  readonly orientation: Orientation;
  /** The same pixels as viewers show them, where the colour profile changes the stored values. */
  readonly shown?: Bitmap;
}

/** A hash of an asset under one algorithm. */
export interface Fingerprint {
  /** A name of the fingerprint registry: `pdq`, `sha256`, … */
  readonly algorithm: string;
  /** `bits / 4` lower-case hexadecimal digits. */
  readonly hex: string;
  /** Name and version of the steps that made it: `pdq-full/1`. */
  readonly recipe: string;
  /** 0…100; absent where the algorithm has no quality. */
  readonly quality?: number;
  /**
   * True where the picture holds so little detail in this view that unrelated pictures have hashes near this one:
   * logos, flags, icons. Its matches are `commonplace`.
   */
  readonly lowDetail?: true;
  /** The view that was hashed; absent for digests of bytes. */
  readonly view?: string;
  /** Zero-based frame, only for assets with more than one. */
  readonly frame?: number;
}

/** A fingerprint that was not made, because the picture holds too little information to tell it from others. */
export interface Withheld {
  /** Name of the algorithm. */
  readonly algorithm: string;
  readonly reason: 'low-quality';
  /** 0…49; a fingerprint needs a quality of 50 (docs/recipes.md). */
  readonly quality: number;
  /** The view that was not hashed. */
  readonly view?: string;
  /** Zero-based frame, only for assets with more than one. */
  readonly frame?: number;
}

/** The fingerprint that an algorithm makes of one view, or that it withholds. */
export type Fingerprinted =
  | { readonly ok: true; readonly hex: string; readonly quality?: number; readonly lowDetail?: true }
  | { readonly ok: false; readonly reason: 'low-quality'; readonly quality: number };

/**
 * What an entry is on a list for. `harmful-abusive-material` is what Project Arachnid calls harmful and not illegal in
 * every country: nothing acts on it before a person has decided.
 */
export const categories = [
  'csam',
  'exploitative',
  'harmful-abusive-material',
  'ncii',
  'own',
  'test',
] as const;
/** One of `categories`. */
export type Category = (typeof categories)[number];

/**
 * How sure a match is: `exact` (equal digests), `strong` (chance hardly ever gives one), `possible` (a person must
 * look).
 */
export const bands = ['exact', 'strong', 'possible'] as const;
/** One of `bands`. */
export type Band = (typeof bands)[number];

/** A video on a list, of which the list holds frames. */
export interface ListedVideo {
  /** The supplier's id of the video, or `line-N` where the list has none. */
  readonly id: string;
  /** Number of its distinct frames that the list holds, at least 1. */
  readonly frames: number;
}

/** How much of a scanned video and of a listed one are the same. */
export interface VideoMatch {
  /** Name of the hash list. */
  readonly list: string;
  /** The supplier's id of the listed video, or `line-N`. */
  readonly id: string;
  /** What the video is on the list for. */
  readonly category: Category;
  /** Number of distinct frames of the scanned video that match one of the listed video. */
  readonly frames: number;
  /** The share of the scanned video's distinct frames that this is, in percent: 0…100. */
  readonly queryPercent: number;
  /** The share of the listed video's frames that were found, in percent: 0…100. */
  readonly listedPercent: number;
  /** True where one of the shares is large enough to call it the same video; otherwise only single frames match. */
  readonly isSame: boolean;
}

/** A listed hash within the threshold of a fingerprint, on a list that is here or that a matching service holds. */
export interface Match {
  /** Name of the hash list, or of the matching service in the configuration. */
  readonly list: string;
  /**
   * The supplier's id of the entry, or `line-N` where the list has none. Where a matching service tells only hashes,
   * which are confidential: 16 digits that are always the same for one entry.
   */
  readonly entryId: string;
  /** The type of the matching service that answered; absent where a hash list matched. */
  readonly matcher?: string;
  /** How the matching service says that it matched; absent where it does not say. */
  readonly matchType?: 'exact' | 'near';
  /** Name of the algorithm. */
  readonly algorithm: string;
  /** Hamming distance in bits, 0…threshold. In every match of a hash list; a matching service does not tell it. */
  readonly distance?: number;
  /** The threshold in bits for this comparison; as `distance`. */
  readonly threshold?: number;
  /**
   * True where the hash of one of the two pictures says little, because many unrelated pictures have a hash near it:
   * flags, logos, letters, pages of text. `expectedByChance` is raised accordingly.
   */
  readonly commonplace?: true;
  /**
   * The number of matches at this distance or nearer that chance alone would give in a million assets with as many
   * frames, scanned in this way against these lists (docs/accuracy.md). In every match of a hash list in an event.
   */
  readonly expectedByChance?: number;
  /** How sure the match is. In every event. */
  readonly band?: Band;
  /** View of the scanned picture that matched; absent for digests. */
  readonly view?: string;
  /** Zero-based frame of the scanned picture that matched; only for assets with several. */
  readonly frame?: number;
  /** Time in seconds from the beginning of a video; only for videos. */
  readonly time?: number;
  /** What the entry is on the list for. */
  readonly category: Category;
  /** The supplier's own grade, word for word (`A1`…`B2` and the like). */
  readonly classification?: string;
  /** Name of the supplier's scale of grades. */
  readonly classificationScheme?: string;
  /** Who supplied the list. */
  readonly supplier?: string;
  /** The organisation that gave the entry to the supplier. */
  readonly member?: string;
  /** Which listed video the entry is a frame of. */
  readonly listedVideo?: ListedVideo;
  /**
   * Set where an allow list says that the picture is harmless. The match is marked, not hidden, and raises no alarm.
   */
  readonly suppressed?: Suppression;
  /** The listed hash in hex: confidential, present only on request (`--show-hashes`). */
  readonly listedHash?: string;
}

/** Which entry of an allow list suppresses a match, and what it says. */
export interface Suppression {
  /** Name of the allow list. */
  readonly list: string;
  /** Id of the entry. */
  readonly entryId: string;
  /** Why the entry exists; `by` is who made it, `until` when it expires (ISO 8601). */
  readonly reason?: string;
  readonly by?: string;
  readonly until?: string;
}

/** Which hash list it is; every event carries this. */
export interface ListIdentity {
  /** Name of the list. */
  readonly name: string;
  /** SHA-256 of the list file, lower-case hex. */
  readonly sha256: string;
  /** Number of entries that can be matched. */
  readonly entries: number;
}

/** Facts of an asset that do not show its content. */
export interface AssetFacts {
  /** Media type by the bytes, never by name or header: `image/jpeg`; `application/octet-stream` where it is unknown. */
  readonly mediaType: string;
  /** Size in bytes. */
  readonly size: number;
  /** Width in pixels as stored; absent where nothing was decoded. */
  readonly width?: number;
  /** Height in pixels as stored; absent where nothing was decoded. */
  readonly height?: number;
  /** Number of frames in the file, or for a video of those that were looked at; absent where nothing was decoded. */
  readonly frames?: number;
  /**
   * Number of frames that were hashed, where that is less than `frames`: the others look like the one before, were not
   * looked at, or could not be decoded.
   */
  readonly framesHashed?: number;
  /**
   * For a video, the time in seconds of every frame that was looked at. Matches carry their times; records leave the
   * list out.
   */
  readonly times?: readonly number[];
  /** True where the file is damaged and was decoded in part. */
  readonly degraded?: boolean;
  /** True where frames were left out because there are too many. */
  readonly sampled?: boolean;
}

/** The stages of the line, as failures name them. */
export const stages = ['source', 'fetch', 'decode', 'fingerprint', 'match', 'output'] as const;
/** One of `stages`. */
export type Stage = (typeof stages)[number];

/** A failure of one asset. Codes are stable (docs/exit-codes.md); messages are for people. */
export interface Problem {
  /** The stage that failed. */
  readonly stage: Stage;
  /** Stable, kebab-case. */
  readonly code: string;
  /** One line for people. */
  readonly message: string;
}

/** An asset after fingerprinting and before matching: what a decoding process returns and the ledger keeps. */
export interface FingerprintedAsset {
  /** Where the asset is. */
  readonly ref: AssetRef;
  /** As the fetcher set it. */
  readonly version?: string;
  readonly facts: AssetFacts;
  /** The fingerprints that were made. */
  readonly fingerprints: readonly Fingerprint[];
  /** The fingerprints that were not made. */
  readonly withheld: readonly Withheld[];
  /** Why pixels that should have been hashed were not, or why not all contents were read. */
  readonly unread?: Unread;
  /** How its contents were searched, where it may have any. The assets inside have answers of their own. */
  readonly opened?: Opened;
}

/** Why an asset, or a part of it, could not be read. */
export type Unread =
  | { readonly kind: 'skipped'; readonly reason: string; readonly message: string }
  | ({ readonly kind: 'failed' } & Problem);

/** How the contents of an asset were searched. */
export interface Opened {
  /** Identifies what was searched for and within which limits. With other settings the asset is opened again. */
  readonly how: string;
  /** Number of assets that were found inside, at any depth; set where results are made. */
  readonly assets?: number;
}

/** How an asset can end. */
export const outcomes = ['matched', 'clear', 'skipped', 'failed'] as const;
/** One of `outcomes`. */
export type Outcome = (typeof outcomes)[number];

interface ResultBase {
  readonly ref: AssetRef;
  /** Absent where the bytes could not be read. */
  readonly facts?: AssetFacts;
  readonly fingerprints: readonly Fingerprint[];
  readonly withheld: readonly Withheld[];
}

/** How one asset ended. */
export type ScanResult =
  | (ResultBase & {
      readonly outcome: 'matched';
      readonly facts: AssetFacts;
      /**
       * Nearest first; never empty. Where there are more than 100, the nearest 100, among them the nearest of every
       * list, category, grade and band.
       */
      readonly matches: readonly Match[];
      /** Number of all matches; absent where `matches` holds all. */
      readonly matchCount?: number;
      /** For a video with frames of listed videos: those videos, the best match first, at most 20. */
      readonly videos?: readonly VideoMatch[];
      /** Set where the asset could not be read completely, or not compared with every list. */
      readonly problem?: Problem;
    })
  | (ResultBase & { readonly outcome: 'clear'; readonly facts: AssetFacts })
  | (ResultBase & { readonly outcome: 'skipped'; readonly reason: string; readonly message: string })
  | (ResultBase & { readonly outcome: 'failed' } & Problem);

/** Who uploaded an asset and when, as far as the host of the upload said it. */
export interface UploadFacts {
  /** When the upload was received, or the time that the host gave: ISO 8601, UTC. */
  readonly at: string;
  /** The front that received it: `http`, `clamd`, `icap`. */
  readonly via: string;
  /** The host's own id of the account. */
  readonly uploader?: string;
  /** Address from which it was uploaded: IPv4 or IPv6. */
  readonly ip?: string;
  /** Name of the file, as its sender gave it. */
  readonly name?: string;
}

/** What a person can decide about a detection. */
export const decisions = ['match', 'not-a-match', 'unsure', 'test', 'handled'] as const;
/** One of `decisions`. */
export type DecisionName = (typeof decisions)[number];

/** What people decided about a detection, as events carry it. */
export interface Decided {
  /** The latest decision. */
  readonly decision: DecisionName;
  /** When, ISO 8601, UTC. */
  readonly at: string;
  /** Who decided. */
  readonly by: string;
  /** Number of the report that was filed. */
  readonly report?: string;
  /**
   * Why the detection raises the alarm nevertheless: nobody was sure, or the lists say now what they did not say when
   * it was decided. Absent where it raises none.
   */
  readonly rings?: 'unsure' | 'list-changed';
}

/** What a person said of a file that could not be read: they know, and need not be told until then. */
export interface Acknowledged {
  /** When, ISO 8601, UTC. */
  readonly at: string;
  /** Who said so. */
  readonly by: string;
  /** Why. */
  readonly note: string;
  /** ISO 8601, UTC. */
  readonly until: string;
}

/**
 * The versioned public record of a matched asset (docs/events.md, docs/schemas/event.schema.json). It carries
 * identifiers, never content.
 */
export interface DetectionEvent {
  readonly schema: 'hashsieve/event/1';
  readonly outcome: 'matched';
  /** The same for the same bytes at the same address that match in the same category, in every run. */
  readonly id: string;
  /** ISO 8601 with milliseconds, UTC. */
  readonly detectedAt: string;
  /** Id of the run that detected it. */
  readonly scanId: string;
  /** Name and version of the program. */
  readonly tool: { readonly name: 'hashsieve'; readonly version: string };
  /**
   * Address of the asset: `file:` URI or URL. An asset inside a container is `container!/member`, a piece of a file
   * `file#part`.
   */
  readonly uri: string;
  /**
   * Path inside the container, where the asset is inside one. `uri` is then the container's, followed by `!/`, this
   * path and any `part`.
   */
  readonly member?: string;
  /**
   * Piece of a file, where the asset is one (`thumbnail`), or the time of the best match in a video (`t=12.0`). `uri`
   * ends with `#` and this.
   */
  readonly part?: string;
  /** Zero-based frame of the best match, only for pictures with several frames; for a video `part` has the time. */
  readonly frame?: number;
  /** Address of the web page on which the asset was found. */
  readonly page?: string;
  /** Facts of the asset. */
  readonly asset: AssetFacts;
  /** Digests of the bytes, lower-case hex. */
  readonly digests: { readonly md5: string; readonly sha1: string; readonly sha256: string };
  /** Fingerprints of the asset's pixels that had a match. */
  readonly fingerprints: readonly Fingerprint[];
  /** The best match: `matches[0]`. */
  readonly best: Match;
  /**
   * Listed hashes within the threshold, nearest first. Where there are more than 100, the nearest 100, among them the
   * nearest of every list, category, grade and band.
   */
  readonly matches: readonly Match[];
  /** Number of all matches. Events of older versions lack it; their `matches` hold all. */
  readonly matchCount?: number;
  /** For a video with frames of listed videos: those videos, the best match first, at most 20. */
  readonly videos?: readonly VideoMatch[];
  /** The lists that `matches` name. */
  readonly lists: readonly ListIdentity[];
  /** What the host said of the upload that brought the asset (`hashsieve serve`). */
  readonly upload?: UploadFacts;
  /** Set where every match is suppressed: the allow list's entry for the best match. */
  readonly suppressed?: Suppression;
  /** True where only test entries matched, built-in or other: an exercise, nothing illegal was found. */
  readonly test?: true;
  /** What a person decided about the detection before (`hashsieve decide`). */
  readonly decided?: Decided;
  /** Set where a person acknowledged `problem` (`hashsieve acknowledge`). */
  readonly acknowledged?: Acknowledged;
  /** Set where the asset could not be read completely, or not compared with every list. */
  readonly problem?: Problem;
}
