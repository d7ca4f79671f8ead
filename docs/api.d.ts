// What `import … from "hashsieve"` offers. Written by `npm run api`.

/**
 * The data types of the program (ARCHITECTURE.md explains the words). Values are plain data and can be sent to another
 * process as JSON, unless their comment says otherwise.
 */
/** A JSON-safe pointer to one asset. */
interface AssetRef {
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
interface Asset {
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
/** Decoded pixels of one frame. Not JSON-safe. */
interface Bitmap {
  /** Pixels, at least 1. */
  readonly width: number;
  /** Pixels, at least 1. */
  readonly height: number;
  /** 1 = grey, 3 = RGB, 4 = RGBA; values of 8 bits as stored, taken for sRGB without ICC conversion. */
  readonly channels: 1 | 3 | 4;
  /** `width * height * channels` bytes, row by row from the top, channels interleaved. */
  readonly data: Uint8Array;
}
/** A hash of an asset under one algorithm. */
interface Fingerprint {
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
interface Withheld {
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
type Fingerprinted = {
  readonly ok: true;
  readonly hex: string;
  readonly quality?: number;
  readonly lowDetail?: true;
} | {
  readonly ok: false;
  readonly reason: 'low-quality';
  readonly quality: number;
};
/**
 * What an entry is on a list for. `harmful-abusive-material` is what Project Arachnid calls harmful and not illegal in
 * every country: nothing acts on it before a person has decided.
 */
declare const categories: readonly ["csam", "exploitative", "harmful-abusive-material", "ncii", "own", "test"];
/** One of `categories`. */
type Category = (typeof categories)[number];
/**
 * How sure a match is: `exact` (equal digests), `strong` (chance hardly ever gives one), `possible` (a person must
 * look).
 */
declare const bands: readonly ["exact", "strong", "possible"];
/** One of `bands`. */
type Band = (typeof bands)[number];
/** A video on a list, of which the list holds frames. */
interface ListedVideo {
  /** The supplier's id of the video, or `line-N` where the list has none. */
  readonly id: string;
  /** Number of its distinct frames that the list holds, at least 1. */
  readonly frames: number;
}
/** How much of a scanned video and of a listed one are the same. */
interface VideoMatch {
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
interface Match {
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
interface Suppression {
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
interface ListIdentity {
  /** Name of the list. */
  readonly name: string;
  /** SHA-256 of the list file, lower-case hex. */
  readonly sha256: string;
  /** Number of entries that can be matched. */
  readonly entries: number;
}
/** Facts of an asset that do not show its content. */
interface AssetFacts {
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
declare const stages: readonly ["source", "fetch", "decode", "fingerprint", "match", "output"];
/** One of `stages`. */
type Stage = (typeof stages)[number];
/** A failure of one asset. Codes are stable (docs/exit-codes.md); messages are for people. */
interface Problem {
  /** The stage that failed. */
  readonly stage: Stage;
  /** Stable, kebab-case. */
  readonly code: string;
  /** One line for people. */
  readonly message: string;
}
/** An asset after fingerprinting and before matching: what a decoding process returns and the ledger keeps. */
interface FingerprintedAsset {
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
type Unread = {
  readonly kind: 'skipped';
  readonly reason: string;
  readonly message: string;
} | ({
  readonly kind: 'failed';
} & Problem);
/** How the contents of an asset were searched. */
interface Opened {
  /** Identifies what was searched for and within which limits. With other settings the asset is opened again. */
  readonly how: string;
  /** Number of assets that were found inside, at any depth; set where results are made. */
  readonly assets?: number;
}
/** How an asset can end. */
declare const outcomes: readonly ["matched", "clear", "skipped", "failed"];
/** One of `outcomes`. */
type Outcome = (typeof outcomes)[number];
interface ResultBase {
  readonly ref: AssetRef;
  /** Absent where the bytes could not be read. */
  readonly facts?: AssetFacts;
  readonly fingerprints: readonly Fingerprint[];
  readonly withheld: readonly Withheld[];
}
/** How one asset ended. */
type ScanResult = (ResultBase & {
  readonly outcome: 'matched';
  readonly facts: AssetFacts;
  /**
   * Nearest first; never empty. Where there are more than 100, the nearest 100, among them the nearest of every
   * list, category, grade and band.
   */
  readonly matches: readonly Match[]; /** Number of all matches; absent where `matches` holds all. */
  readonly matchCount?: number; /** For a video with frames of listed videos: those videos, the best match first, at most 20. */
  readonly videos?: readonly VideoMatch[]; /** Set where the asset could not be read completely, or not compared with every list. */
  readonly problem?: Problem;
}) | (ResultBase & {
  readonly outcome: 'clear';
  readonly facts: AssetFacts;
}) | (ResultBase & {
  readonly outcome: 'skipped';
  readonly reason: string;
  readonly message: string;
}) | (ResultBase & {
  readonly outcome: 'failed';
} & Problem);
/** Who uploaded an asset and when, as far as the host of the upload said it. */
interface UploadFacts {
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
declare const decisions: readonly ["match", "not-a-match", "unsure", "test", "handled"];
/** One of `decisions`. */
type DecisionName = (typeof decisions)[number];
/** What people decided about a detection, as events carry it. */
interface Decided {
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
interface Acknowledged {
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
interface DetectionEvent {
  readonly schema: 'hashsieve/event/1';
  readonly outcome: 'matched';
  /** The same for the same bytes at the same address that match in the same category, in every run. */
  readonly id: string;
  /** ISO 8601 with milliseconds, UTC. */
  readonly detectedAt: string;
  /** Id of the run that detected it. */
  readonly scanId: string;
  /** Name and version of the program. */
  readonly tool: {
    readonly name: 'hashsieve';
    readonly version: string;
  };
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
  readonly digests: {
    readonly md5: string;
    readonly sha1: string;
    readonly sha256: string;
  };
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
/** The hashes of an asset, and those that were not made. */
interface Hashes {
  readonly fingerprints: readonly Fingerprint[];
  readonly withheld: readonly Withheld[];
}
/**
 * Where the hashes of one algorithm stand in an asset's packed bytes. All assets that were fingerprinted in the same
 * way share it.
 */
interface HashPlaces {
  readonly algorithm: string;
  /** Width of a hash in bytes. */
  readonly width: number;
  /** Offset of each hash in bytes, from the `start` that `each` gives. */
  readonly offsets: readonly number[];
}
/** The hashes of an asset as the ledger stores them. Most are compared without ever being unpacked. */
interface PackedHashes {
  /** Number of bytes in memory. */
  readonly size: number;
  /** True where a fingerprint was withheld. */
  readonly isPartly: boolean;
  /** Calls `visit` once for the fingerprints of each algorithm, whose hashes are in `bytes`. */
  each(visit: (places: HashPlaces, bytes: Uint8Array, start: number) => void): void;
  /** Unpacks all hashes. */
  unpack(): Hashes;
}
/** Screens many assets: false where none of an asset's hashes can be within the threshold of a listed one. */
type Screening = (hashes: readonly Pick<PackedHashes, 'each'>[]) => readonly boolean[];
/** The result of an asset of which nothing could be fingerprinted. */
type Unseen = Extract<ScanResult, {
  outcome: 'failed' | 'skipped';
}>;
/** What is missing of an asset that was fingerprinted before. */
interface Lack {
  /** Pixel algorithms whose fingerprints are missing. */
  readonly missing: readonly string[];
  /**
   * True where its contents must be searched again: because that is now done otherwise, or for one of the assets
   * inside.
   */
  readonly reopen?: boolean;
}
/** What an earlier run knows of an asset. It is only valid while the bytes are the same. */
interface Known extends Lack {
  /** The asset, without what `missing` names. */
  readonly asset: FingerprintedAsset;
}
/** How the first half of the line ends for one asset. */
type Answer = FingerprintedAsset | Unseen;
/**
 * The first half of the line, in this process (`fingerprintLine`) or another: gives an answer for every asset inside,
 * at any depth, and last one for the asset itself. Does not fetch an asset that is handed in with its bytes.
 */
type FingerprintLine = (target: AssetRef | Asset, signal?: AbortSignal, known?: Known) => AsyncIterable<Answer>;
/**
 * What decides the fingerprints of an asset besides its bytes. Two runs with equal settings make the same fingerprints
 * of the same bytes.
 */
interface FingerprintSettings {
  /** Recipes by pixel algorithm. */
  readonly recipes: Readonly<Record<string, string>>;
  /** Identifies the views and frames that are fingerprinted. */
  readonly look: string;
  /** Version of hashsieve. */
  readonly tool: string;
  /**
   * How containers are searched, and which media types count as containers where not all do. Absent where a caller does
   * not compare this.
   */
  readonly inside?: {
    readonly how: string;
    readonly mediaTypes?: readonly string[];
  };
}
/**
 * How often the hashes of two unrelated pictures are within a distance of each other: a straight line on a logarithmic
 * scale (docs/accuracy.md has the data and its limits).
 */
interface Tail {
  /** A distance in bits. */
  readonly at: number;
  /** Decimal logarithm of the share of unrelated pairs at `at` bits or nearer. */
  readonly decades: number;
  /** What each further bit adds to `decades`. */
  readonly slope: number;
  /** The largest distance in bits that was measured. */
  readonly most: number;
}
/**
 * An expected failure of one asset: it becomes a `failed` result and the run goes on.
 * @example
 * try {
 *   await fetcher.fetch({ uri }, signal);
 * } catch (error) {
 *   if (error instanceof StageError) console.error(error.stage, error.code);
 * }
 */
declare class StageError extends Error {
  readonly stage: Stage;
  /** Stable, kebab-case; part of the public contract. */
  readonly code: string;
  readonly name = "StageError";
  constructor(stage: Stage, /** Stable, kebab-case; part of the public contract. */

  code: string, message: string, options?: ErrorOptions);
}
/**
 * An asset that hashsieve does not scan: it becomes a `skipped` result with this reason.
 * @example
 * if (error instanceof Skip) console.error(error.reason); // 'not-an-image'
 */
declare class Skip extends Error {
  /** Stable, kebab-case; part of the public contract. */
  readonly reason: string;
  readonly name = "Skip";
  constructor(/** Stable, kebab-case; part of the public contract. */

  reason: string, message: string);
}
/**
 * Wrong usage or configuration: nothing is scanned and the exit code is 2. The message names the thing that is wrong
 * and how to mend it.
 * @example
 * try {
 *   await loadList({ path: 'known.csv' });
 * } catch (error) {
 *   if (error instanceof UsageError) console.error(error.message);
 *   else throw error;
 * }
 */
declare class UsageError extends Error {
  readonly name = "UsageError";
}
/** The facts that many entries of a list share. */
interface ListLabels {
  /** What the entry is on the list for. */
  readonly category: Category;
  /** The supplier's own grade, word for word. */
  readonly classification?: string;
  /** Name of the supplier's scale of grades. */
  readonly classificationScheme?: string;
  /** Who supplies the list. */
  readonly supplier?: string;
  /** The organisation that gave the entry to the supplier. */
  readonly member?: string;
  /** For entries of allow lists: why the entry exists, who made it, and until when it counts (ISO 8601). */
  readonly note?: string;
  readonly by?: string;
  readonly until?: string;
  /** For a frame of a listed video: which video. */
  readonly listedVideo?: ListedVideo;
}
/** The facts that a list gives for one hash. */
interface ListEntry extends ListLabels {
  /** The supplier's id, or `line-N` where the list has none. */
  readonly id: string;
}
/** The hashes of one algorithm on one list, row by row in the order of the file. */
interface HashColumn {
  /** Width of a hash in bits. */
  readonly bits: number;
  /** Number of rows. */
  readonly size: number;
  /** `size * bits / 8` bytes, hash after hash, bytes in the order of the hex text. Confidential: never printed. */
  readonly hashes: Uint8Array;
  /** The facts of a row, 0…size-1. */
  entry(row: number): ListEntry;
  /** The same without the id; rows with the same labels get the same object. */
  labels(row: number): ListLabels;
}
/**
 * Number of lines of a list file that hold an entry (or of records, where the format has no lines), and how many of
 * them could not be read.
 */
interface LinesRead {
  /** Number of lines with an entry. */
  readonly lines: number;
  /** Number of those that could not be read. */
  readonly unread: number;
}
/** One list with all facts that a run tells of it; this object goes with the list from its file to the outputs. */
interface ListFacts extends ListIdentity {
  /** How many lines were read; absent where that is not known. */
  readonly read?: LinesRead | undefined;
  /**
   * When the list was last up to date: the end of its last sync, or else the time of its file; absent for standard
   * input.
   */
  readonly updatedAt?: Date | undefined;
  /** Number of entries by category; absent where that is not known without reading the list. */
  readonly categories?: Readonly<Partial<Record<Category, number>>> | undefined;
}
/** A hash list in memory; it takes a few dozen bytes an entry. */
interface HashList {
  readonly identity: ListIdentity;
  /** As in `ListFacts`. */
  readonly read?: LinesRead | undefined;
  /** As in `ListFacts`. */
  readonly updatedAt?: Date | undefined;
  /** Columns by algorithm. There is at least one, and none is empty. */
  readonly columns: ReadonlyMap<string, HashColumn>;
}
/** The hashes of one algorithm in a compiled file; equal hashes share one row. */
interface CompiledColumn {
  /** Width of a hash in bits. */
  readonly bits: number;
  /** Number of listed hashes, as `HashColumn.size` counts them. There are fewer rows where lists hold the same hash. */
  readonly size: number;
  /**
   * Finds every row within `threshold` bits of the query, nearest first, ties by row. Raises StageError('match',
   * 'list-damaged') where a part of the file does not have its checksum, and UsageError for a threshold above 0 where
   * the column only finds equal hashes.
   */
  search(query: Uint8Array, threshold: number): readonly {
    readonly row: number;
    readonly distance: number;
  }[];
  /**
   * Screens many queries, which stand one behind the other in `queries`. Sets `marks` to 1 for those that may have a
   * row within `threshold`; where a mark stays 0 there is none. Raises StageError as `search` does.
   */
  screen?(queries: Uint8Array, threshold: number, marks: Uint8Array): void;
  /** The entries of a row's hash; `list` is an index into `CompiledList.lists`. Raises StageError as `search` does. */
  entries(row: number): Iterable<{
    readonly list: number;
    readonly entry: ListEntry;
  }>;
  /** The hash of a row. Confidential: never printed. */
  hash(row: number): Uint8Array;
  /**
   * The hashes of all rows without gaps, where the file has no index that finds near ones: whoever searches makes an
   * index of them in memory. Raises StageError as `search` does.
   */
  all?(): Uint8Array;
}
/** One or more hash lists in an open compiled file. */
interface CompiledList {
  /** The lists from which the file was compiled. */
  readonly lists: readonly ListFacts[];
  /** Columns by algorithm. */
  readonly columns: ReadonlyMap<string, CompiledColumn>;
  /** Closes the file. */
  close(): void;
}
/** Known hashes, in memory or compiled. */
type KnownHashes = HashList | CompiledList;
/** The counts of a run. Plain data: `--summary FILE` writes it as JSON. */
interface Summary {
  /** Assets that a source named; each of them has exactly one outcome. */
  found: number;
  /** Number of assets by outcome. */
  outcomes: Record<Outcome, number>;
  /** Skipped assets by reason. */
  skipped: Record<string, number>;
  /** Failed assets by `stage/code`. */
  failed: Record<string, number>;
  /** Matched assets that could not be read whole, by `stage/code`. */
  problems: Record<string, number>;
  /** Pictures and videos that were looked at: matched, clear, or with too little information. */
  pictures: number;
  /** Assets that are damaged and were decoded in part. */
  degraded: number;
  /** Assets without a match of which only a part was seen: damaged ones, and those whose frames were sampled. */
  partlySeen: number;
  /** Assets with pixels that hold too little information for a fingerprint (`low-quality`), whatever their outcome. */
  lowQuality: number;
  /** Assets that met a defect of hashsieve, whatever their outcome. */
  defects: number;
  /** Matched assets by category of their best match, without suppressed ones, handled ones and tests. */
  categories: Record<string, number>;
  /** Matched assets whose surest match is only possible. */
  possible: number;
  /** Matched assets whose every match is suppressed by an allow list. */
  suppressed: number;
  /** Matched assets of which a person decided before: they raise no alarm while file and lists stay what they were. */
  handled: number;
  /**
   * What could not be read and a person acknowledged: number of failed assets, of skipped ones by reason, and of matched
   * ones that could not be read whole by `stage/code`. The other counts hold these assets too.
   */
  acknowledged: {
    failed: number;
    skipped: Record<string, number>;
    problems: Record<string, number>;
  };
  /** Matched assets that only matched test entries: an exercise. */
  tests: number;
  /** Lines of the hash lists and allow lists that could not be read. */
  unreadListLines: number;
  /** Bytes of all assets that were read. */
  bytes: number;
  /** Wall time, seconds. */
  seconds: number;
  /** True where the run was stopped before its end. */
  interrupted: boolean;
}
/**
 * Makes the counts of a run that has not begun.
 * @example
 * const summary = emptySummary();
 * for await (const result of scanner.scan(refs)) {
 *   summary.found += 1;
 *   count(summary, result);
 * }
 */
declare function emptySummary(): Summary;
/** What people said of a result before. */
interface Attended {
  /** What was decided about a detection. */
  readonly decided?: Decided | undefined;
  /** True where somebody acknowledged that the asset cannot be read. */
  readonly acknowledged?: boolean;
}
/**
 * Adds one result to the counters, in place.
 * @example
 * count(summary, result);
 * console.log(summary.outcomes.matched);
 */
declare function count(summary: Summary, result: ScanResult, attended?: Attended): void;
/** Besides its counts, the facts that decide whether a run is complete. */
interface RunConduct {
  /** Finding no assets is no fault. */
  readonly allowEmpty?: boolean | undefined;
  /** Skips for these reasons are no fault; true: for all of `forgivableReasons`. Other reasons are never forgiven. */
  readonly allowUnsupported?: boolean | readonly string[] | undefined;
  /** Seeing only a part of a picture that did not match is no fault. */
  readonly allowDegraded?: boolean | undefined;
  /** How many lines were read of the hash lists and allow lists. */
  readonly lists?: readonly LinesRead[];
  /** True where the time of `--budget` was up before the end. */
  readonly outOfTime?: boolean;
  /**
   * True where the run stopped because nobody read its outputs any more. Assets that it did not reach are no fault
   * then.
   */
  readonly readerGone?: boolean;
  /** True where the ledger could not be read or written completely. */
  readonly ledgerLost?: boolean;
  /** True where an output could not be written. */
  readonly outputLost?: boolean;
  /** True where the summary file could not be written. */
  readonly summaryLost?: boolean;
  /** True where a target could not be told of a detection. */
  readonly untold?: boolean;
}
/** The reasons why a run is not complete. `--summary` carries these names; names are only ever added. */
declare const shortfalls: readonly ["interrupted", "budget", "reader-gone", "nothing-found", "failed", "partly-read", "unseen", "partly-seen", "sums", "lists", "ledger", "outputs", "summary", "notices"];
/** One of `shortfalls`. */
type Shortfall = (typeof shortfalls)[number];
/**
 * The one definition of a complete run: a run is complete where this is empty. The exit code, the summary's words,
 * `--summary`, the last success in heartbeat and metrics, and what `--since` may leave out all follow from it.
 * @example
 * const why = whyIncomplete(summary, { allowEmpty: true }); // ['failed']
 */
declare function whyIncomplete(summary: Summary, conduct?: RunConduct): readonly Shortfall[];
/**
 * True where the run is complete by its counts alone.
 * @example
 * if (!isComplete(summary)) process.exitCode = 3;
 */
declare const isComplete: (summary: Summary, {
  empty,
  unsupported,
  degraded
}?: {
  readonly empty?: boolean;
  readonly unsupported?: boolean;
  readonly degraded?: boolean;
}) => boolean;
/** What decides the exit code besides the counts of a run. */
interface ExitPolicy extends RunConduct {
  /** False: a match gives 0 instead of 10, and 3 instead of 11. */
  readonly fail?: boolean | undefined;
  /** The least sure band that sets the exit code for a match: `strong` (default) or `possible`. */
  readonly failOn?: string | undefined;
}
/**
 * Bytes of a hexadecimal text of even length, either case.
 * Raises RangeError for anything else; the message does not quote the text (listed hashes are confidential).
 * @example
 * hexToBytes('0fff'); // Uint8Array [15, 255]
 */
declare function hexToBytes(hex: string): Uint8Array;
/**
 * Number of differing bits, 0…8·length. Raises RangeError where the lengths differ.
 * @example
 * hammingDistance(hexToBytes('0f'), hexToBytes('ff')); // 4
 */
declare function hammingDistance(a: Uint8Array, b: Uint8Array): number;
/** What the allow lists say of an asset with these fingerprints: gives, for a match, the entry that suppresses it. */
type Allowance = (fingerprints: readonly Fingerprint[]) => (match: Match) => Suppression | undefined;
/** An object of a bucket, or all objects whose keys begin with `key`. */
interface S3Place {
  readonly bucket: string;
  readonly key: string;
}
/** The eight ways to rotate and mirror a picture; `rotate90` is counter-clockwise, `flipX` swaps top and bottom. */
declare const dihedralNames: readonly ["identity", "rotate90", "rotate180", "rotate270", "flipX", "flipY", "flipPlus1", "flipMinus1"];
/** One of `dihedralNames`. */
type Dihedral = (typeof dihedralNames)[number];
/** A change to a picture that is done on its hash's numbers, at almost no cost. */
interface Turn {
  readonly dihedral: Dihedral;
  /** True for the negative, with black for white. */
  readonly negative: boolean;
}
/**
 * Makes the `file:` URI of an absolute path given as raw bytes.
 * @example
 * fileUri(new TextEncoder().encode('/srv/1.jpg')); // 'file:///srv/1.jpg'
 */
declare function fileUri(path: Uint8Array): string;
/**
 * The raw bytes of the path in a `file:` URI that hashsieve made.
 * @example
 * const bytes = await readFile(Buffer.from(filePath(result.ref.uri)));
 */
declare function filePath(uri: string): Uint8Array;
/**
 * A URI as people read it, safe to print: a local path, or the URL with its secrets hidden. Bytes that are not UTF-8
 * become `\xNN`.
 * @example
 * console.log(displayUri(result.ref.uri));
 */
declare function displayUri(uri: string): string;
/** A period as laws name it. */
type Period = {
  readonly years: number;
} | {
  readonly days: number;
};
/** How important a line is: `warning` should be looked at, `error` says that something failed. */
type Level = 'info' | 'warning' | 'error';
/** The fields of a line for programs: its level (default `info`), and the numbers and names in it. */
interface About {
  readonly level?: Level;
  readonly [field: string]: string | number | boolean | readonly string[] | undefined;
}
/** Takes lines for people, and their fields for programs that read along. */
interface Voice {
  /** Says one line, or several that belong together and are one record to a program. */
  say(line: string, about?: About): void;
}
/** Where a command writes data: standard output. */
interface DataStream {
  /**
   * Writes text and waits while the reader is slow. Resolves to false once nobody reads any more. Raises StdoutLost
   * where it cannot be written.
   */
  write(text: string): Promise<boolean>;
  /** True where standard output is a terminal. */
  readonly stdoutIsTerminal: boolean;
  /** Whether the user wants colours on each stream. */
  readonly colour: {
    readonly stdout: boolean;
    readonly stderr: boolean;
  };
}
/**
 * The version of hashsieve, as package.json says.
 * @example
 * console.log(`hashsieve ${version}`);
 */
declare const version: string;
interface Common {
  /** Length of the hash in bits: a multiple of 16. */
  readonly bits: number;
  /** Default threshold in bits: a listed hash at this Hamming distance or nearer is a match. */
  readonly threshold: number;
  /** Names the steps and their version; changes whenever any hash would change. */
  readonly recipe: string;
  /** One line for `--help` and docs. */
  readonly about: string;
}
/** Makes an index of listed hashes, stored without gaps, `bits / 8` bytes each. */
type HashIndexMaker = (hashes: Uint8Array, bits: number) => HashIndex;
/** Finds the listed hashes within a threshold of a query. */
interface HashIndex {
  /** Every row within `threshold` of the query, nearest first, ties by row. */
  search(query: Uint8Array, threshold: number): readonly {
    readonly row: number;
    readonly distance: number;
  }[];
  /** Marks with 1 those of many queries, stored without gaps, that may have such a row; those that stay 0 have none. */
  screen?(queries: Uint8Array, threshold: number, marks: Uint8Array): void;
}
/** A digest: a hash of the asset's bytes. */
interface ByteFingerprinter extends Common {
  readonly kind: 'bytes';
  /** Lower-case hex of `bits / 4` digits. */
  compute(bytes: Uint8Array): string;
  /** Computes the digest of bytes that arrive in parts. */
  begin(): {
    update(bytes: Uint8Array): void;
    hex(): string;
  };
}
/**
 * A perceptual hash before the guard has looked at its picture. Never match with it: plain pictures share such hashes.
 */
interface RawHash {
  /** Lower-case hex of `bits / 4` digits. */
  readonly hex: string;
  /** 0…100; absent where the algorithm has no quality. */
  readonly quality?: number;
}
/** The hashes of a picture turned in several ways, in the requested order. They are withheld together. */
type TurnedFingerprints = {
  readonly ok: true;
  readonly hashes: readonly RawHash[];
  readonly lowDetail?: true;
} | Extract<Fingerprinted, {
  ok: false;
}>;
/** A perceptual hash of pixels, built in or own. */
interface PixelAlgorithm extends Common {
  readonly kind: 'pixels';
  /** How often unrelated pictures are how near, where that was measured (docs/accuracy.md). */
  readonly tail?: Tail;
  /** The same where one of the two pictures was turned or inverted, where that differs. */
  readonly turnedTail?: Tail;
  /** The same for hashes that say little (matching/commonplace.ts), where that was measured. */
  readonly commonplaceTail?: Tail;
  /** Makes the index of listed hashes, where it is not the built-in one. */
  readonly index?: HashIndexMaker;
  /** The largest threshold of that index, where it is not `bits`. */
  readonly largest?: number;
  /**
   * The hash, `bits / 4` digits of lower-case hex, or `low-quality` where the picture holds too little information.
   * Pure: equal bitmaps give equal results. Never throws for a valid bitmap.
   */
  compute(bitmap: Bitmap): Fingerprinted;
  /**
   * The same for the picture turned, mirrored and inverted, from one pass over the pixels. Without a turn, the hash is
   * exactly that of `compute`; with one, it may differ by some bits from the hash of a file that was really turned.
   */
  computeTurned(bitmap: Bitmap, turns: readonly Turn[]): TurnedFingerprints;
  /** The reference's result for any picture, plain ones too: for conformance tests, not for matching. */
  raw(bitmap: Bitmap): RawHash;
}
/** A built-in perceptual algorithm, whose chance matches were measured. */
interface PixelFingerprinter extends PixelAlgorithm {
  readonly tail: Tail;
}
/** How two hashes are compared besides by different bits: byte by byte. */
declare const byteMetrics: {
  /** The sum of the differences of their bytes. */readonly l1: (difference: number) => number; /** The sum of the squares of the differences of their bytes. */
  readonly 'l2-squared': (difference: number) => number;
};
/** A name of `byteMetrics`. */
type ByteMetric = keyof typeof byteMetrics;
/** Where an algorithm comes from: plain data, so that every decoding process can load it for itself. */
type AlgorithmSource = /** A module that exports an `OwnAlgorithm` as `algorithm`. */{
  readonly name: string;
  readonly module: string;
} /** A program that makes the hashes, and how they are compared. */ | (ProgramSource & {
  readonly name: string;
});
/** A program that makes hashes: it reads PPM pictures and writes a line for each (docs/plugins.md). */
interface ProgramSource {
  /** Absolute path and arguments; it is run without a shell. */
  readonly program: readonly string[];
  readonly bits: number;
  readonly metric: 'hamming' | ByteMetric;
  readonly threshold: number;
  readonly recipe: string;
  /** `PATH` of its environment, which holds nothing else. Default: empty. */
  readonly searchPath?: string | undefined;
}
/**
 * An algorithm that is handed in where a scanner is made: `createScanner({ algorithms: ['pdq', mine] })`. It takes part
 * in everything that the built-in ones do. Its functions run in this process, and in decoding processes where it has a
 * `source` (`loadAlgorithm`).
 * @example
 * const mine: OwnAlgorithm = {
 *   name: 'mean16', kind: 'pixels', metric: 'hamming', bits: 16, threshold: 1, recipe: 'mean16/1',
 *   compute: (bitmap) => ({ hex: meansOf(bitmap) }),
 * };
 */
interface OwnAlgorithm {
  /** As lists, events and options name it: a letter, then letters, digits and hyphens, in lower case, 32 at most. */
  readonly name: string;
  /** What is hashed: the pixels of each frame. */
  readonly kind: 'pixels';
  /**
   * How two hashes are compared: by the number of bits in which they differ, by the differences of their bytes, or by
   * `index` in its own way.
   */
  readonly metric: 'hamming' | ByteMetric | 'own';
  /** Length of a hash: a multiple of 16, at most 4096. */
  readonly bits: number;
  /** Default threshold: bits, 0…bits, or a distance of the metric, 0…1048575. */
  readonly threshold: number;
  /**
   * Names the steps and their version. It must change whenever any hash would change, otherwise old hashes in the
   * ledger stay in use.
   */
  readonly recipe: string;
  /**
   * How often unrelated pictures are how near, where someone has measured it. Without it, matches are at most
   * `possible`.
   */
  readonly tail?: Tail;
  /**
   * The hash of a picture: `bits / 4` lower-case hexadecimal digits. Must be pure. It is not called for plain pictures,
   * which would match each other. What it throws counts as a defect of that asset.
   */
  compute(bitmap: Bitmap): RawHash;
  /**
   * The hashes of a picture turned in several ways, in their order. Without it, the pixels are turned, which takes
   * longer.
   */
  computeTurned?(bitmap: Bitmap, turns: readonly Turn[]): readonly RawHash[];
  /**
   * Reads a hash as lists write it, where they write neither hexadecimal digits nor base64: gives `bits / 8` bytes, or
   * undefined for what is no hash.
   */
  parse?(text: string): Uint8Array | undefined;
  /** The hashes of several pictures at once, in their order. Without it, `compute` is called for each. */
  computeMany?(bitmaps: readonly Bitmap[]): readonly RawHash[];
  /** Where it was loaded from: plain data, by which decoding processes load it too. Set by `loadAlgorithm`. */
  readonly source?: AlgorithmSource;
  /** An index of listed hashes instead of the built-in one. It must find every row within a threshold, and no other. */
  readonly index?: HashIndexMaker;
}
/** `full` hashes every pixel. `512` first shrinks larger pictures to 512×512, as the C++ command-line tool does. */
declare const pdqVariants: readonly ["full", "512"];
/** One of `pdqVariants`. */
type PdqVariant = (typeof pdqVariants)[number];
/**
 * The hashes of the picture turned and mirrored in all eight ways, from one DCT, with its quality. They differ by
 * some bits from the hashes of really turned files. Unguarded: ask `compute` first whether the picture says enough.
 * @example
 * const { hex, quality } = pdqDihedral(bitmap);
 */
declare function pdqDihedral(bitmap: Bitmap, variant?: PdqVariant): {
  readonly quality: number;
  readonly hex: Readonly<Record<Dihedral, string>>;
};
/**
 * Loads an algorithm from its source. The result has that `source`, so that decoding processes compute it. Raises
 * UsageError where it cannot be loaded, is invalid, or has another name.
 * @example
 * const photoDna = await loadAlgorithm({ name: 'photodna', module: '/opt/photodna/hashsieve.mjs' });
 * const scanner = createScanner({ lists, algorithms: [photoDna] });
 */
declare function loadAlgorithm(source: AlgorithmSource): Promise<OwnAlgorithm>;
/**
 * Every algorithm, by the name that lists, options and events use.
 * @example
 * const { bits, threshold } = fingerprinters.pdq; // 256 bits; up to 31 of them may differ
 */
declare const fingerprinters: {
  md5: ByteFingerprinter;
  sha1: ByteFingerprinter;
  sha256: ByteFingerprinter;
  pdq: PixelFingerprinter;
  phash: PixelFingerprinter;
  phash256: PixelFingerprinter;
  dhash: PixelFingerprinter;
  blockhash: PixelFingerprinter;
};
/** A name of the registry. */
type BuiltInAlgorithm = keyof typeof fingerprinters;
/** Name of an algorithm: one of the registry, or an own one. */
type AlgorithmName = BuiltInAlgorithm | (string & Record<never, never>);
/**
 * The names of the registry, in its order.
 * @example
 * const scanner = createScanner({ algorithms: algorithmNames });
 */
declare const algorithmNames: readonly BuiltInAlgorithm[];
/** The algorithms that a scanner is to compute: names of the registry, and own algorithms. */
type WantedAlgorithms = readonly (AlgorithmName | OwnAlgorithm)[];
/** Names of the known algorithms, each with the width of its hashes in bits. */
type Algorithms = Readonly<Record<string, number>>;
/** One row of a list as its file has it: unchecked text. judge.ts checks the rows of all formats alike. */
interface ListRow {
  /** One-based line in the file where the row starts. */
  readonly line: number;
  /** The hashes of one picture. Without `algorithm` where the row does not name it. */
  readonly hashes: readonly {
    readonly algorithm?: string;
    readonly hash: string;
  }[];
  /** The supplier's id of the entry. */
  readonly id?: string;
  readonly category?: string;
  /** The supplier's own grade, verbatim. */
  readonly classification?: string;
  readonly classificationScheme?: string;
  readonly supplier?: string;
  /** The member who gave the entry to the supplier. */
  readonly member?: string;
  /** When the entry was created or last changed, as the file writes it. */
  readonly added?: string;
  readonly updated?: string;
  /** How many members confirmed the entry, and how many disputed it. */
  readonly votes?: {
    readonly up: number;
    readonly down: number;
  };
  /** For own entries and allow lists: the reason, the author, and the expiry (ISO 8601). */
  readonly note?: string;
  readonly by?: string;
  readonly until?: string;
  /** PDQ quality, 0…100. */
  readonly quality?: string;
  /** For a frame of a listed video: the video's id, and the number of its frames that are listed. */
  readonly listedVideo?: string;
  readonly listedVideoFrames?: string;
  /** True when `hashsieve hash` wrote the row. */
  readonly own?: boolean;
  /** The category of entries that name none, where the format implies one. */
  readonly fallback?: Category;
  /**
   * Rows of one key are the same entry (`keyed` formats): the row that was updated last is valid, or the later of two
   * that were updated at the same time.
   */
  readonly key?: string;
  /** True for a row that withdraws the entry of its key. */
  readonly deleted?: boolean;
}
/** An entry that its format says to skip. It is counted, as hashes that are left out are. */
interface PassedOver {
  readonly line: number;
  readonly leftOut: string;
}
/** A line that could not be read. It never quotes the line, because listed hashes are confidential. */
interface ListProblem {
  /** One-based line number in the file. */
  readonly line: number;
  readonly problem: string;
  /** True where the rest of the line was read: this is not another unread line, but one that was read in part. */
  readonly isBeside?: true;
}
/** What looks wrong with the list beyond a single row. It never quotes a hash. */
interface ListWarning {
  readonly line: number;
  readonly warning: string;
}
/** What a format yields: a row, or what is wrong with one. */
type ListItem = ListRow | PassedOver | ListProblem | ListWarning;
/** How to read one list. */
interface ReadOptions {
  readonly algorithms: Algorithms;
  /**
   * Field or algorithm → column name, for a header that is not recognised: `{ hash: 'fp', pdq: 'PDQ value' }`; `''`
   * leaves the field unread.
   */
  readonly columns?: Readonly<Record<string, string>>;
  /** The list's own category text → ours, or `skip`: `{ '1': 'csam', '5': 'skip' }`. */
  readonly categoryMap?: Readonly<Record<string, Category | 'skip'>>;
}
/** A file format of hash lists. It reads text and checks no hash. */
interface ListFormat {
  /** One line for docs. */
  readonly about: string;
  /** File name extensions without the dot that choose this format where the content does not. */
  readonly extensions: readonly string[];
  /** True where rows have a `key`, so that later rows replace or withdraw earlier ones. */
  readonly keyed?: true;
  /** True where the first characters (at most 64 Ki, without BOM) look like this format. */
  detect(head: string, options: ReadOptions): boolean;
  /**
   * Streams the rows of a file given as text (without BOM), in order and in batches, and a problem for every line that
   * is no row. Memory does not grow with the file. Raises UsageError where the file as a whole cannot be read.
   */
  read(text: AsyncIterable<string>, options: ReadOptions): AsyncIterable<readonly ListItem[]>;
}
/** The formats of hash lists, in the order in which the reader tries them on a file. */
declare const listFormats: {
  vpdq: ListFormat;
  ncmec: ListFormat;
  vics: ListFormat;
  stopncii: ListFormat;
  matrix: ListFormat;
  json: ListFormat;
  jsonl: ListFormat;
  hex: ListFormat;
  csv: ListFormat;
};
/** Name of a format in `listFormats`. */
type ListFormatName = keyof typeof listFormats;
/** Gives the bytes of a hash, or undefined for what is none. */
type HashParser = (text: string) => Uint8Array | undefined;
/** Which list to load, and how. */
interface LoadOptions {
  /** The file. It also names the list in messages where `stream` is given. */
  readonly path: string;
  /** The bytes of the file, where they come from elsewhere (standard input). */
  readonly stream?: AsyncIterable<Uint8Array>;
  /** Names of the known algorithms, each with its width in bits. */
  readonly algorithms: Algorithms;
  /** How hashes of some algorithms are read, where lists write neither hexadecimal digits nor base64. */
  readonly parsers?: Readonly<Record<string, HashParser>>;
  /** Name of the list in events. Default: the file's name without extension. */
  readonly name?: string;
  /** Default: recognised by content, then by extension. */
  readonly format?: ListFormatName;
  /** The algorithm of hashes that name none; of several, the one whose length fits. */
  readonly algorithm?: string | readonly string[];
  /** Field or algorithm → column name, for a header that is not recognised. */
  readonly columns?: Readonly<Record<string, string>>;
  /** True: a line that cannot be read makes the list unusable. */
  readonly strict?: boolean;
  /** Category of entries that name none. Default: `csam`; `own` for what `hashsieve hash` wrote. */
  readonly category?: Category;
  /** The list's own category text → ours, or `skip` to leave such entries out. */
  readonly categoryMap?: Readonly<Record<string, Category | 'skip'>>;
  /** Leave out entries that this many members disputed, at least 1. Default: leave out none. */
  readonly maxDownvotes?: number;
  /** Keep the note, the author and the expiry of every entry: for small lists, such as allow lists. */
  readonly notes?: boolean;
  /** Aborts the reading with its reason, also while it waits for the stream. */
  readonly signal?: AbortSignal;
}
/** What the reader did with the rows of a list file. Plain data. */
interface ListReport {
  readonly path: string;
  readonly format: ListFormatName;
  /** Usable hashes by algorithm. */
  readonly hashes: Readonly<Record<string, number>>;
  /** Number of videos, of whose frames `hashes` counts the PDQ hashes. */
  readonly videos: number;
  /** Entries by category. */
  readonly categories: Readonly<Partial<Record<Category, number>>>;
  /** The number of lines, or records, and how many of them could not be read, or not completely. */
  readonly read: LinesRead;
  /** The number of problems; a line may have several. */
  readonly problemCount: number;
  /** The first 100 problems. */
  readonly problems: readonly ListProblem[];
  /** Hashes that this program does not compute, by algorithm. */
  readonly foreign: Readonly<Record<string, number>>;
  /** Number of entries all of whose hashes are foreign: nothing of them is looked for. */
  readonly onlyForeign: number;
  /** Hashes left out because they would match unrelated files, and entries passed over, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** What looks wrong with the list as a whole, in sentences. */
  readonly warnings: readonly string[];
}
/** A list in memory, and what the reader did with its rows. */
interface LoadedList {
  readonly list: HashList;
  readonly report: ListReport;
}
/**
 * A compiled list (docs/search-index.md): a header of 4096 bytes, then the body in pages of 4 KiB, then the CRC-32 of every
 * page. All numbers are little-endian. The body's last section is this description, as JSON.
 */
interface CompiledMeta {
  /** Version of the program that made the file. */
  readonly tool: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly lists: readonly CompiledIdentity[];
  readonly columns: readonly ColumnMeta[];
  /** JSON texts `{ list, category, … }`, one after the other, and the end of each (f64). */
  readonly labels: {
    readonly count: number;
    readonly ends: Section;
    readonly text: Section;
  };
}
/** A source list and what it holds, for `list info`. */
interface CompiledIdentity extends ListIdentity {
  /** Hashes by algorithm. */
  readonly hashes: Readonly<Record<string, number>>;
  /** Hashes by category. */
  readonly categories: Readonly<Partial<Record<Category, number>>>;
  /** Absent in files of older versions. */
  readonly read?: LinesRead;
  /** When the source list was last updated, ISO 8601, UTC; absent in files of older versions. */
  readonly updatedAt?: string;
}
/** A range of bytes in the body. Every section starts on a page. */
interface Section {
  readonly offset: number;
  readonly length: number;
}
/**
 * Where one algorithm's hashes are. A row is a distinct hash; listed hashes belong to rows and are stored in the order
 * of rows.
 */
interface ColumnMeta {
  readonly algorithm: string;
  readonly bits: number;
  /** Number of distinct hashes. */
  readonly rows: number;
  /** Number of listed hashes. */
  readonly hashes: number;
  /** For perceptual hashes: the images of an index (shard.ts). */
  readonly shards?: readonly {
    readonly rows: number;
    readonly image: Section;
  }[];
  /** For digests, and for hashes that the index does not take: the hashes in order, and where each value of their first 16 bits starts (65 537 u32). */
  readonly sorted?: {
    readonly starts: Section;
    readonly rows: Section;
  };
  /** True where `sorted` holds hashes whose near ones match too: whoever searches compares with all of them. */
  readonly searchedWhole?: true;
  /** Where each row ends, counted in hashes (u32). */
  readonly rowEnds: Section;
  /** Labels of each hash (u32). */
  readonly labels: Section;
  /** Where the id of each hash ends in `ids` (f64). */
  readonly idEnds: Section;
  /** The ids, UTF-8, one after the other. */
  readonly ids: Section;
}
/** What was written. */
interface Compiled {
  readonly bytes: number;
  /** SHA-256 of everything after the header, lower-case hex: `list verify` compares it. */
  readonly sha256: string;
  readonly meta: CompiledMeta;
}
/** An open compiled list and its description. */
interface OpenedList extends CompiledList {
  readonly path: string;
  readonly meta: CompiledMeta;
  /** SHA-256 of everything after the header, as the header has it; lower-case hex. */
  readonly sha256: string;
}
/** What reading a whole compiled list has shown. */
interface Verification {
  /** Pages of 4 KiB. */
  readonly pages: number;
  readonly damaged: number;
  /** The first of the damaged pages, at most 100. */
  readonly firstDamaged: readonly number[];
  /** SHA-256 of everything after the header, as computed; lower-case hex. */
  readonly sha256: string;
  /** The same digest, as the header has it. */
  readonly expected: string;
}
/** Compares fingerprints with all lists at once. */
interface Matcher {
  /** The algorithms that the lists hold hashes of: only these are worth computing. */
  readonly algorithms: readonly string[];
  readonly lists: readonly ListIdentity[];
  /**
   * Every listed hash within the algorithm's threshold (distance ≤ threshold): nearest first, ties in the order of the
   * lists, then of entry ids. Empty for an algorithm that no list holds. Raises TypeError for a malformed fingerprint,
   * StageError('match', 'list-damaged') where a compiled list turns out to be damaged.
   */
  match(fingerprint: Fingerprint): Match[];
  /**
   * The same matches one by one, in any order, repeated where a list repeats itself: there may be more of them than fit
   * in memory. Where a list is damaged, it gives the matches of the other lists before it raises that.
   */
  matches(fingerprint: Fingerprint): Iterable<Match>;
  /**
   * False where `match` would find nothing for any of the fingerprints of an asset. It looks them up together, which is
   * faster. It does not report damage: `match` does. Raises TypeError for a malformed fingerprint.
   */
  mayMatch(fingerprints: readonly Fingerprint[]): boolean;
  /**
   * Tells the same for many assets at once, several times as fast as `match`. Raises nothing: `match` reports damage.
   */
  readonly screen: Screening;
}
type Paint = (text: string) => string;
/**
 * How words look, by their meaning. Each member returns its text, with or without colour codes around it. Colour only
 * repeats what the word says.
 */
interface Palette {
  /** A match. */
  readonly alarm: Paint;
  /** A match whose confidence is `possible`. */
  readonly possible: Paint;
  /** A failure, or a run that is not complete. */
  readonly failure: Paint;
  /** The test picture. */
  readonly test: Paint;
  /** What needs no attention. */
  readonly aside: Paint;
  /** A path or an address. */
  readonly place: Paint;
}
/**
 * For files, pipes, and users who want no colours.
 * @example
 * outputFormats.text.create({ palette: plainPalette, verbose: true });
 */
declare const plain: Palette;
/** A result without a detection: the asset failed, was skipped, or (on request) is clear. */
interface OtherRecord {
  readonly schema: 'hashsieve/result/1';
  readonly outcome: Exclude<Outcome, 'matched'>;
  readonly uri: string;
  /** Address of the web page that shows the asset, where it was found on one. */
  readonly page?: string;
  readonly scanId: string;
  readonly stage?: string;
  /** Failure code or skip reason. */
  readonly code?: string;
  readonly message?: string;
  /** Set where a person acknowledged that it cannot be read (`hashsieve acknowledge`). */
  readonly acknowledged?: Acknowledged;
  readonly asset?: ScanResult['facts'];
}
/** What an output writes about one result. */
type OutputRecord = DetectionEvent | OtherRecord;
/** Writes records in one file format. Pure: returns text, opens nothing. */
interface OutputWriter {
  /** Text before the first record. */
  begin(): string;
  /** Text of one record, neutralised for the format. */
  record(record: OutputRecord): string;
  /** Text after the last record. */
  end(summary: Summary): string;
}
/** What writers need to know besides the records. */
interface OutputWriterOptions {
  /** Colours; only the text format uses them. */
  readonly palette: Palette;
  /** Text: also names skipped assets. */
  readonly verbose: boolean;
  /**
   * `file:` URI of the working directory, without a slash at its end: formats for pipelines name places below it
   * relative to it. Without it they name every place whole.
   */
  readonly directory?: string | undefined;
  /** Version of hashsieve, for formats that name their tool. */
  readonly version?: string | undefined;
}
/** An output format, which makes writers. */
interface OutputFormat {
  /**
   * File name extensions, without the dot, that select this format; of two formats with one extension, the first of the
   * registry, unless the other is asked for by name.
   */
  readonly extensions: readonly string[];
  readonly about: string;
  create(options: OutputWriterOptions): OutputWriter;
}
/** An asset that the source found. */
interface SourceAsset {
  readonly kind: 'asset';
  readonly ref: AssetRef;
}
/** A place that could not be listed. It becomes a `failed` result of its own, and the listing goes on. */
interface SourceFailure extends Problem {
  readonly kind: 'failed';
  readonly ref: AssetRef;
  readonly stage: 'source';
}
/** A place that the source passed over on purpose. It becomes a `skipped` result of its own. */
interface SourceSkip {
  readonly kind: 'skipped';
  readonly ref: AssetRef;
  /** Stable, kebab-case: `symlink`, `directory`. */
  readonly reason: string;
  readonly message: string;
}
/**
 * What a source yields, told apart by `kind`. The kinds of what was not read are those of `Unread`, so that
 * `unseenResult(item.ref, item)` makes its result.
 */
type Sourced = SourceAsset | SourceFailure | SourceSkip;
/** Yields what it finds, lazily and in a bounded amount of memory; ends, without an error, when `signal` aborts. */
interface Source {
  /** What the user named, for messages. The caller must neutralise it before it reaches a terminal. */
  readonly label: string;
  list(signal?: AbortSignal): AsyncIterable<Sourced>;
}
/** What the ledger did for a run, in numbers of assets. */
interface CacheCounts {
  /** Assets that were neither read nor decoded. */
  reused: number;
  /**
   * Unchanged assets that the run read again on purpose (`--verify-cache`), and those of them that had changed after
   * all.
   */
  verified: number;
  differed: number;
  /** Results that an earlier attempt of the run had already. */
  resumed: number;
  /** Files that the run left out because they did not change since the last complete run (`--since`). */
  leftOut: number;
  /** Assets that crashed the decoder in an earlier run, and that this one did not decode again. */
  quarantined: number;
}
/**
 * Keys of the configuration file that are no options: blocks that a command reads and checks itself. `$schema` and
 * `$comment` are for editors and people.
 */
declare const configBlocks: readonly ["$schema", "$comment", "operator", "notify", "exchanges", "matchers", "plugins"];
/** One of `configBlocks`. */
type ConfigBlock = (typeof configBlocks)[number];
/** The content of a configuration file. */
interface Config {
  /** Absolute path; absent when there is no file. */
  readonly path?: string;
  readonly options: Readonly<Partial<Record<string, unknown>>>;
  readonly blocks: Readonly<Partial<Record<ConfigBlock, unknown>>>;
}
/** Identifies one page of one round of requests. Plain data, so that it can be stored. */
interface Place {
  /** What the round asks for. */
  readonly round: Readonly<Record<string, string>>;
  /** Address or token of the page; absent for the first page. */
  readonly next?: string;
}
/** How far the sync of a list is. Plain data, stored beside the list, without hashes and credentials. */
interface SyncState {
  readonly schema: 'hashsieve/sync/1';
  /** Identifies the service and the settings to which this state belongs. */
  readonly source: string;
  /** When a sync last brought the whole list up to date, ISO 8601. */
  readonly syncedAt?: string;
  /** Up to where the service was read: a time, or a token of the service. */
  readonly upTo?: string;
  /** Entries that the last sync with changes read and did not keep, counted by reason. */
  readonly passed?: Readonly<Record<string, number>>;
  /** The list as it was last stored. */
  readonly list?: ListCounts;
  /** Where an interrupted sync continues; absent between syncs. */
  readonly pending?: Pending;
}
/** The counts of the stored list. */
interface ListCounts extends Pick<ListReport, 'hashes' | 'categories' | 'foreign' | 'leftOut' | 'problemCount'> {
  /** Number of entries, whether they can be used or not. */
  readonly entries: number;
}
/** How far an interrupted sync is. */
interface Pending extends Place {
  /** When `next` was given, ISO 8601; it expires. */
  readonly at: string;
  /** Number of bytes of the journal that are complete. */
  readonly journal: number;
  /** Number of pages so far. */
  readonly pages: number;
  /** Digest of the last page; it reveals a page that the service sends twice. */
  readonly digest?: string;
  /** Entries so far that could not be kept, counted by reason. */
  readonly passed: Readonly<Record<string, number>>;
}
/** How many entries of a list came, went and changed. */
interface Changes {
  /** Entries that are new. */
  came: number;
  /** Entries that are gone. */
  went: number;
  /** Entries whose content changed. */
  changed: number;
}
/** What a sync did. */
interface Synced {
  /** The state after the sync. */
  readonly state: SyncState;
  /** The counts of the stored list and what of it cannot be used; absent where nothing changed. */
  readonly report?: ListReport;
  /** Number of pages that were read. */
  readonly pages: number;
  /** Entries that the service sent and the list does not keep, counted by reason. */
  readonly passed: Readonly<Record<string, number>>;
  /** Absent where nothing changed. */
  readonly changes?: Changes;
}
/** Which ledger to use, if any. */
interface LedgerOptions {
  /** Path of the ledger. Default: the platform's place for it. */
  readonly ledger?: string | undefined;
  readonly useLedger?: boolean | undefined;
  /** Wait for another process that runs the same plan, or that has the ledger to itself. */
  readonly wait?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  /** Path of the key that seals what people decide. Default: in the platform's state directory. */
  readonly decisionKey?: string | undefined;
}
/** How a run uses the ledger. Durations are in seconds. */
interface RunOptions extends LedgerOptions {
  readonly resume?: boolean | undefined;
  /** Abandon an interrupted run and start anew. */
  readonly fresh?: boolean | undefined;
  readonly cache?: boolean | undefined;
  /** Share of unchanged assets to read again and compare, 0…1. */
  readonly verifyCache?: number | undefined;
  readonly retryQuarantined?: boolean | undefined;
  readonly since?: boolean | undefined;
  readonly budget?: number | undefined;
  readonly allowEmpty?: boolean | undefined;
  /** Reasons to skip that the user accepts: true for all of them. */
  readonly allowUnsupported?: boolean | readonly string[] | undefined;
  readonly allowDegraded?: boolean | undefined;
}
/** What to call bytes that the program did not fetch itself. */
interface BytesOptions {
  /** Name of the upload as its sender gave it: any text. It becomes the address `memory:NAME`, percent-encoded. */
  readonly name?: string | undefined;
  /**
   * Address for results and events instead, an absolute URI: where the upload will be found, such as `https:…`. The
   * scanner fetches nothing from it.
   */
  readonly uri?: string | undefined;
  /** Address of the web page that shows the asset. */
  readonly page?: string | undefined;
  /** Aborts the work: the results then end with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}
/**
 * Bytes as an asset. The scanner copies and writes nothing, so the bytes must not change before the last result is
 * there. Raises UsageError where `bytes` is no byte array, and where `uri` is no absolute URI.
 * @example
 * const reader = createReader();
 * for await (const answer of reader.fingerprint(assetOfBytes(body, { name: 'cat.jpg' }))) console.log(answer);
 */
declare function assetOfBytes(bytes: Uint8Array | ArrayBuffer, options: BytesOptions): Asset;
/** What a view does to a picture, apart from turning it. */
declare const viewKinds: readonly ["upright", "as-stored", "flattened", "managed", "trimmed", "straightened", "bent", "side-padded", "widened", "tilted", "trimmed-bent", "panel"];
/** One of `viewKinds`. */
type ViewKind = (typeof viewKinds)[number];
/** A group of looks that find the same kind of alteration: `trimmed`, `trimmed+turned`, `upright+negative`. */
type LookGroup = ViewKind | `${ViewKind}+turned` | `${ViewKind}+negative`;
/** How many ways of looking are tried to recognise a picture: each set contains the one before it. */
declare const viewSets: readonly ["none", "basic", "all"];
/** One of `viewSets`. */
type ViewSet = (typeof viewSets)[number];
/** Whether a picture is a query, or will be put on a list. */
type Side = 'query' | 'list';
/**
 * How near a hash must be to match: `strict` takes the customary thresholds, `balanced` and `wide` the widest ones that
 * keep to an accepted number of chance matches.
 */
declare const strictnesses: readonly ["strict", "balanced", "wide"];
/** One of `strictnesses`. */
type Strictness = (typeof strictnesses)[number];
/** The thresholds for matching against these lists, and how certain a match is. */
interface Confidence {
  /** Thresholds in bits, for every algorithm that the lists hold: the widest of its looks. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** Thresholds in bits by group of looks, for the algorithms whose looks differ. */
  readonly thresholdsByLook: Readonly<Record<string, Readonly<Partial<Record<LookGroup, number>>>>>;
  /** Chance matches to expect in a million pictures at these thresholds, over all looks. */
  readonly expectedByChance: Readonly<Record<string, number>>;
  /** Threshold in bits of this look; 0 for an algorithm that no list holds. */
  thresholdOf(algorithm: string, view?: string): number;
  /**
   * The match, with its confidence and the chance matches to expect, in an asset of which so many frames were hashed.
   */
  rate(match: Match, frames?: number): Match;
}
/** The lists to match against together. */
interface ListSet {
  /** Known hashes. Without any, the judge finds no match. */
  readonly lists: readonly KnownHashes[];
  /** Lists of harmless pictures: an asset's match is marked as suppressed where they allow it. */
  readonly allow?: readonly HashList[];
}
/** How near a match must be, and what it contains. Every option has a default. */
interface JudgeOptions {
  /** Own algorithms must be given here where lists hold their hashes; the names of built-in ones are ignored. */
  readonly algorithms?: WantedAlgorithms;
  /** The same as own algorithms in `algorithms`. */
  readonly plugins?: readonly OwnAlgorithm[];
  /** Thresholds in bits by algorithm, 0…bits. Default: the algorithm's own. */
  readonly thresholds?: Readonly<Partial<Record<AlgorithmName, number>>>;
  /** How near a match must be where `thresholds` do not say it. Default `strict`, the customary thresholds. */
  readonly strictness?: Strictness;
  /** Accepted chance matches in a million pictures, above 0: sets the thresholds instead of `strictness`. */
  readonly maxExpected?: number;
  /** How the reader looks at pictures: each view is one more chance of an accidental match. Default `basic`. */
  readonly views?: ViewSet;
  /** From which share of either of two videos, in percent from 1 to 100, they are the same. Default 80. */
  readonly videoPercent?: number;
  /** Put the listed hash, which is confidential, into every match. */
  readonly showHashes?: boolean;
}
/** The second half of the line, from fingerprints to results. It reads no asset and starts no process. */
interface Judge {
  /** The lists that it matches against. */
  readonly lists: readonly ListIdentity[];
  /** The allow lists. */
  readonly allowed: readonly ListIdentity[];
  /** Thresholds in bits, for every algorithm that the lists hold: the widest of its looks. */
  readonly thresholds: Readonly<Record<string, number>>;
  /**
   * Thresholds in bits by group of looks, for the algorithms whose looks differ (`balanced`, `wide`, `maxExpected`).
   */
  readonly thresholdsByLook: Confidence['thresholdsByLook'];
  /**
   * Chance matches to expect in a million pictures at these thresholds, for each algorithm that was measured
   * (docs/accuracy.md).
   */
  readonly expectedByChance: Readonly<Record<string, number>>;
  /** What the allow lists say of an asset; absent without any. */
  readonly allowance: Allowance | undefined;
  /** Every listed hash within the threshold, nearest first. */
  match(fingerprint: Fingerprint, frames?: number): Match[];
  /** The same matches one by one, as `Matcher.matches`. */
  matches(fingerprint: Fingerprint, frames?: number): Iterable<Match>;
  /** Tells which of many assets may match, as `Matcher.screen`. */
  readonly screen: Matcher['screen'];
  /** The result of an asset that was fingerprinted. */
  judge(asset: FingerprintedAsset): ScanResult;
  /** The public record of a match that this judge found. */
  event(result: Extract<ScanResult, {
    outcome: 'matched';
  }>, scanId: string, now: Date): DetectionEvent;
}
/**
 * Makes the second half of the line. It indexes the lists, in memory and time that grow with them. Keep compiled lists
 * open while the judge is in use. Raises UsageError for a threshold out of range.
 * @example
 * const judge = createJudge({ lists: [list] });
 * const results = answers.map((answer) => ('outcome' in answer ? answer : judge.judge(answer)));
 */
declare function createJudge({
  lists,
  allow
}: ListSet, options?: JudgeOptions): Judge;
/** Limits for reading an asset's bytes. */
interface FetchLimits {
  /** Most bytes of one asset, both as transferred and after content decoding. */
  readonly maxBytes: number;
  /**
   * Most bytes of a local file that is read in parts instead of into memory; `fetch` then returns its beginning and its
   * size. Default: `maxBytes`, so that no file is read in parts.
   */
  readonly maxContainerBytes?: number;
  /**
   * Seconds for one asset with its retries and redirects. The time spent waiting for a free connection to a busy host,
   * or because a host asked for a pause, does not count.
   */
  readonly timeoutSeconds: number;
}
/** An asset that was fetched before, and its version then. */
interface KnownVersion {
  readonly uri: string;
  readonly version: string;
}
/** Gets the bytes of assets of one or more URI schemes. Close it, because it holds connections. */
interface Fetcher {
  /** URI schemes without the colon: `file`, `http`. */
  readonly schemes: readonly string[];
  /**
   * Reads the asset once, whole, never more than `maxBytes`.
   * Raises StageError('fetch', code): `not-found`, `permission-denied`, `too-large`, `time-out`, `not-a-file`,
   * `read-error`, `unsupported-scheme`; for URLs also `refused-address`, `bad-url`, `http-NNN`,
   * `too-many-redirects`, `network-error`, `tls-error`.
   * Rejects with `signal.reason` once `signal` aborts: that is no result of the asset.
   */
  fetch(ref: AssetRef, signal?: AbortSignal): Promise<Asset>;
  /**
   * As `fetch`, for an asset that was fetched before at `version`: returns undefined, and reads nothing, where the
   * asset still has that version. A fetcher whose assets have no versions lacks this method.
   */
  refetch?(ref: AssetRef, version: string, signal?: AbortSignal): Promise<Asset | undefined>;
  /**
   * For each asset, true where it still has its version; false means that nobody knows. Undefined where asking for them
   * one by one is better, as it is with every fetcher that lacks this method.
   * @param few true to ask even where there are so few that one by one would be better.
   */
  unchanged?(known: readonly KnownVersion[], signal?: AbortSignal, few?: boolean): Promise<readonly boolean[] | undefined>;
  close(): Promise<void>;
}
/** Decides where assets are fingerprinted, and how many at once. It holds processes: close it. */
interface Runner {
  /** Fingerprints one asset and what is inside it, in a decoding process where there are any. */
  readonly fingerprint: FingerprintLine;
  /**
   * As `mapOrdered`. `task` receives the function that fingerprints its asset. For a source with a single item that
   * function works in this process, because starting another takes longer than most pictures.
   */
  map<T, R>(source: AsyncIterable<T>, task: (item: T, fingerprint: FingerprintLine) => AsyncIterable<R>, signal?: AbortSignal): AsyncGenerator<R>;
  /** Settles once the processes have ended. */
  close(): Promise<void>;
}
/** One page of a bucket's listing. */
interface BucketListing {
  readonly objects: readonly {
    readonly key: string;
    readonly size: number;
    readonly version?: string;
  }[];
  /** The token that asks for the next page; absent on the last page. */
  readonly next?: string;
}
/** Which objects to list, and how to ask for them. */
interface BucketOptions {
  /** The bucket, and the prefix of the keys to list. */
  readonly place: S3Place;
  /** Raises StageError('fetch', …). */
  list(place: S3Place, after: string | undefined, signal?: AbortSignal): Promise<BucketListing>;
}
/**
 * The objects of a bucket below a prefix, in the order of their keys, each with the version in the listing. Folder
 * markers (no bytes, a key that ends in a slash) are skips. A listing that breaks off is a problem.
 */
declare function bucketSource({
  place,
  list
}: BucketOptions): Source;
/** Globs in micromatch's syntax. */
interface Globs {
  /** Empty: every file is wanted. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}
/**
 * Where a link leads: to something that the run scans anyway; to a file or directory that it does not scan (`ignored`:
 * and the user said that it need not); or to neither.
 */
interface LinkEnd {
  readonly where: 'inside' | 'outside' | 'ignored' | 'nowhere';
  readonly isDirectory: boolean;
}
/** `chosen`: what `include` selects within a pattern. */
type ScopeGlobs = Globs & {
  readonly chosen?: readonly string[];
};
/**
 * Everything local that a run scans. For a link that is not followed, it tells whether the run scans the link's target
 * at its own place.
 */
declare class Scope {
  #private;
  /** Adds a directory, and what of it the run scans. */
  addDirectory(path: Uint8Array, globs: ScopeGlobs): void;
  addFile(path: Uint8Array): void;
  /**
   * Where a link finally leads. A target that cannot be determined counts as outside, because the run has not scanned
   * it.
   */
  endOf(link: Uint8Array): Promise<LinkEnd>;
}
/** What to do with symbolic links below a directory. */
interface LinkOptions {
  /** Scan what they point to. Each directory is scanned once, however many links lead to it. */
  readonly followSymlinks?: boolean;
  /** Pass over links that lead out of what is scanned as well, without counting the run as incomplete. */
  readonly ignoreSymlinks?: boolean;
  /** Everything that the run scans. Default: what the source itself scans. */
  readonly scope?: Scope;
}
/** Which directory to scan, and what of it. */
interface DirectoryOptions extends LinkOptions {
  /** A relative path starts from the working directory. Raw bytes where the name is no UTF-8. */
  readonly path: string | Uint8Array;
  /** Globs of what to scan. Default: everything. */
  readonly include?: readonly string[];
  /** Globs of what to leave out; a directory is left out with everything in it. */
  readonly exclude?: readonly string[];
}
/**
 * All files below a directory, hidden ones included, in the order of their names, one directory after the other. The
 * directory itself may be a link. The source also yields sockets, pipes and devices (fetching them fails). Links below
 * it that it does not follow are skips, `symlink-outside` where the run does not scan their target; a directory that it
 * cannot list is a problem. Raises UsageError for a glob that cannot work as written.
 */
declare function directorySource(options: DirectoryOptions): Source;
/**
 * One named file; a relative path starts from the working directory, and a link is followed. Only fetching it shows
 * whether it can be read.
 */
declare function fileSource(options: {
  readonly path: string | Uint8Array;
}): Source;
/** What a source needs of the web; the guarded fetcher provides it. */
interface Web {
  /**
   * Fetches a whole response. Raises StageError('fetch', …) as fetchers do, with `redirected-off-site` where a redirect
   * leads to a URL that `mayFollow` refuses.
   */
  get(url: string, options: WebGet): Promise<WebPage>;
  /** From now on leaves at least this time between two requests to a host, in milliseconds. */
  pace(host: string, milliseconds: number): void;
}
/** What a request may cost, and where it may lead. */
interface WebGet {
  /** The most bytes of the response, after content decoding. */
  readonly maxBytes: number;
  readonly mayFollow?: ((to: URL) => boolean) | undefined;
  readonly signal?: AbortSignal | undefined;
}
/** A response. */
interface WebPage {
  readonly bytes: Uint8Array;
  /** The URL that answered, after redirects. */
  readonly url: URL;
  readonly contentType?: string;
}
/** A page or stylesheet that a source read, beside `SourceFailure` for one that it could not read. */
type FetchedPage = WebPage & {
  readonly kind: 'page';
};
/** What a crawl may visit. */
interface CrawlOptions {
  readonly web: Web;
  /** Other hosts that the crawl may visit, besides the page's or sitemap's own; see `isListed`. */
  readonly hosts?: readonly string[];
  /** False ignores robots.txt. Default true. */
  readonly robots?: boolean;
  /** The most pages to read. Default 100 000. */
  readonly maxPages?: number;
}
/** Where the things are that a source, a page or a stylesheet names: here or elsewhere. */
interface Tally {
  /**
   * True where the run may fetch one of them, whether or not another page named it before. Pictures inside a page do
   * not count.
   */
  here: boolean;
  elsewhere: boolean;
}
/** What pages and sitemaps share: one visit to each address, robots.txt, the bounds of the site. */
declare class Crawl {
  #private;
  readonly options: CrawlOptions;
  constructor(options: CrawlOptions);
  /** Claims a thing. True for the first caller only. */
  claim(kind: string, what: string | Uint8Array): boolean;
  /** The tally of a page or stylesheet that the crawl has looked at, perhaps for another source; else undefined. */
  known(kind: 'page' | 'style', address: string): Tally | undefined;
  /** Notes that the crawl is looking at a page or stylesheet, and returns the tally to fill. */
  begin(kind: 'page' | 'style', address: string): Tally;
  /** True for the site's own host and for listed hosts. */
  readonly isOnSite: (host: string, site: string | undefined) => boolean;
  /** Why the crawl passes over an address on another site; undefined for an address that it does not pass over. */
  offSite({
    hostname
  }: URL, site: string | undefined): {
    reason: string;
    message: string;
  } | undefined;
  /**
   * Why robots.txt refuses an address. Undefined where it allows the address, and where the run was aborted meanwhile.
   */
  refusal(url: URL, signal?: AbortSignal): Promise<{
    reason: string;
    message: string;
  } | undefined>;
  /** The response of an address, or the problem with it; undefined where the run was aborted. */
  get(url: URL, site: string | undefined, maxBytes: number, signal?: AbortSignal): Promise<FetchedPage | SourceFailure | undefined>;
  /** Counts a page before it is read. False once the crawl has read as many as it may. */
  countPage(): boolean;
  /** Undoes the last count: the address turned out to be a picture. */
  uncountPage(): void;
  /** The message when the crawl leaves out further pages. It is given once. */
  get pageLimit(): string;
}
/** Which page to read, and the crawl that it belongs to. */
interface PagesOptions {
  /** An http(s) URL, or the path of an HTML file. */
  readonly page: string;
  /** Absolute directory that a relative path starts from. Default: where the process works. */
  readonly cwd?: string;
  readonly crawl: Crawl;
}
/** Where a list comes from: a file (or named pipe), or a stream such as standard input. */
type ListInput = {
  readonly path: string | Uint8Array;
} | {
  readonly stream: AsyncIterable<Uint8Array | string>;
};
/** How to read a list of paths. */
interface PathListOptions {
  readonly input: ListInput;
  /** NUL instead of a newline ends each item. */
  readonly nullSeparated?: boolean;
  /** Absolute directory from which relative paths start. Default: the working directory. */
  readonly cwd?: string;
  /** Pass over links to directories from which the list names nothing, without counting the run as incomplete. */
  readonly ignoreSymlinks?: boolean;
}
/**
 * A list of paths, raw bytes, one on each line (LF or CRLF) or NUL-separated. It passes over blank items and scans
 * repeated ones again; directories are skips. Items that cannot be a path are problems with the code `bad-path`; only
 * fetching shows whether a path exists. Raises UsageError where the list itself cannot be read.
 */
declare function pathListSource(options: PathListOptions): Promise<Source>;
/** Which files to scan, by a glob. */
interface PatternOptions extends LinkOptions {
  /** A glob: `uploads/*.{jpg,png}`. */
  readonly pattern: string;
  /** Absolute directory from which a relative pattern starts. Default: the working directory. */
  readonly cwd?: string;
  /** Globs as for a directory, applied from the folder that the pattern names before its first wildcard. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}
/**
 * Every file that a glob matches, and all files below every directory that it matches, each once. Hidden files, links,
 * other things than files, and the order are treated as for a directory. The package only parses the glob, and our own
 * walk finds the files, because the package returns names that are no UTF-8 in a form that cannot be opened.
 */
declare function patternSource(options: PatternOptions): Promise<Source & {
  readonly folders: readonly Uint8Array[];
}>;
/** Which sitemap to read, and the crawl that it belongs to. */
interface SitemapOptions {
  /** An http(s) URL, or the path of a file. */
  readonly sitemap: string;
  /** Absolute directory from which a relative path starts. Default: the working directory. */
  readonly cwd?: string;
  readonly crawl: Crawl;
}
/** The stream to read, and how much of it. */
interface StdinOptions {
  /** The stream, which is read once, to its end. */
  readonly stream: AsyncIterable<Uint8Array | string>;
  /** Name of the content, any text: it becomes the address `stdin:NAME`, percent-encoded. */
  readonly name?: string;
  /** The most bytes to read. */
  readonly maxBytes: number;
}
/**
 * One asset: everything on standard input, kept in memory and written nowhere. More than `maxBytes` is the problem
 * `too-large`.
 */
declare function stdinSource({
  stream,
  name,
  maxBytes
}: StdinOptions): Source;
/** One URL from the command line. Raises UsageError where it cannot be fetched. */
declare function urlSource(options: {
  readonly url: string;
}): Source;
/** How to read a list of URLs. */
interface UrlListOptions {
  readonly input: ListInput;
  /** Absolute directory from which a relative path of the list starts. Default: the working directory. */
  readonly cwd?: string;
}
/**
 * A list of http(s) URLs in UTF-8, one on each line. It passes over blank lines and lines that start with `#`, and
 * scans repeated URLs again. A bad line is a problem that names its number (codes `bad-url`, `url-credentials`) and
 * never its text. Raises UsageError where the list itself cannot be read.
 */
declare function urlListSource(options: UrlListOptions): Promise<Source>;
/** What a command-line argument names. Paths are absolute, raw bytes. */
type Target = {
  readonly kind: 'directory' | 'file';
  readonly path: Uint8Array;
} | {
  readonly kind: 'url';
  readonly url: string;
} | {
  readonly kind: 'bucket';
  readonly place: S3Place;
} | {
  readonly kind: 'pattern';
  readonly pattern: string;
} | {
  readonly kind: 'stdin';
};
/**
 * Determines what `text` names: `-`, an http(s) URL, a bucket and the beginning of its keys (`s3://bucket/prefix`), an
 * existing directory, anything else that exists (links are followed), or a glob of what exists (`uploads/*.{jpg,png}`).
 * Raises UsageError, which names the text, where it is none of these.
 * @example
 * const told = await tellTarget('./uploads');
 * if (told.kind === 'directory') scanner.scan(sources.directory({ path: told.path }).list());
 */
declare function tellTarget(text: string, cwd?: string): Promise<Target>;
/**
 * Every source by name. Each takes its options and yields asset refs. Those that read the web are loaded when first
 * called. See docs/sources.md.
 * @example
 * const uploads = sources.directory({ path: './uploads', exclude: ['*.tmp'] });
 * for await (const result of scanner.scan(uploads.list())) console.log(result.outcome);
 */
declare const sources: {
  directory: typeof directorySource;
  file: typeof fileSource;
  pattern: typeof patternSource;
  bucket: typeof bucketSource;
  url: typeof urlSource;
  stdin: typeof stdinSource;
  'path-list': typeof pathListSource;
  'url-list': typeof urlListSource;
  pages: (options: PagesOptions) => Promise<Source>;
  sitemap: (options: SitemapOptions) => Promise<Source>;
};
/** What hashsieve may spend on looking into one asset and everything inside it. */
interface InsideLimits {
  /** The most bytes of one asset inside another. A reader keeps it in memory. */
  readonly maxBytes: number;
  /** The most pixels of a picture that a container decodes itself, such as a PDF document. */
  readonly maxPixels: number;
  /** Seconds for reading one asset inside another. */
  readonly timeoutSeconds: number;
  /** How many containers may lie inside one another, the outermost included. */
  readonly maxDepth: number;
  /** The most assets inside, at all depths together. */
  readonly maxMembers: number;
  /**
   * The most unpacked bytes for each byte of the outermost container. It counts once they are more than `freeBytes`.
   */
  readonly maxRatio: number;
  /** Unpacked bytes that are allowed whatever the ratio. */
  readonly freeBytes: number;
  /** The most unpacked bytes, at all depths together. */
  readonly maxTotalBytes: number;
  /** Seconds for reading the container. The time in which the caller works on its members does not count. */
  readonly seconds: number;
}
/** The kinds of contents that hashsieve looks for inside assets. The operator can switch each of them off. */
declare const insideKinds: readonly ["archives", "pdf", "text", "thumbnails", "video"];
/** One of `insideKinds`. */
type InsideKind = (typeof insideKinds)[number];
/** What an asset may cost to decode. */
interface DecodeLimits {
  /** The most pixels of one frame, by the size that the header declares. */
  readonly maxPixels: number;
  /**
   * The most frames or pages of one asset that a decoder yields, at least 1. Of a longer asset it takes a sample:
   * evenly spread frames, the first and the last among them. A video has no such limit: after so many chosen frames of
   * a track ffmpeg chooses the next ones at growing intervals, to the end of the track.
   */
  readonly maxFrames: number;
  /**
   * Seconds of decoding for one asset, at least 1. The time that it waits for other pictures to leave memory does not
   * count. Assets of many frames get more (`timeFor`).
   */
  readonly timeoutSeconds: number;
}
/**
 * The absolute path of ffmpeg: the first executable file of that name in the folders of `PATH`. Undefined where there
 * is none.
 * @example
 * const scanner = createScanner({ lists, ffmpeg: findFfmpeg(process.env) });
 */
declare function findFfmpeg(environment: Readonly<Record<string, string | undefined>>): string | undefined;
/** What an asset may cost. */
type Limits = DecodeLimits & FetchLimits & InsideLimits;
/**
 * What determines the fingerprints of an asset. Plain data, apart from own algorithms: decoding processes receive it.
 */
interface FingerprintOptions {
  /**
   * Algorithms of pixels to compute: those that the lists hold now, and those of lists that replace them later. MD5,
   * SHA-1 and SHA-256 are always computed. Default: the algorithms of the first lists. An own algorithm without a
   * `source` is computed in this process, and `workers` must be 0 or absent.
   */
  readonly algorithms?: WantedAlgorithms;
  /** Own algorithms that are known, and computed where `algorithms` names them or, by default, a list holds their hashes. */
  readonly plugins?: readonly OwnAlgorithm[];
  readonly pdqVariant?: PdqVariant;
  /**
   * Ways of looking at each picture. Default `basic`, as `hashsieve scan` does: also turned, mirrored, inverted,
   * trimmed, straightened, and pictures within pictures. `none` looks at the picture upright only and misses mirrored
   * copies; `all` also looks at cropped and tilted ones.
   */
  readonly views?: ViewSet;
  /** `list` makes the views that an own list should hold of each picture. Default `query`. */
  readonly side?: Side;
  /** Bytes, pixels, frames and seconds that an asset may cost. Defaults: those of the command line. */
  readonly limits?: Partial<Limits>;
  /** Fetch from private addresses too. */
  readonly allowPrivate?: boolean;
  /** How to ask hosts of the web. */
  readonly web?: WebOptions$1;
  /** What to look for inside assets. Default: everything. Each thing found there has a result of its own. */
  readonly inside?: readonly InsideKind[];
  /**
   * Absolute path of ffmpeg, which reads videos. Without it they are skipped: `decoder-missing`. The library never
   * reads the environment; `findFfmpeg(process.env)` finds ffmpeg as the command line does.
   */
  readonly ffmpeg?: string | undefined;
}
/** How to ask hosts of the web. Plain data. */
interface WebOptions$1 {
  /** E-mail or web address of the operator, for the user agent. */
  readonly contact?: string;
  /** Requests to one host at the same time. Default 4. */
  readonly perHost?: number;
  /** Requests to one host per second. Default: no limit. */
  readonly rate?: number;
  /** Hosts besides a page's own from which its pictures may come; `*.example.org` and `*` work. */
  readonly hosts?: readonly string[];
  /** Do not fail where a page, or JSON, answers in place of a picture. */
  readonly allowHtml?: boolean;
  /** URL of an S3-compatible store, for `s3:` refs. */
  readonly s3Endpoint?: string;
}
/** What a reader needs. Every option has a default. */
interface ReaderOptions extends FingerprintOptions {
  /** Assets in flight. Default: processor cores + 2. */
  readonly jobs?: number;
  /**
   * Processes to decode in, so that a crash of the decoder costs one asset and not the caller. They start with the
   * first asset, or for a source once it turns out to hold more than one. Default: one for each processor core, at most
   * `jobs`. With 0, everything happens in this process, and nothing can interrupt libheif, jxl-oxide or pdf.js when a
   * picture hangs them: `timeoutSeconds` is then checked between pictures only.
   */
  readonly workers?: number;
  /** The script that these processes run. Default: our own. */
  readonly workerScript?: URL;
}
/**
 * The first half of the line: from refs and bytes to fingerprints. It knows no list. It holds processes and
 * connections: close it.
 */
interface Reader {
  /**
   * The algorithms of pixels that it computes, and the digests that the caller named. All three digests come with every
   * asset.
   */
  readonly algorithms: readonly AlgorithmName[];
  /** Recipe of every algorithm of pixels that it computes. */
  readonly recipes: Readonly<Record<string, string>>;
  /** Names how it looks at pixels: fingerprints of one recipe are comparable only where this is equal too. */
  readonly look: string;
  /** How it looks inside assets. */
  readonly inside: NonNullable<FingerprintSettings['inside']>;
  /**
   * Fingerprints one asset, a ref or bytes (`assetOfBytes`): gives an answer for everything inside it, including
   * thumbnails that hold too little information, then one for the asset itself. Rejects only for a defect, when
   * `signal` aborts, or when the reader is closed. Leaving the loop early (`break`) stops the work.
   */
  readonly fingerprint: FingerprintLine;
  /**
   * Fingerprints many assets, in their order, in bounded memory. What could not be read, or was passed over, comes as
   * its result.
   */
  fingerprintAll(refs: AsyncIterable<Sourced>, signal?: AbortSignal): AsyncGenerator<Answer>;
  /**
   * Runs a task over a source as `fingerprintAll` does. The task receives the function that fingerprints its asset, in
   * this process or a decoding one. With `known` bytes that function computes only what is missing.
   */
  readonly map: Runner['map'];
  /** As `Fetcher.unchanged`: tells which of many assets have not changed and need not be read again. */
  readonly unchanged: NonNullable<Fetcher['unchanged']>;
  /** Stops the work in progress. Settles once the processes have ended. */
  close(): Promise<void>;
}
/**
 * Makes the first half of the line. Raises UsageError where an algorithm of pixels is wanted and the system gives
 * WebAssembly no memory.
 * @example
 * const reader = createReader({ algorithms: ['pdq'] });
 * for await (const answer of reader.fingerprint(assetOfBytes(body, { name: 'cat.jpg' })))
 * console.log(answer.fingerprints);
 */
declare function createReader(options?: ReaderOptions): Reader;
/** What a scanner needs. Each option has a default: that of `hashsieve scan`, unless the option says otherwise. */
interface ScannerOptions extends ReaderOptions, JudgeOptions, Partial<ListSet> {}
type ReaderPart = Pick<Reader, 'algorithms' | 'recipes' | 'look' | 'inside' | 'map' | 'unchanged' | 'close'>;
/** A reader, and a judge that `useLists` can replace. It holds processes and connections: close it. */
interface Scanner extends ReaderPart, Judge {
  /**
   * Scans one asset: gives a result for everything inside it, then exactly one for the asset itself. Rejects only for a
   * defect, when `signal` aborts, or when the scanner is closed. Leaving the loop early (`break`) stops the work.
   */
  scanAsset(ref: AssetRef, signal?: AbortSignal): AsyncGenerator<ScanResult>;
  /**
   * Scans bytes, such as an upload. The scanner hands them to the decoder and writes them nowhere; they must not change
   * before the last result is there. More than `limits.maxBytes` of them give the failed result `fetch/too-large`.
   * Raises UsageError at once where `bytes` is no byte array, and where `uri` is no absolute URI.
   * @example
   * for await (const result of scanner.scanBytes(body, { name: 'cat.jpg' }))
   *   if (result.outcome !== 'clear') refuse(result);
   */
  scanBytes(bytes: Uint8Array | ArrayBuffer, options?: BytesOptions): AsyncGenerator<ScanResult>;
  /**
   * Scans many assets as `scanAsset` does each, in their order, in bounded memory. After an abort it gives the results
   * that are ready.
   */
  scan(refs: AsyncIterable<Sourced>, signal?: AbortSignal): AsyncGenerator<ScanResult>;
  /** Fingerprints without matching. What could not be read, or was passed over, comes as its result. */
  readonly fingerprint: Reader['fingerprintAll'];
  /**
   * Replaces all lists that the scanner matches against; without `allow` it has no allow list afterwards. Work in
   * progress goes on, and nothing is read again: the scanner judges an asset as soon as its fingerprints are there, by
   * the lists that it has at that moment. So it may judge what is inside an archive by the old lists, and the archive
   * itself by the new ones. Compiled lists that were replaced may be closed afterwards. Raises UsageError, and changes
   * nothing, for a threshold out of range, and for a list none of whose algorithms the scanner computes: name them all
   * in the option `algorithms`.
   */
  useLists(lists: ListSet): void;
  /** The public record of a match, with the lists that found it, even where the scanner has others by now. */
  readonly event: Judge['event'];
}
/**
 * Makes a scanner; the only place that knows both halves of the line. Raises UsageError for a threshold out of range,
 * for a list none of whose algorithms is computed, and where the system gives WebAssembly no memory.
 * @example
 * const { list } = await loadList({ path: 'known.csv' });
 * const scanner = createScanner({ lists: [list] });
 * for await (const result of scanner.scan(sources.directory({ path: './uploads' }).list()))
 * console.log(result.outcome);
 * await scanner.close();
 */
declare function createScanner(options?: ScannerOptions): Scanner;
/**
 * Scans the bytes of one upload in this process, as `Scanner.scanBytes`, with a scanner of its own. For several uploads
 * make one scanner: it keeps its indexes, and decodes in processes that may crash.
 * @example
 * const { list } = await loadList({ path: 'known.csv' });
 * for await (const result of scanBytes(await readFile('cat.jpg'), { lists: [list], name: 'cat.jpg' }))
 * console.log(result.outcome);
 */
declare function scanBytes(bytes: Uint8Array | ArrayBuffer, {
  name,
  uri,
  page,
  signal,
  ...options
}?: ScannerOptions & BytesOptions): AsyncGenerator<ScanResult>;
/**
 * What an output writes about a result: the event of a match, or a record of any other outcome.
 * @example
 * const writer = outputFormats.jsonl.create({ palette: plainPalette, verbose: false });
 * process.stdout.write(writer.record(recordOf(result, scanner, scanId, new Date())));
 */
declare function recordOf(result: ScanResult, scanner: Pick<Scanner, 'event'>, scanId: string, at: Date): OutputRecord;
/** The bytes that the path `-` stands for, such as standard input. */
type InputStream = AsyncIterable<Uint8Array> & {
  /** True once somebody has read from it. */readonly readableDidRead?: boolean; /** True where it is a terminal, at which a person types. */
  readonly isTTY?: boolean;
};
/** What a verb of this room needs from outside. A program that embeds hashsieve may leave out all of it. */
interface Surroundings {
  /**
   * What a configuration file would hold besides options: its `blocks` for the operator, for notices and for exchanges
   * (docs/settings.md). Default: nothing.
   */
  readonly config?: Partial<Config>;
  /** Gets warnings and failures, a line each. Default: nobody. */
  readonly voice?: Voice;
  /** The output that is named `-`, and the default where no output is named. Default: none. */
  readonly stream?: DataStream;
  /** Ends the work; what is finished by then is kept. */
  readonly signal?: AbortSignal;
  /** Environment variables: they tell where helper programs, credentials and the default ledger are. Default: empty. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Absolute path from which relative targets start. Default: the working directory. */
  readonly directory?: string;
  /** Opens the input for the path `-`. Default: `-` is refused. */
  readonly openInput?: () => InputStream;
  /** Called where the ledger turns out to be damaged, so that the answer may lack something. */
  readonly noteDamage?: () => void;
}
/** `Surroundings` with every default filled in. */
type Around = Required<Omit<Surroundings, 'config' | 'noteDamage' | 'stream'>> & Pick<Surroundings, 'noteDamage' | 'stream'> & {
  readonly config: Config;
};
/** The outcome of one test. */
interface AlarmCheck {
  /** `missed`: an altered copy that no setting can promise to find, or no list of others. That is no failure. */
  readonly state: 'ok' | 'failed' | 'missed';
  /** What was tested, in words. */
  readonly what: string;
}
/** Where the detections are read from: files of events, or the ledger. */
interface DetectionOptions extends LedgerOptions {
  /** Paths of event files; `-` is standard input. */
  readonly events?: readonly string[] | undefined;
  /** Id of a run in the ledger, or `latest`. */
  readonly scanId?: string | undefined;
}
/** Which detections to block, and which kind of rules to write. */
interface BlockOptions extends DetectionOptions {
  /** Name of the rule format, which is that of the server that reads the rules. */
  readonly blockFormat?: string | undefined;
  /** Path of the rule file; the rules that are in it stay. Default: the rules are only returned. */
  readonly ruleFile?: string | undefined;
  /** Writes the file anew. An address that only the old file blocked is online again afterwards. */
  readonly replace?: boolean | undefined;
  /** Blocks the path of an address under every query. */
  readonly anyQuery?: boolean | undefined;
  /** Paths of files that say what is known of the assets: JSON or CSV. */
  readonly context?: readonly string[] | undefined;
  /** A program that says what is known of an event. */
  readonly contextCommand?: string | undefined;
}
/** The rules, and what happened to the addresses that have none. */
interface Blocked {
  /** The rules as text. */
  readonly text: string;
  /** The rules that these detections need, each once. */
  readonly rules: readonly string[];
  /** Rules that the file already held and still holds. */
  readonly kept: readonly string[];
  /** Rules that the file held and no longer holds; safe to print. */
  readonly lifted: readonly string[];
  /** Addresses that need no rule; `stays` is true where another address's rule blocks them all the same. */
  readonly exempted: readonly {
    readonly uri: string;
    readonly reason: string;
    readonly stays: boolean;
  }[];
  /** Addresses that are blocked under their own query only: under another the same file may be served. */
  readonly alone: readonly string[];
  /** Says why the server may not be able to read the rule file; undefined where it can. */
  readonly access: string | undefined;
  /** Addresses for which the format has no rule: they stay online. */
  readonly left: readonly {
    readonly uri: string;
    readonly reason: string;
  }[];
}
/**
 * Makes rules that make a server answer 451 at the addresses of detections, and writes them to `ruleFile`. Does not
 * load the rules into a server.
 * @throws UsageError where a file cannot be read or written, and where `ruleFile` holds something other than such rules
 * @example
 * const { left } = await blockAddresses({ events: ['events.jsonl'], blockFormat: 'nginx', ruleFile: 'blocked.conf' });
 */
declare function blockAddresses(options: BlockOptions, given?: Surroundings): Promise<Blocked>;
/** Nearest distances of pictures that are known to be harmless, by algorithm and view. */
declare class Calibration {
  #private;
  /** Pictures that were fingerprinted. */
  pictures: number;
  /** Adds one picture: its nearest distance in bits under an algorithm, and the view that came so near. */
  add(algorithm: string, view: string, distance: number): void;
  /**
   * Counts pictures by their nearest distance under an algorithm, nearest first. Pictures without a listed hash within
   * the distance that was searched are left out.
   */
  histogram(algorithm: string): {
    readonly distance: number;
    readonly pictures: number;
  }[];
  /** Counts, for each view, the pictures that came nearest in that view. */
  views(algorithm: string): {
    readonly view: string;
    readonly pictures: number;
    readonly nearest: number;
  }[];
  /** Number of pictures that would match by mistake at this threshold. */
  falseMatches(algorithm: string, threshold: number): number;
  /**
   * The largest threshold, at most `allowed`, at which no picture matched. `allowed` comes from the model of chance
   * matches, because a few pictures without a false match do not prove that there are none. Undefined where even equal
   * hashes matched by mistake.
   */
  recommended(algorithm: string, allowed: number): number | undefined;
}
/** What was measured under one algorithm. Distances and thresholds are in bits. */
interface AlgorithmReport {
  readonly algorithm: string;
  /** The threshold in force now. */
  readonly threshold: number;
  /** Pictures that match by mistake at that threshold. */
  readonly falseMatches: number;
  /** Absent where no threshold is safe on these pictures. */
  readonly recommended?: number;
  /** As `Calibration.histogram` returns it. */
  readonly histogram: ReturnType<Calibration['histogram']>;
  /** As `Calibration.views` returns it. */
  readonly views: ReturnType<Calibration['views']>;
}
/** Which matching services to ask. */
interface MatcherOptions {
  /** Names of services in the block `matchers` of the configuration. */
  readonly matcher?: readonly string[] | undefined;
  readonly quiet?: boolean | undefined;
  /** Address of the operator, for the user agent. */
  readonly contact?: string | undefined;
}
/** Where the operator's own list is, and whether runs compare with it. */
interface OwnListOptions {
  /** Path of the operator's own list. Default: the platform's place for it. */
  readonly ownList?: string | undefined;
  /** False: leave the operator's own list out. */
  readonly useOwnList?: boolean | undefined;
}
/** How lists are read (docs/lists.md). */
interface ReadingOptions {
  readonly listFormat?: string | undefined;
  /** Names of algorithms whose hashes are read, comma-separated. */
  readonly listAlgorithm?: string | undefined;
  readonly column?: Readonly<Record<string, string>> | undefined;
  readonly category?: string | undefined;
  readonly categoryMap?: Readonly<Record<string, string>> | undefined;
  readonly maxDownvotes?: number | undefined;
  /** Refuses a list of which a line could not be read, and one that is too old. */
  readonly strict?: boolean | undefined;
}
/** Which lists to open, and how much to say about them. */
interface ListOptions extends ReadingOptions {
  /** Paths of hash lists; `-` is standard input. */
  readonly list?: readonly string[] | undefined;
  /** Paths of allow lists. */
  readonly allow?: readonly string[] | undefined;
  /** The age in seconds from which a list is too old. */
  readonly maxListAge?: number | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
}
/** The lists of a run, and the fingerprints that it makes for lists that are still to come. */
interface SupplyOptions extends ListOptions, OwnListOptions {
  /** Names of algorithms to compute besides those of the lists. Default: `pdq` where no list is named, else none. */
  readonly alsoFingerprint?: readonly string[] | undefined;
}
/** What a run has to compare with. */
interface Supply {
  /** Entries on lists of others. Where it is 0, nothing that others know is looked for. */
  readonly listed: number;
  /** Entries on lists that hold only entries of the operator's own, or tests; without the shipped test picture. */
  readonly own: number;
  /** Of `own`, entries on lists that were named; absent where there are none. */
  readonly ownNamed?: number;
  /** Matching services that are asked; absent where none is. */
  readonly services?: number;
}
/** How web servers and buckets are asked. */
interface WebOptions {
  /** Address (e-mail or URL) of the operator, for the user agent. */
  readonly contact?: string | undefined;
  /** Simultaneous requests to one host. */
  readonly perHost?: number | undefined;
  /** Most requests a second to one host. */
  readonly rate?: number | undefined;
  /** Hosts besides a page's own from which its pictures may be fetched. */
  readonly hosts?: readonly string[] | undefined;
  /** URL of a store that is compatible with S3. */
  readonly s3Endpoint?: string | undefined;
  /** Treats a web page that answers in place of a picture as no failure. */
  readonly allowHtml?: boolean | undefined;
  /** Lets requests go to private, loopback and unique-local addresses. */
  readonly allowPrivate?: boolean | undefined;
  /** Paths or URLs of pages to read; their hosts are asked more slowly. */
  readonly pages?: readonly string[] | undefined;
  readonly sitemap?: readonly string[] | undefined;
}
/** Settings that decide how assets are read, fingerprinted and matched. */
interface ScanningOptions extends WebOptions {
  readonly pdqVariant?: string | undefined;
  readonly views?: string | undefined;
  /** Largest distance in bits by algorithm, as text. */
  readonly threshold?: Readonly<Record<string, string>> | undefined;
  readonly strictness?: string | undefined;
  /** Most matches by chance in a million pictures, from which thresholds are derived. */
  readonly maxExpected?: number | undefined;
  /** From which share of either of two videos, in percent, they are the same. Default 80. */
  readonly videoPercent?: number | undefined;
  /** Puts the listed hashes, which are confidential, into events. */
  readonly showHashes?: boolean | undefined;
  /** Assets that are worked on at a time. */
  readonly jobs?: number | undefined;
  /** Number of decoding processes; 0 decodes in this process. Default: one for each processor core, at most `jobs`. */
  readonly workers?: number | undefined;
  /** Largest size in bytes of an asset that is read into memory. */
  readonly maxBytes?: number | undefined;
  /** Largest size in bytes of a container. */
  readonly maxContainerBytes?: number | undefined;
  /** Most pixels of one picture. */
  readonly maxPixels?: number | undefined;
  /** Most frames of one asset that are looked at. */
  readonly maxFrames?: number | undefined;
  /** Seconds for one asset. */
  readonly timeout?: number | undefined;
}
/** What is looked for inside assets; an absent field means that it is looked for. */
type InsideOptions = Readonly<Partial<Record<InsideKind, boolean | undefined>>>;
/** What is scanned besides the targets, and which files are left out. */
interface SourceOptions extends WebOptions {
  /** Paths of files that hold one path a line. */
  readonly filesFrom?: readonly string[] | undefined;
  /** Paths in `filesFrom` end with NUL instead. */
  readonly null?: boolean | undefined;
  /** Paths of files that hold one URL a line. */
  readonly urls?: readonly string[] | undefined;
  /** Name for the asset on standard input, where a target is `-`. */
  readonly stdinName?: string | undefined;
  /** Patterns of names; only files that match one are scanned. */
  readonly include?: readonly string[] | undefined;
  /** Patterns of names; files that match one are left out. */
  readonly exclude?: readonly string[] | undefined;
  /** `2/8`: only that part of what is found, by the address of the file. */
  readonly shard?: string | undefined;
  readonly followSymlinks?: boolean | undefined;
  readonly ignoreSymlinks?: boolean | undefined;
  readonly ignoreRobots?: boolean | undefined;
  /** Most pages that are read, counted over all pages and sitemaps. */
  readonly maxPages?: number | undefined;
  readonly allowEmpty?: boolean | undefined;
  /** Largest size in bytes of one page or picture. */
  readonly maxBytes?: number | undefined;
  /** Seconds for one page or picture. */
  readonly timeout?: number | undefined;
}
/** Which lists and pictures to measure with, and where the result is written. */
interface CalibrateOptions extends ListOptions, ScanningOptions, SourceOptions {
  /** Path of the HTML page with plots. */
  readonly html?: string | undefined;
  /** Writes the recommended thresholds into the configuration file. */
  readonly writeConfig?: boolean | undefined;
}
/** How near harmless pictures come to the lists. */
interface CalibrationReport {
  /** One report for each pixel algorithm that the lists hold. */
  readonly algorithms: readonly AlgorithmReport[];
  /** Pictures that were measured. */
  readonly pictures: number;
  /** The lists that were measured with. */
  readonly lists: readonly ListIdentity[];
  /** Files that are no pictures or could not be read. */
  readonly missed: number;
  /** True where the measuring was stopped before its end; the report is then worth nothing. */
  readonly interrupted: boolean;
}
/**
 * Measures on pictures that are known to be harmless how near they come to the lists by chance, and derives a threshold
 * from that. Writes nothing; `keepCalibration` does.
 * @param targets files, directories and http(s) URLs
 * @throws UsageError as `scan` does, and where a list is damaged: thresholds that were measured on half a list must not
 * be recommended
 * @example
 * const { algorithms } = await calibrate(['./known-good'], { list: ['known.hsx'] });
 * for (const { algorithm, recommended } of algorithms) console.log(algorithm, recommended);
 */
declare function calibrate(targets: readonly string[], options: CalibrateOptions, given?: Surroundings): Promise<CalibrationReport>;
/**
 * Writes what `calibrate` found: the HTML page to `html`, and with `writeConfig` the recommended thresholds into the
 * configuration file, whose other settings stay.
 * @throws UsageError where a file cannot be written
 * @example
 * await keepCalibration(await calibrate(['./known-good'], options), options);
 */
declare function keepCalibration({
  algorithms,
  pictures,
  lists
}: CalibrationReport, {
  html,
  writeConfig
}: Pick<CalibrateOptions, 'html' | 'writeConfig'>, given?: Surroundings): Promise<void>;
/** Which algorithms to compare under, and up to which distance two pictures are the same. */
interface CompareOptions extends ScanningOptions, SourceOptions {
  /** Names of algorithms. Default: all. */
  readonly algorithms?: readonly string[] | undefined;
}
/** How far two pictures lie apart under one algorithm. */
interface PictureDistance {
  readonly algorithm: string;
  /**
   * Different bits, or the distance of a plug-in's own metric, between the nearest pair of frames: one picture in any look, as `scan` looks at it, the other one
   * upright, as a list holds it. Absent where a picture holds too little information, and for digests.
   */
  readonly distance?: number;
  /** The look that came so near; `upright` where both pictures are as they are. Absent like the distance. */
  readonly view?: string;
  /** Which of the two pictures was looked at in that way: 1 or 2. Absent where the view is `upright`. */
  readonly picture?: 1 | 2;
  /** Length of the hash in bits. */
  readonly bits: number;
  /** Largest distance that is a match, in bits or of that metric. */
  readonly threshold: number;
  readonly verdict: 'match' | 'no match' | 'low quality' | 'same file' | 'different files';
}
/** The distances, or which picture could not be read, or that the comparison was stopped. */
type Comparison = {
  readonly outcome: 'compared';
  readonly distances: readonly PictureDistance[];
} | {
  readonly outcome: 'unread';
  readonly ref: AssetRef;
  readonly message: string;
} | {
  readonly outcome: 'interrupted';
};
/**
 * Measures how far two pictures lie apart under every algorithm: each is looked at as `scan` does (`views`, by default
 * `basic`) and compared with the other one as it is.
 * @param pair two files or URLs
 * @throws UsageError for a directory, and for a path that does not exist
 * @example
 * const compared = await comparePictures(['a.jpg', 'b.jpg']);
 * if (compared.outcome === 'compared') console.table(compared.distances);
 */
declare function comparePictures(pair: readonly string[], options?: CompareOptions, given?: Surroundings): Promise<Comparison>;
/** The state of one thing that a scan may need of the machine. */
interface Check {
  readonly name: string;
  /**
   * `missing`: the thing is not there, and `advice` says what is lost by that. `broken`: it is there and does not work.
   */
  readonly state: 'ok' | 'missing' | 'broken';
  readonly version?: string;
  readonly path?: string;
  readonly detail?: string;
  /** What is lost, and what to do. */
  readonly advice?: string;
}
/** The machine and settings that `examine` looks at. */
interface Machine {
  /** Environment variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The configuration. Default: none. */
  readonly config?: Config;
  /** Absolute path of the ledger. Default: the platform's own place. */
  readonly ledger?: string | undefined;
  /** Absolute paths of the hash lists that a scan would use. Default: none. */
  readonly lists?: readonly string[] | undefined;
}
/**
 * Checks everything that a scan may need of the machine. Changes and fetches nothing.
 * @example
 * for (const { name, state } of await examine({ environment: process.env })) console.log(name, state);
 */
declare const examine: (machine: Machine) => Promise<Check[]>;
/** The places: title, and names in the registry of authorities, first choice first. */
declare const places: {
  us: {
    title: string;
    authorities: string[];
  };
  uk: {
    title: string;
    authorities: string[];
  };
  ca: {
    title: string;
    authorities: string[];
  };
  eu: {
    title: string;
    authorities: string[];
  };
  de: {
    title: string;
    authorities: string[];
  };
  au: {
    title: string;
    authorities: string[];
  };
};
/** What the law of a place says, as far as public sources confirm it. The rest is called unknown. */
interface Jurisdiction {
  readonly code: string;
  readonly title: string;
  /** Names in the registry of authorities, first choice first. */
  readonly authorities: readonly string[];
  readonly deadline: string;
  readonly preservation: string;
  /** How long reported material must be kept from the completed report, where that is known. */
  readonly period?: Period;
  /** Why nobody may keep copies unless an authority orders it; absent where copies are allowed. */
  readonly noCopies?: string;
  readonly duties: readonly string[];
}
type JurisdictionCode = keyof typeof places;
/** A broken rule, and the place in the document where it is broken. */
interface Issue {
  /** `/report/incidentSummary/incidentType`; positions of repeated elements are one-based: `url[2]`. */
  readonly element: string;
  /** Stable, kebab-case. */
  readonly rule: string;
  readonly message: string;
}
/**
 * Content of an element as JSON: text, a number or boolean; or an object with one key per child, `@name` for an
 * attribute and `#` for the text of an element that has attributes. A child that repeats is an array.
 */
type XmlValue = string | number | boolean | XmlObject | readonly XmlValue[];
type XmlObject = {
  readonly [key: string]: XmlValue | undefined;
};
/** A text from outside that an element cannot take. */
interface LeftOut {
  /** `/report/personOrUserReported/screenName`; positions of repeated elements are one-based: `url[2]`. */
  readonly element: string;
  /** What is wrong with it: `has 300 characters, at most 256 are taken`. */
  readonly reason: string;
  /** The whole text. */
  readonly text: string;
}
/** A street address as people write it. */
interface PostalAddress {
  readonly street?: string;
  readonly city?: string;
  readonly postcode?: string;
  /** State or province: the two-letter code where the country is the US. */
  readonly state?: string;
  /** Two letters: `US`. */
  readonly country?: string;
}
/** A person whom the receiver can reach. */
interface ContactPerson {
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly address?: PostalAddress;
}
/** Who reports: the block `operator` of the configuration. */
interface Operator {
  /** Legal name of the organisation, or of the person who runs the site. */
  readonly organisation: string;
  /** Host name of the organisation: `example.org`. */
  readonly domain: string;
  /** The name by which users know the service. */
  readonly service?: string;
  /** The place whose law applies; `--jurisdiction` takes precedence. */
  readonly jurisdiction?: string;
  /** The person who signs a report. */
  readonly reporter: ContactPerson;
  /** The person who answers the authority's questions, where that is someone else. */
  readonly contact?: ContactPerson;
  /** Text for every report: how to serve legal process, the emergency number, … */
  readonly companyTemplate?: string;
  readonly termsOfService?: string;
  readonly legalUrl?: string;
  /** The public addresses of files on this machine. */
  readonly publicAddresses?: readonly {
    readonly files: string;
    readonly url: string;
  }[];
}
/** An IP address that someone used, and when. */
interface IpEvent {
  readonly ip: string;
  /** `Login`, `Registration`, `Purchase`, `Upload`, `Other` or `Unknown`. */
  readonly event?: string;
  /** ISO 8601. */
  readonly at?: string;
  /** 1…65535. */
  readonly port?: number;
  readonly proxy?: boolean;
}
interface AccountEmail {
  readonly address: string;
  readonly verified?: boolean;
  /** ISO 8601. */
  readonly verifiedAt?: string;
}
/** The account that uploaded an asset, or the person where the service has no accounts. */
interface Uploader {
  /** The service's own id of the account. */
  readonly id?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly screenName?: string;
  readonly displayNames?: readonly string[];
  readonly emails?: readonly AccountEmail[];
  readonly phones?: readonly string[];
  readonly profileUrls?: readonly string[];
  readonly bio?: string;
  /** YYYY-MM-DD. */
  readonly dateOfBirth?: string;
  readonly ips?: readonly IpEvent[];
  readonly devices?: readonly {
    readonly type: string;
    readonly value: string;
    readonly at?: string;
  }[];
  /** ISO 8601: when the account was closed permanently. */
  readonly disabledAt?: string;
  /** Numbers of earlier CyberTipline reports about this account, from the production service only. */
  readonly priorReports?: readonly number[];
  readonly note?: string;
}
/** What a person saw and decided. None of it is ever derived from a match. */
interface Review {
  /** The person who looked. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  /** The person looked at the whole file. */
  readonly fileViewed: boolean;
  /** The person looked at the EXIF data. */
  readonly exifViewed?: boolean;
  readonly classification?: 'baseline' | 'A1' | 'A2' | 'B1' | 'B2';
  /** Names of the CyberTipline's file annotations. */
  readonly annotations?: readonly string[];
}
/** What the operator knows about one asset, besides the detection. */
interface AssetContext {
  /** Public address, where the event names a local file. */
  readonly url?: string;
  readonly uploader?: Uploader;
  /** ISO 8601. */
  readonly uploadedAt?: string;
  readonly uploadIp?: IpEvent;
  /** The name under which the file was uploaded. */
  readonly fileName?: string;
  /** Title or text that came with the asset. */
  readonly title?: string;
  readonly publiclyAvailable?: boolean;
  readonly removed?: boolean;
  /** ISO 8601. */
  readonly removedAt?: string;
  /** Address of the machine that serves it. */
  readonly hostIp?: string;
  readonly review?: Review;
  readonly note?: string;
  /** Further elements of the CyberTipline's `<report>` and `<fileDetails>`, under their own names. */
  readonly ncmec?: {
    readonly report?: XmlObject;
    readonly file?: XmlObject;
  };
}
/** One detection in the form in which reports use it. */
interface CaseFile {
  readonly event: DetectionEvent;
  /** Times are in UTC. */
  readonly context: AssetContext;
  /** The event's matches that may be reported, nearest first; never empty. */
  readonly matches: readonly Match[];
  /** Public web address, where there is one. */
  readonly url?: string;
  /** Name of the file without folders; empty where the address has none. */
  readonly fileName: string;
}
declare const groupings: readonly ["user", "host", "event"];
type Grouping = (typeof groupings)[number];
/** Everything that one report is about. */
interface Case {
  /** 16 hex digits, the same for the same events. */
  readonly id: string;
  readonly group: {
    readonly by: Grouping;
    readonly key: string;
  };
  /** The account or person, where they are known and all files come from them. `ips` includes the uploads. */
  readonly uploader?: Uploader;
  /** Sorted by time of detection, then address; never empty. */
  readonly files: readonly CaseFile[];
  readonly operator: Operator;
  readonly jurisdiction: Jurisdiction;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly zone?: string;
  readonly toolVersion: string;
  /** Numbers of production reports to which earlier drafts about the same account led. */
  readonly priorReports: readonly number[];
  /** The grade that the user gave all files on the command line. */
  readonly classification?: Review['classification'];
  /** Leave the reporter out, where the law allows it. */
  readonly anonymous?: boolean;
  /** The receivers of a notice, best first. */
  readonly recipients?: readonly Recipient[];
  /** Numbers of reports to NCMEC's production service that cover events of this case, by event id. */
  readonly filed?: ReadonlyMap<string, number>;
  /** Those who have been told already: `NCMEC CyberTipline, report 123`. */
  readonly told?: readonly string[];
}
/** An address to which a notice may be sent. */
interface Recipient {
  /** E-mail address. */
  readonly email: string;
  /**
   * Who its owner is: the network's operator, the registrar of the name, by convention a domain's mailbox, or as the
   * user said.
   */
  readonly scope: 'network' | 'registrar' | 'convention' | 'given';
}
/** Something that is wrong with a draft. */
interface Finding extends Issue {
  /** Name of the file in the draft's directory. */
  readonly file: string;
}
/** What an authority's draft of a case consists of. */
interface Draft {
  /** File name → text. */
  readonly files: Readonly<Record<string, string>>;
  /** What is missing, or what a person must decide, one sentence each. */
  readonly open: readonly string[];
  /** Text from outside that does not fit into an element of a file. The manifest has it instead. */
  readonly leftOut?: readonly (LeftOut & {
    readonly file: string;
  })[];
  /** Text for `summary.txt`, where the usual text would say more than this authority may be told. */
  readonly summary?: string;
}
/** A receiver of reports. Pure: takes a case and returns text, and sends nothing. */
interface Authority {
  /** Full name. */
  readonly title: string;
  /** One line for docs. */
  readonly about: string;
  /** How to file the draft, one step each. */
  readonly filing: readonly string[];
  /** What one report covers, unless the user says otherwise. */
  readonly groupBy: Grouping;
  /** True where its text calls the files illegal. Files that are listed as merely exploitative then need a grade. */
  readonly statesIllegality?: true;
  /** Why the reporter must be named; absent where they may stay anonymous. */
  readonly named?: string;
  /**
   * Drafts the case. Raises UsageError, which names the event or field and the way out, where something that this
   * authority requires is missing or breaks its rules. `uuid` returns a fresh random UUID.
   */
  draft(found: Case, uuid: () => string): Draft;
  /** What is wrong with a draft that someone may have edited. `files` holds the text of every file in its directory. */
  check(files: ReadonlyMap<string, string>, now: number): readonly Finding[];
}
interface DraftDirectory {
  /** Name of the directory: `ncmec-0123456789abcdef`. */
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
}
/** Why an event is not reported. */
type Refusal = 'test' | 'suppressed' | 'ncii' | 'own' | 'exploitative' | 'harmful-abusive-material';
interface RefusedEvent {
  readonly event: DetectionEvent;
  readonly refusal: Refusal;
}
/** The receivers of letters, by the names that `report notice --to` takes. */
declare const notices: {
  host: Authority;
  owner: Authority;
};
type NoticeName = keyof typeof notices;
/** Who writes a notice to whom. */
interface NoticeOptions {
  /** `host`: the provider that stores the files; `owner`: who runs the site. */
  readonly to: NoticeName;
  /** Who you are; a notice must name an e-mail address of its sender. */
  readonly operator: Operator;
  /** Whose law applies. Default: `operator.jurisdiction`. One of the two must be given. */
  readonly jurisdiction?: JurisdictionCode;
  /** E-mail addresses of receivers; the first is used first. */
  readonly recipients?: readonly string[];
  /** Who was told before: `NCMEC CyberTipline, report 123`. */
  readonly told?: readonly string[];
  /** The grade that a person gave to all files. */
  readonly classification?: NonNullable<Case['classification']>;
  /** Default: now. */
  readonly now?: Date;
}
/**
 * Drafts one letter for each host (or owner) of these events' files. A draft is a set of files for one directory: text,
 * e-mail and, where there is a classification, XARF. Writes and sends nothing: a person reads the drafts first.
 * `refused` holds the events that must not be told, such as tests and pictures that an allow list calls harmless, each
 * with the reason. Raises UsageError where the operator has no e-mail address and where neither option nor operator
 * says whose law applies.
 * @example
 * const { notices, refused } = await draftNotices(ledger.detections()!, { to: 'host', operator, recipients: ['abuse@host.example'] });
 * for (const { name, files } of notices) console.log(name, files['letter.txt']);
 */
declare function draftNotices(events: readonly DetectionEvent[], options: NoticeOptions): Promise<{
  readonly notices: readonly DraftDirectory[];
  readonly refused: readonly RefusedEvent[];
}>;
/** The certificate of a destruction, which remains of a package. */
interface Certificate {
  readonly schema: 'hashsieve/destruction/1';
  /** Id of the package. */
  readonly package: string;
  /** SHA-256 of the encrypted archive, hex. */
  readonly sealedSha256: string;
  /** SHA-256 of the encrypted key, hex. */
  readonly keySha256: string;
  /** ISO 8601, UTC. */
  readonly sealedAt: string;
  /** ISO 8601, UTC. */
  readonly destroyedAt: string;
  /** The person who destroyed it. */
  readonly by: string;
  readonly reason: string;
  /** The authority's order, where one was the ground. */
  readonly order?: string;
  /** Number of the report, as the authority gave it. */
  readonly report?: string;
  /** What the destruction did, in words. */
  readonly method: string;
  /** Hash of the line of the custody log that orders the destruction, hex. */
  readonly record: string;
}
/** Whether a package must be kept: the law's period, the operator's wish and the holds decide. */
interface Keeping {
  /**
   * - `waiting`: the period has not begun, or is not known.
   * - `kept`: the package must be kept until `until`.
   * - `held`: a hold is in force.
   * - `due`: the package may be destroyed now.
   * - `destroying`: its destruction has begun.
   * - `destroyed`: its destruction is complete.
   */
  readonly state: 'waiting' | 'kept' | 'held' | 'due' | 'destroying' | 'destroyed';
  /** When it may be destroyed, ISO 8601; absent where that is not known. */
  readonly until?: string;
  /** `waiting`: why it waits. `held`: who holds it and why. */
  readonly why?: string;
}
/** The result of a check. */
interface Verified {
  /** Number of packages that were read. */
  readonly packages: number;
  /** The faults of the store, a sentence each; empty where it is as it was sealed. */
  readonly found: readonly string[];
  /** Hash of the last line of the custody log, hex. */
  readonly head: string;
}
/** Which store of evidence, and who works on it. */
interface EvidenceOptions {
  /** Path of the directory of the store. */
  readonly evidenceStore?: string | undefined;
  /** Who does it, as the custody log says. Default where nobody has to be named: the user of this process. */
  readonly actor?: string | undefined;
  /** Why, as the custody log says. */
  readonly reason?: string | undefined;
}
/** Who destroys a package, and on what ground. */
interface DestroyOptions extends EvidenceOptions {
  /** The authority's order, by name and reference, where it is destroyed before its time. */
  readonly order?: string | undefined;
}
/** How a person confirms. */
interface DestroyPorts {
  /** Called before anything is removed, with the SHA-256 of the package, hex. It must reject unless a person agreed. */
  confirm(sha256: string): Promise<void>;
}
/**
 * Destroys a package for good, and returns the certificate, which stays in the store.
 * @throws UsageError where the package must be kept, is held, or nobody is named
 * @example
 * const certificate = await destroyEvidence(id, { ...store, actor: 'anna', reason: 'its year is over' }, {
 *   confirm: (sha256) => askAnna(`Destroy ${id}, ${sha256}?`),
 * });
 */
declare function destroyEvidence(id: string, options: DestroyOptions, {
  confirm
}: DestroyPorts): Promise<Certificate>;
/** A package of the store, as the custody log tells of it. */
interface EvidencePackage {
  readonly id: string;
  /** ISO 8601. */
  readonly sealedAt: string;
  readonly by: string;
  /** Number and sum of sizes of the files in it. */
  readonly files: number;
  readonly bytes: number;
  readonly jurisdiction: string;
  readonly report?: string;
  /** Path of its draft when it was sealed. */
  readonly draft?: string;
  readonly state: Keeping['state'];
  /** When it may be destroyed, ISO 8601, as far as that is known. */
  readonly until?: string;
  /** Why it waits, or who holds it. */
  readonly why?: string;
}
/** The packages of a store. */
interface EvidenceList {
  readonly packages: readonly EvidencePackage[];
  /** What is wrong with the custody log; empty where it is as it was written. */
  readonly damage: readonly string[];
}
/**
 * Lists the packages of a store, those that were destroyed included. Changes nothing and reads no package.
 * @throws UsageError where there is no store, or others may enter it
 * @example
 * const { packages, damage } = await listEvidence({ evidenceStore: '/srv/evidence' });
 */
declare function listEvidence(options: EvidenceOptions): Promise<EvidenceList>;
/** When something counts as due. */
interface DueOptions extends EvidenceOptions {
  /** Seconds: what may be destroyed within this time is due already. Default: 0. */
  readonly within?: number | undefined;
}
/** What somebody has to do. */
interface DueEvidence {
  /** Packages whose time is over, and those whose destruction was interrupted. */
  readonly due: readonly EvidencePackage[];
  /** Packages whose time has not begun: their report is not completed, or no period is known. */
  readonly waiting: readonly EvidencePackage[];
  /** What is wrong with the custody log. */
  readonly damage: readonly string[];
}
/**
 * Tells which packages may be destroyed now. Destroys nothing: a person does, with `destroyEvidence`.
 * @throws UsageError as `listEvidence`
 * @example
 * const { due, waiting, damage } = await dueEvidence({ evidenceStore: '/srv/evidence', within: 7 * 24 * 3600 });
 */
declare function dueEvidence(options: DueOptions): Promise<DueEvidence>;
/** What changes about how long a package is kept. */
interface HoldOptions extends EvidenceOptions {
  /** Until when it is held; ISO 8601 or a date. Default: until it is released. */
  readonly holdUntil?: string | undefined;
  /** Ends all holds. */
  readonly release?: boolean | undefined;
  /** Notes when the report was completed, instead of a hold; ISO 8601 or a date. */
  readonly completed?: string | undefined;
  /** The number of the report. */
  readonly report?: string | undefined;
}
/**
 * Holds a package, so that nobody destroys it; or releases it; or notes when its report was completed, from which time on
 * the law's period runs. The custody log says who did it and why.
 * @throws UsageError where nobody is named, and for a package that is unknown or destroyed
 * @example
 * await holdEvidence(id, { evidenceStore: '/srv/evidence', actor: 'anna', reason: 'order of the court, 12 March' });
 */
declare function holdEvidence(id: string, options: HoldOptions): Promise<void>;
/** Who opens a package, and for whom. */
interface OpenOptions extends EvidenceOptions {
  /** Paths of files with secret keys of age. */
  readonly identity?: readonly string[] | undefined;
  /** Who gets the copy, where it is handed on: an authority. */
  readonly handedTo?: string | undefined;
}
/**
 * Opens a package: returns the bytes of its archive (tar), of which nothing is written to a disk here; a piece may
 * be overwritten by the next. The custody log
 * says who opened it and why before the first byte comes.
 * @throws UsageError where nobody is named, the key is wrong, or the package is not as it was sealed
 * @example
 * const options = { evidenceStore: '/srv/evidence', actor: 'anna', reason: 'the police asked for it', identity: ['anna.key'] };
 * for await (const piece of await openEvidence(id, options)) process.stdout.write(piece);
 */
declare function openEvidence(id: string, options: OpenOptions, given?: Surroundings): Promise<AsyncIterable<Uint8Array>>;
/** How and under which law evidence is sealed. */
interface SealingOptions extends EvidenceOptions {
  /** Public keys of age, two or more. */
  readonly evidenceKeys?: readonly string[] | undefined;
  /** Whose law applies. Default: the draft's, then the operator's in the configuration. */
  readonly jurisdiction?: string | undefined;
  /** The authority's order, by name and reference, where the law allows copies on no other ground. */
  readonly order?: string | undefined;
  /** When the report was completed, where no `submission.jsonl` says it; ISO 8601 or a date. */
  readonly completed?: string | undefined;
  /** The number of the report. */
  readonly report?: string | undefined;
  /** Keeps the package until this time in any case; ISO 8601 or a date. */
  readonly holdUntil?: string | undefined;
  /** Address of a service for time stamps (RFC 3161). Default: none is asked. */
  readonly evidenceTimestamp?: string | undefined;
  /** Allows private and loopback addresses. */
  readonly allowPrivate?: boolean | undefined;
}
/** What is sealed. */
interface SealOptions extends SealingOptions, DetectionOptions {
  /** Paths of files to seal: evidence, or the assets of events that lie somewhere else now. */
  readonly sealFiles?: readonly string[] | undefined;
  /** Paths of logs and other files to seal besides. */
  readonly sealLogs?: readonly string[] | undefined;
  /** Paths of files that say what is known of the assets. */
  readonly context?: readonly string[] | undefined;
}
/** What was sealed. */
interface Sealed {
  /** Id of the package. */
  readonly id: string;
  /** SHA-256 of the encrypted archive, hex. */
  readonly sha256: string;
  /** Its size in bytes. */
  readonly bytes: number;
  /** Hash of the last line of the custody log, hex. Whoever notes it elsewhere can prove later that nothing was cut off. */
  readonly head: string;
  /** Events whose files were not sealed, and why. */
  readonly left: readonly {
    readonly event: string;
    readonly reason: string;
  }[];
  /** False where a time stamp was asked for and none came. */
  readonly stamped: boolean;
}
/**
 * Seals evidence: the files of events, of a draft with its record of filing, and other files, encrypted to public keys
 * so that this machine cannot open it again. Files of events are read anew and taken only where their SHA-256 is still
 * that of the event. Nothing of it is written to a disk unencrypted.
 * @param draft path of the directory of a draft. Default: none.
 * @throws UsageError where there is nothing to seal, a key is missing or wrong, or the law allows nobody to keep copies
 * @example
 * const { id, left } = await sealDetections('reports/ncmec-0123', { evidenceStore: '/srv/evidence', evidenceKeys });
 */
declare function sealDetections(draft: string | undefined, options: SealOptions, given?: Surroundings): Promise<Sealed>;
/** Bytes to seal that are in hand. */
interface EvidenceBytes {
  readonly name: string;
  /** Size in bytes. */
  readonly size: number;
  /** SHA-256 that they must have, hex. */
  readonly sha256?: string;
  /** What else is known of them: ids of events, the request that they came with. */
  readonly about?: Readonly<Record<string, unknown>>;
  /** Gives the bytes from the beginning to the end. Called once. */
  read(): AsyncIterable<Uint8Array>;
}
/**
 * Seals bytes that are in hand, such as an upload that a server was asked to judge, under the same rules as
 * `sealDetections`. The bytes go through memory in pieces.
 * @param events ids of the events that they belong to
 * @throws UsageError as `sealDetections`, and where the bytes are not of the size or the SHA-256 that was said
 * @example
 * await sealEvidence([{ name: 'upload', size: body.length, read: async function* () { yield body; } }], [event.id], options);
 */
declare function sealEvidence(files: readonly EvidenceBytes[], events: readonly string[], options: SealingOptions, given?: Surroundings): Promise<Sealed>;
/** What is verified. */
interface VerifyOptions extends EvidenceOptions {
  /** Paths of files with secret keys of age: the packages are decrypted too, in memory. */
  readonly identity?: readonly string[] | undefined;
  /** Hash of a line of the custody log that somebody noted, hex. */
  readonly head?: string | undefined;
  /** Address of a service for time stamps: the log's last line is stamped afterwards. */
  readonly evidenceTimestamp?: string | undefined;
  /** Allows private and loopback addresses. */
  readonly allowPrivate?: boolean | undefined;
}
/**
 * Compares every byte of the store with what the custody log says, and puts the result on record.
 * @param ids packages. Default: all
 * @throws UsageError where there is no store, or no such package
 * @example
 * const verified = await verifyEvidence([], { evidenceStore: '/srv/evidence', head: notedLastMonth });
 */
declare function verifyEvidence(ids: readonly string[], options: VerifyOptions, given?: Surroundings): Promise<Verified>;
/** One line of `hashsieve hash`: the record that lists and `match` read back. */
interface FingerprintRecord {
  readonly schema: 'hashsieve/fingerprint/1';
  readonly uri: string;
  readonly algorithm: string;
  /** Null where the picture holds too little information. */
  readonly hex: string | null;
  readonly quality?: number;
  /** True where unrelated pictures have hashes near this one: `Fingerprint.lowDetail`. */
  readonly lowDetail?: true;
  readonly recipe?: string;
  readonly view?: string;
  readonly frame?: number;
  readonly status: 'ok' | 'low-quality';
}
/**
 * Every output format, by the name that `--format` takes.
 * @example
 * const writer = outputFormats.jsonl.create({ palette: plainPalette, verbose: false });
 * log.write(writer.record(record));
 */
declare const outputFormats: {
  text: OutputFormat;
  json: OutputFormat;
  jsonl: OutputFormat;
  csv: OutputFormat;
  sarif: OutputFormat;
  junit: OutputFormat;
  github: OutputFormat;
  gitlab: OutputFormat;
};
/** Name of a format in `outputFormats`. */
type OutputName = keyof typeof outputFormats;
/**
 * The format that a file's extension selects, or undefined. Of several formats with that extension (`json`), the one
 * that was asked for by name.
 * @example
 * formatOfFile('events.jsonl'); // 'jsonl'
 * formatOfFile('report.json', 'gitlab'); // 'gitlab'
 */
declare function formatOfFile(path: string, asked?: string): OutputName | undefined;
/** The options of a run that name files to be written. */
interface WrittenOptions {
  /** Paths; `-` is standard output. */
  readonly output?: readonly string[] | undefined;
  readonly summary?: string | undefined;
  readonly heartbeat?: string | undefined;
  readonly metrics?: string | undefined;
  readonly lock?: string | undefined;
}
/** The options that name the files of a run. */
interface FileOptions extends WrittenOptions, OwnListOptions {
  readonly ledger?: string | undefined;
  readonly useLedger?: boolean | undefined;
  readonly list?: readonly string[] | undefined;
  readonly allow?: readonly string[] | undefined;
}
/** Where records are written. */
interface OutputOptions {
  /** Paths; `-` is standard output. */
  readonly output?: readonly string[] | undefined;
  readonly format?: string | undefined;
  /** Waits while another run writes one of the outputs. */
  readonly wait?: boolean | undefined;
}
/** What else gets the records of a run. */
interface RecordPorts {
  /** Colours for outputs on a terminal. Default: none. */
  readonly palette?: Palette;
  /**
   * Called with every record before it is written; the scan waits for its promise. Gets events of matches, and the
   * other records that the options ask for.
   */
  readonly onRecord?: (record: OutputRecord) => unknown;
}
/** Which fingerprints to make of which assets, and where to write them. */
interface HashOptions extends ScanningOptions, SourceOptions, InsideOptions, FileOptions, OutputOptions, Pick<ExitPolicy, 'allowUnsupported' | 'allowDegraded'> {
  /** Names of algorithms. Default: `pdq` and `sha256`. */
  readonly algorithms?: readonly string[] | undefined;
  /** As `format`, or `vpdq`: a line for each video with the PDQ hashes of its frames, and nothing for pictures. */
  readonly hashFormat?: string | undefined;
  readonly quiet?: boolean | undefined;
}
/**
 * Makes fingerprints of pictures and writes them to the outputs. The records can be read as a list, and by
 * `matchHashes`.
 * @param targets files, directories, patterns, http(s) URLs and buckets
 * @throws UsageError before it reads anything, in the cases in which `scan` does
 * @example
 * const records = [];
 * await hashPictures(['./uploads'], { algorithms: ['pdq'] }, {}, (record) => records.push(record));
 */
declare function hashPictures(targets: readonly string[], options?: HashOptions, given?: Surroundings, onRecord?: (record: FingerprintRecord) => unknown): Promise<{
  readonly summary: Summary;
  readonly code: number;
}>;
/** What the check of a ledger found. */
interface LedgerCheck {
  /** Absolute path of the ledger. */
  readonly path: string;
  /** Number of undamaged rows. */
  readonly rows: number;
  /** Damaged places, each described in words; empty where nothing is damaged. */
  readonly damage: readonly string[];
}
/**
 * Reads every row of the ledger and changes nothing.
 * @throws UsageError where there is no ledger, or it cannot be opened
 * @example
 * const { damage } = await checkLedgerFile({ ledger: '/var/lib/forum/ledger.sqlite' });
 */
declare function checkLedgerFile(options?: LedgerOptions, given?: Surroundings): Promise<LedgerCheck>;
/** What a repair did. */
interface LedgerRepair {
  /** Absolute path of the ledger. */
  readonly path: string;
  /** Absent where nothing was damaged; nothing was changed then. */
  readonly mended?: {
    /** Path of the copy of the damaged file. */readonly backup: string; /** Rows that were kept, by table. */
    readonly kept: Readonly<Record<string, number>>; /** Places that were lost, each described in words. */
    readonly dropped: readonly string[]; /** True where something was lost that no scan can make again: detections, or records of notices and reports. */
    readonly isEvidenceLost: boolean;
  };
}
/**
 * Writes the ledger anew from its undamaged rows. A copy of the damaged file stays beside it.
 * @throws UsageError where a run uses the ledger and `wait` is not set, and where no row can be read
 * @example
 * const { mended } = await repairLedgerFile({ ledger: '/var/lib/forum/ledger.sqlite' });
 */
declare function repairLedgerFile(options?: LedgerOptions, given?: Surroundings): Promise<LedgerRepair>;
/** The algorithms that the configuration's plug-ins bring, and how lists of them are read. */
interface Plugins {
  readonly algorithms: readonly OwnAlgorithm[];
  readonly reading: Pick<LoadOptions, 'algorithms' | 'parsers'>;
}
/** Which hashes and pictures to add, and what the entries say. */
interface AddOptions extends ScanningOptions, SourceOptions {
  /** Paths or URLs of pictures whose fingerprints are added. */
  readonly fromImage?: readonly string[] | undefined;
  /** Names of the algorithms for `fromImage`. Default: `pdq` and `sha256`. */
  readonly algorithms?: readonly string[] | undefined;
  /** Id of the entry. Default: a random id for each entry. */
  readonly id?: string | undefined;
  /** Category of the entry. Default: `own`. */
  readonly category?: string | undefined;
  /** Why the entry is on the list. */
  readonly note?: string | undefined;
  /** Who adds the entry. Default: the name of the system's user. */
  readonly by?: string | undefined;
  /** On an allow list, when the entry expires: an ISO 8601 time, or the last day on which it counts. */
  readonly until?: string | undefined;
}
/**
 * Adds hashes and pictures to a list of the operator's own, and creates the file where there is none.
 * @param path path of a list in JSON lines
 * @param hashes hexadecimal, with the algorithm in front: `pdq:f8f8…`
 * @returns the ids of the new entries
 * @throws UsageError for a hash that would match something else than it was made of, a picture that cannot be read, and
 * a file that is no such list; nothing is added then
 * @example
 * const [id] = await addToList('own.jsonl', [], { fromImage: ['removed.jpg'], note: 'ticket 4711' });
 */
declare function addToList(path: string, hashes: readonly string[], options?: AddOptions, given?: Surroundings): Promise<readonly string[]>;
/** How one entry changed under one algorithm. */
interface ListChange {
  readonly change: 'came' | 'went' | 'changed';
  /** Id of the entry. */
  readonly id: string;
  readonly algorithm: string;
  readonly category: string;
  readonly classification?: string;
  /** The earlier category and grade of an entry that is `changed`. */
  readonly before?: {
    readonly category: string;
    readonly classification?: string;
  };
}
/** The differences between two states of a list. */
interface ListDifference {
  /** Computed while they are read; they can be read once. */
  readonly changes: Iterable<ListChange>;
  /** True where too many lines of one of the two files could not be read. */
  readonly isHalfRead: boolean;
}
/**
 * Compares two states of a list by the ids of their entries. Shows no hashes.
 * @param paths the older and the newer list file
 * @throws UsageError for a list that cannot be read
 * @example
 * const { changes } = await diffLists(['yesterday.jsonl', 'today.jsonl']);
 * for (const { change, id } of changes) console.log(change, id);
 */
declare function diffLists([older, newer]: readonly [string, string], options?: ListOptions, given?: Surroundings): Promise<ListDifference>;
/** The format, the place and the selection of an export. */
interface ExportOptions extends ListOptions {
  /** Name of a format. Default: `jsonl`. */
  readonly exportFormat?: string | undefined;
  /** Path; `-` is standard output, which is also the default. */
  readonly outputFile?: string | undefined;
  /** Names of algorithms whose hashes are written. Default: all. */
  readonly onlyAlgorithm?: readonly string[] | undefined;
  readonly onlyCategory?: readonly string[] | undefined;
  readonly onlySupplier?: readonly string[] | undefined;
}
/** What an export wrote. */
interface Exported {
  /** Number of hashes. 0 means that the selection was empty; no file was written then. */
  readonly written: number;
  /** Number of hashes that the format cannot express. */
  readonly unwritten: number;
  /** True where too many lines of a list could not be read; their entries are missing. */
  readonly isHalfRead: boolean;
}
/**
 * Writes lists in another format, in memory that does not grow with them.
 * @throws UsageError for a list that cannot be read, an unknown name, and where the output cannot be written
 * @example
 * await exportLists(['ncmec.xml'], { exportFormat: 'hex', onlyAlgorithm: ['pdq'], outputFile: 'ncmec.txt' });
 */
declare function exportLists(paths: readonly string[], options: ExportOptions, given?: Surroundings): Promise<Exported>;
/** Facts of a compiled list. */
type CompiledFacts = ReturnType<typeof compiledFacts>;
/** Facts of a list that was read whole, what of it could not be used, and when it was synced. */
type ListFileFacts = Awaited<ReturnType<typeof readFacts>>;
/**
 * Describes a list: counts by algorithm and category, what could not be used, digests, dates, syncs.
 * @param path path of a list; `-` is standard input. For a compiled list the answer has `lists`.
 * @throws UsageError where the list cannot be read
 * @example
 * const facts = await describeList('known.csv');
 * console.log(facts.sha256);
 */
declare function describeList(path: string, options?: ListOptions, given?: Surroundings): Promise<CompiledFacts | ListFileFacts>;
declare function compiledFacts(given: string, plugins: Plugins): {
  shares: Readonly<Record<string, number>>;
  finds: "altered" | "exact" | "nothing";
  path: string;
  created: string;
  tool: string;
  sha256: string;
  lists: readonly CompiledIdentity[];
  algorithms: {
    algorithm: string;
    hashes: number;
    distinct: number;
  }[];
};
declare function readFacts(path: string, options: ListOptions, plugins: Plugins, around: Around): Promise<{
  sync?: {
    underWay?: {
      since: string;
      pages: number;
      round: Readonly<Record<string, string>>;
    };
    source: string;
    syncedAt: string | undefined;
    upTo: string | undefined;
    notKept: Readonly<Record<string, number>>;
  };
  notUsable: {
    kinds: Readonly<Record<string, number>>;
    entriesOfOnlyThese: number;
    leftOut: Readonly<Record<string, number>>;
    badLines: number;
  };
  warnings: readonly string[];
  shares: Readonly<Record<string, number>>;
  finds: "altered" | "exact" | "nothing";
  entries: number;
  hashes: Readonly<Record<string, number>>;
  videos: number;
  categories: Readonly<Partial<Record<"csam" | "exploitative" | "harmful-abusive-material" | "ncii" | "own" | "test", number>>>;
  updatedAt?: string;
  ageDays?: number;
  path: string;
  format: "hex" | "vpdq" | "ncmec" | "vics" | "stopncii" | "matrix" | "json" | "jsonl" | "csv";
  sha256: string;
}>;
/** How lists are read, and where the merged list is written. */
interface MergeOptions extends ListOptions {
  /** Path of the merged list, which is in JSON lines. */
  readonly outputFile?: string | undefined;
}
/** What a merge wrote. */
interface Merged {
  /** Number of entries in the new list. */
  readonly written: number;
  /** Number of entries that were left out because another entry says the same. */
  readonly repeats: number;
  /** True where too many lines of a list could not be read; their entries are missing. */
  readonly isHalfRead: boolean;
}
/**
 * Writes several lists as one list in JSON lines. Of entries that say the same, it writes one.
 * @throws UsageError for a list that cannot be read or holds nothing, and where the output cannot be written
 * @example
 * const { written, repeats } = await mergeLists(['ncmec.xml', 'own.jsonl'], { outputFile: 'all.jsonl' });
 */
declare function mergeLists(paths: readonly string[], options: MergeOptions, given?: Surroundings): Promise<Merged>;
/** What is published, and where to. */
interface PublishOptions extends Omit<ExportOptions, 'outputFile' | 'exportFormat'> {
  /** Path of the directory for the files. */
  readonly publishTo?: string | undefined;
  /** What those who read it may do with it. */
  readonly consent?: string | undefined;
}
/** A file that was published. `written` 0: nothing in the lists fits it, and there is no file. */
interface Published extends Exported {
  readonly path: string;
}
/**
 * Writes an operator's own removals for others to use: as HMA and ThreatExchange tools read them, as a table with
 * provenance and consent, and as Matrix policy events. Takes entries of the category `own` unless the options name
 * others.
 * @throws UsageError without a directory and words of consent, and as `exportLists`
 * @example
 * await publishLists(['own.jsonl'], { publishTo: 'public', consent: 'may be shared among admins' });
 */
declare function publishLists(paths: readonly string[], options: PublishOptions, given?: Surroundings): Promise<readonly Published[]>;
/**
 * Removes entries from a list of the operator's own.
 * @param path path of a list in JSON lines
 * @param ids of entries, as events and `diffLists` show them
 * @returns the number of lines that were removed
 * @throws UsageError where the list or one of the entries does not exist; nothing is changed then
 * @example
 * await removeFromList('own.jsonl', ['own-3f2a9c']);
 */
declare function removeFromList(path: string, ids: readonly string[]): Promise<number>;
/** How lists are synced. */
interface SyncOptions {
  /** Reads the whole list again, not only what changed. */
  readonly fresh?: boolean | undefined;
  /** Waits while another process syncs the list. */
  readonly wait?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}
/** How the sync of one list ended. Only `synced` may have changed its file. */
type SyncOutcome = {
  readonly name: string;
} & ({
  readonly outcome: 'synced';
  readonly path: string;
  readonly synced: Synced;
} /** The exchange could not be reached, or gave no usable answer. The values of `code` are in docs/lists.md. */ | {
  readonly outcome: 'failed';
  readonly message: string;
  readonly code: string;
} /** The configuration or the credentials are wrong, or the file cannot be put in its place. */ | {
  readonly outcome: 'refused';
  readonly message: string;
} /** The caller aborted the sync; the next one continues it. */ | {
  readonly outcome: 'interrupted';
});
/**
 * Syncs lists from the exchanges of the configuration, one after the other. Goes on with the next list where one fails.
 * @param names names of lists from the block `exchanges`; empty: all lists
 * @throws UsageError for a name that the block does not have
 * @example
 * for await (const { name, outcome } of syncLists(['ncmec'], {}, { config, environment: process.env }))
 *   console.log(name, outcome);
 */
declare function syncLists(names: readonly string[], options?: SyncOptions, given?: Surroundings): AsyncGenerator<SyncOutcome>;
/** Which lists to look hashes up in, and which distances match. */
interface MatchOptions extends ListOptions, ScanningOptions {}
/** The matches of one hash. */
interface MatchAnswer {
  readonly schema: 'hashsieve/match/1';
  /** The hash as the caller wrote it, or the id of its row in a file. */
  readonly query: string;
  readonly algorithm: string;
  /** The matches, nearest first; where there are many, the nearest ones, as in an event. */
  readonly matches: readonly Match[];
  readonly matchCount: number;
}
/**
 * Looks hashes up in lists.
 * @param given hexadecimal hashes, with their algorithm in front where their length alone does not tell it
 * (`pdq:f8f8…`); paths of files that `hashPictures` or `hashsieve hash` wrote, or of lists; `-` for the input
 * @returns an answer for every hash that could be looked up; `complete` is false where one could not, or too many lines
 * of a list could not be read
 * @throws UsageError for an argument that is neither a hash nor a file, and for lists as `scan`
 * @example
 * const { answers } = await matchHashes(['md5:d41d8cd98f00b204e9800998ecf8427e'], { list: ['known.csv'] });
 */
declare function matchHashes(given: readonly string[], options: MatchOptions, surroundings?: Surroundings): Promise<{
  readonly answers: readonly MatchAnswer[];
  readonly complete: boolean;
}>;
/**
 * Delivers the notices that wait in the outbox to the targets of the configuration. Returns one line for each failure.
 * @throws UsageError where the configuration has no block `notify`, or there is no ledger
 * @example
 * const failures = await deliverNotices({ ledger: '/var/lib/forum/ledger.sqlite' }, { config });
 */
declare function deliverNotices(options?: LedgerOptions, given?: Surroundings): Promise<readonly string[]>;
/** Whether a test notice reached one target. */
interface TargetTest {
  /** Name of the target. */
  readonly name: string;
  /** Why the notice did not arrive; absent where it did. */
  readonly failure?: string;
}
/**
 * Sends a notice that is marked as a test to every target of the configuration.
 * @throws UsageError where the configuration has no block `notify`
 * @example
 * for await (const { name, failure } of testTargets({ config })) console.log(name, failure ?? 'delivered');
 */
declare function testTargets(given?: Surroundings): AsyncGenerator<TargetTest>;
/** How a ledger is opened. */
interface LedgerFileOptions {
  /**
   * Ends the wait for another process that converts the ledger to the current version; `openLedgerFile` then raises its
   * reason.
   */
  readonly signal?: AbortSignal;
  /** Called with one sentence for each damage that is found; reading goes on. */
  readonly onDamage?: (what: string) => void;
}
/** An open ledger. Runs of the command line can use it at the same time. Close it after use. */
interface LedgerFile {
  /** The path as the caller gave it. */
  readonly path: string;
  /**
   * Without `scanId`: everything that was ever detected, first seen first, one event for each detection. With the id of
   * a run (`latest`: the last run): what that run detected, and undefined where no run has that id.
   */
  detections(scanId?: string): readonly DetectionEvent[] | undefined;
  /**
   * Begins a run that notes what `scanner` finds. The run belongs to the lists that the scanner has now: begin another
   * one after `useLists`. `name` tells this use of the scanner from others: `uploads`.
   */
  begin(scanner: Pick<Scanner, 'lists' | 'event'>, name: string): LedgerNotes;
  close(): void;
}
/** Writes the detections of one run to the ledger, from which `hashsieve report` reads them. */
interface LedgerNotes {
  /** Id of the run, which is the `scanId` of its events. */
  readonly scanId: string;
  /**
   * Notes a match and returns its event; the match is on disk when this returns. Stores nothing of other results and
   * returns undefined for them. Raises what SQLite raises, for example on a full disk.
   */
  settle(result: ScanResult, now?: Date): DetectionEvent | undefined;
  /** Ends the run. `summary` holds its counts (`emptySummary`, `count`). */
  end(summary: Summary, now?: Date): void;
}
/**
 * Opens the ledger, and creates it where there is none; only its owner can read it. Raises UsageError where the file
 * cannot be opened or is no ledger, and where the optional package for SQLite is not installed.
 * @example
 * const ledger = await openLedgerFile('/var/lib/forum/ledger.sqlite');
 * const notes = ledger.begin(scanner, 'uploads');
 * for await (const result of scanner.scanBytes(body, { uri })) notes.settle(result);
 */
declare function openLedgerFile(path: string, options?: LedgerFileOptions): Promise<LedgerFile>;
/** The options that name a plan: `name`, and those that say what is scanned. */
interface NamingOptions {
  readonly name?: string | undefined;
  readonly filesFrom?: readonly string[] | undefined;
  readonly urls?: readonly string[] | undefined;
  readonly pages?: readonly string[] | undefined;
  readonly sitemap?: readonly string[] | undefined;
}
/** The options of `hashsieve scan` (README) by their names in JSON: what is scanned, how, and what is written. */
interface ScanOptions extends SupplyOptions, MatcherOptions, ScanningOptions, SourceOptions, InsideOptions, RunOptions, FileOptions, OutputOptions, NamingOptions, Pick<ExitPolicy, 'fail' | 'failOn' | 'allowUnsupported' | 'allowDegraded'> {
  /** Writes a record of clear assets too. */
  readonly all?: boolean | undefined;
  /** Refuses to scan where there is no list of others to compare with. */
  readonly requireList?: boolean | undefined;
}
/** The thresholds that follow from the lists of a scan. */
interface ScanPlan {
  /** Thresholds in bits by algorithm: the largest that any of its looks has. */
  readonly thresholds: Scanner['thresholds'];
  /** Thresholds in bits by group of looks, for algorithms whose looks have different ones. */
  readonly thresholdsByLook: Scanner['thresholdsByLook'];
  /** Matches by chance in a million pictures at these thresholds, by algorithm. */
  readonly expectedByChancePerMillionPictures: Scanner['expectedByChance'];
}
/**
 * Computes the thresholds that a scan with these lists would use, and how many matches chance alone would give at them.
 * Raises UsageError as `scan` does.
 * @example
 * const plan = await planScan({ list: ['known.csv'], strictness: 'balanced' });
 * console.log(plan?.thresholds.pdq);
 */
declare function planScan(options: SupplyOptions & ScanningOptions, given?: Surroundings): Promise<ScanPlan>;
/** How a scan ended. */
interface Conclusion {
  /** What the scan lacks, as `whyIncomplete` says; empty for a complete scan. */
  readonly why: readonly Shortfall[];
  /** Exit code (docs/exit-codes.md). */
  readonly code: number;
  /** What it had to compare with. */
  readonly supply?: Supply;
  /**
   * Number of assets whose fingerprints wait in the ledger for a list. Only of a scan without a list of others; absent
   * where the ledger cannot tell.
   */
  readonly waiting?: number;
}
/** Shows how far a scan is. */
interface Progress {
  /** Called after every result with the counts so far. The object is the scan's own and changes later. */
  update(summary: Summary): void;
  /** Called before a record is written to standard output. */
  aside(): void;
  /** Called at the end; removes what is shown. */
  stop(): void;
}
/** What a caller may hear of a scan while it runs. */
interface ScanPorts extends RecordPorts {
  /** Called once everything is open and the scan begins. */
  readonly begin?: () => Promise<Progress>;
}
/** How a scan or a rematch ended, with its counts. */
interface RunReport extends Conclusion {
  readonly scanId: string;
  readonly summary: Summary;
  /** The lists that it compared with. */
  readonly lists: readonly ListIdentity[];
  /** What the ledger saved the scan from reading or computing. */
  readonly cache?: CacheCounts;
}
/**
 * Compares pictures with hash lists, as the command `hashsieve scan` does. It remembers in the ledger what it read,
 * writes outputs, tells targets and monitoring, and continues an interrupted run of the same plan.
 * @param targets files, directories, patterns, http(s) URLs and buckets (`s3://bucket/prefix`)
 * @param options the options of the command, by their names in JSON; durations in seconds, sizes in bytes
 * @throws UsageError before anything is scanned: for a target, list or file that does not exist or cannot be read or
 * written, and for options that contradict each other
 * @example
 * const events = [];
 * const { code, summary } = await scan(['./uploads'], { list: ['known.csv'], useLedger: false }, {}, {
 *   onRecord: (record) => events.push(record),
 * });
 */
declare function scan(targets: readonly string[], options: ScanOptions, given?: Surroundings, ports?: ScanPorts): Promise<RunReport>;
/** Which lists to compare with, which ledger to read, and what to write. */
interface RematchOptions extends Omit<SupplyOptions, 'alsoFingerprint'>, MatcherOptions, ScanningOptions, FileOptions, LedgerOptions, OutputOptions, Pick<ExitPolicy, 'fail' | 'allowEmpty' | 'allowUnsupported' | 'allowDegraded'> {
  /** Writes a record of clear assets too. */
  readonly all?: boolean | undefined;
}
/**
 * Compares everything that the ledger remembers with lists, and with the operator's own list where none is named,
 * without reading a picture again. Notes matches in the ledger and tells the targets. Asks matching services again
 * about everything in which they knew nothing. Where a list needs a fingerprint that was never computed, the asset is skipped as
 * `not-computed` and must be scanned again.
 * @param ports `onlyEntries`: ids of entries; the others of the lists are left out.
 * @throws UsageError where there is no ledger or it cannot be opened, and in the cases in which `scan` does
 * @example
 * const { summary } = await rematch({ list: ['new.csv'], ledger: '/var/lib/forum/ledger.sqlite' });
 * console.log(summary.outcomes.matched);
 */
declare function rematch(options: RematchOptions, given?: Surroundings, ports?: RecordPorts & {
  readonly onlyEntries?: ReadonlySet<string>;
}): Promise<RunReport>;
/** What the check of a draft found. */
interface DraftCheck {
  readonly directory: string;
  /** SHA-256 of the draft, hex; the person who files the draft confirms it. */
  readonly digest: string;
  /** Names of files that somebody edited after the draft was written. */
  readonly edited: readonly string[];
  /** Faults of the draft; empty where there is none. */
  readonly findings: readonly Finding[];
}
/**
 * Checks a draft again after a person edited it.
 * @param xsd path of your copy of the authority's XML schema
 * @throws UsageError where the directory holds no draft, or the schema cannot be read
 * @example
 * const { findings } = await checkDraftDirectory('reports/ncmec-0123456789abcdef');
 */
declare function checkDraftDirectory(directory: string, xsd?: string): Promise<DraftCheck>;
/** The steps of a filing, by the names of NCMEC's CyberTipline API. */
type Step = 'submit' | 'upload' | 'fileinfo' | 'finish' | 'retract';
/** How a filing ended. */
type Filed = {
  readonly outcome: 'filed';
  readonly reportId: string;
  readonly already: boolean;
} /** No report is filed. An open report was taken back, or the service will delete it. */ | {
  readonly outcome: 'failed';
  readonly step: Step;
  readonly message: string;
} /** The request to finish was sent, and whether it succeeded is unknown: run it again, or ask the service. */ | {
  readonly outcome: 'unknown';
  readonly reportId: string;
  readonly message: string;
};
/** Where drafts are written, and whether detections are drafted again that were drafted before. */
interface DraftingOptions extends DetectionOptions {
  /** Path of the directory in which drafts are written. */
  readonly drafts: string;
  /** Drafts detections again that an earlier draft covers. */
  readonly again?: boolean | undefined;
}
/** The options that drafts of reports and drafts of letters share. */
interface CaseOptions extends DraftingOptions {
  /** Whose law applies. Default: the operator's jurisdiction in the configuration. */
  readonly jurisdiction?: string | undefined;
  /** Paths of files that say what is known of the assets: JSON or CSV. */
  readonly context?: readonly string[] | undefined;
  /** A program that says what is known of an event. */
  readonly contextCommand?: string | undefined;
  /** Time zone of times that name none: `UTC`, `+02:00`. */
  readonly timeZone?: string | undefined;
  /** The grade that a person gave to all files. */
  readonly classification?: string | undefined;
  /** Leaves the reporter's name out, where the law allows that. */
  readonly anonymous?: boolean | undefined;
}
/** Which detections go to which authority, and how they are grouped. */
interface DraftOptions extends CaseOptions {
  /** Name of the authority that gets the reports. */
  readonly authority?: string | undefined;
  /** Makes one report for each user, upload, run or the like. Default: the authority's own rule. */
  readonly groupBy?: string | undefined;
}
/** What was drafted. */
interface Drafted {
  /** Number of detections that were read, including those that an earlier draft covers. */
  readonly detections: number;
  /** Number of events that must not be reported. */
  readonly refused: number;
  /** Paths of the directories that were written, one for each case. */
  readonly paths: readonly string[];
  /** False where the ledger could not store the drafts; calling it again stores them. */
  readonly noted: boolean;
}
/**
 * Drafts reports for an authority, with a directory for each case. Sends nothing. It leaves out events that must not be
 * reported and events that were drafted before, and says so. The configuration must have the block `operator`.
 * @throws UsageError where an option or a setting is missing or wrong, and where every event was refused
 * @example
 * const { paths } = await draftReports({ authority: 'ncmec', events: ['events.jsonl'], drafts: 'reports' }, { config });
 */
declare function draftReports(options: DraftOptions, given?: Surroundings): Promise<Drafted>;
/** Which detections are told to whom, and how. */
interface LetterOptions extends CaseOptions {
  /** Who gets the letters: `host` or `owner`. */
  readonly receiver?: string | undefined;
  /** E-mail addresses of receivers; the first is used first. */
  readonly recipient?: readonly string[] | undefined;
  /** Asks the registries for abuse contacts over the network. */
  readonly rdap?: boolean | undefined;
  /** URL of the directory that holds the registries' lists. Default: IANA's. */
  readonly rdapBootstrap?: string | undefined;
  readonly allowPrivate?: boolean | undefined;
  /** Who was told before, with the number of the report. */
  readonly told?: readonly string[] | undefined;
}
/**
 * Drafts letters to hosting providers or site owners, with a directory for each host or site, as text, e-mail and XARF.
 * Sends nothing. In everything else it works as `draftReports`.
 * @throws UsageError as `draftReports`
 * @example
 * await draftLetters({ receiver: 'host', events: ['events.jsonl'], recipient: ['abuse@host.example'], drafts: 'reports' }, { config });
 */
declare function draftLetters(options: LetterOptions, given?: Surroundings): Promise<Drafted>;
/** Which service a draft is filed with, which files are uploaded, and how requests are repeated. */
interface SubmitOptions extends LedgerOptions {
  /** Name of the service: `ncmec`. */
  readonly service?: string | undefined;
  /** Paths of the draft's files, which are uploaded from there. Each is recognised by its digest. */
  readonly files?: readonly string[] | undefined;
  /** Files the report without those files that `files` does not name, and without their details. */
  readonly withoutFiles?: boolean | undefined;
  /** Files with the production service instead of the test service. */
  readonly production?: boolean | undefined;
  /** Path of a file with one line `user:password`. Default: the environment. */
  readonly credentials?: string | undefined;
  /** Base address of the service; for stand-ins. */
  readonly endpoint?: string | undefined;
  /** Seconds before a request is sent again; the pause grows with each try. Default: 5. */
  readonly retryWait?: number | undefined;
  /** Treats an earlier submission as void. Only for the case that the service says that it was not finished. */
  readonly startOver?: boolean | undefined;
  /** Files even where reports from other drafts cover some of the events. */
  readonly fileAgain?: boolean | undefined;
}
/** How a person confirms the filing. */
interface SubmitPorts {
  /**
   * Called before a report is filed with the production service, with the draft's digest (SHA-256, hex). It must reject
   * unless a person agreed to exactly this draft.
   */
  confirm(digest: string): Promise<void>;
}
/** How a filing ended, and with which service. */
type Submission = Filed & {
  readonly service: 'production' | 'test'; /** True where the caller aborted before the report was filed. */
  readonly interrupted: boolean;
};
/**
 * Files a draft with the CyberTipline. It uses the test service unless `production` is set and `confirm` resolves. It
 * records every request before it goes out and every answer before the next request, so that calling it again continues
 * an interrupted filing.
 * @param directory path of a draft that `draftReports` wrote for `ncmec`
 * @throws UsageError where the draft, its files or the credentials are not in order; nothing is sent then
 * @example
 * const filed = await submitDraft('reports/ncmec-0123456789abcdef', { service: 'ncmec', files: ['x.jpg'], credentials: 'ncmec' });
 * if (filed.outcome === 'filed') console.log(filed.reportId);
 */
declare function submitDraft(directory: string, options: SubmitOptions, given?: Surroundings, {
  confirm
}?: SubmitPorts): Promise<Submission>;
/** Lists and settings that are to be tested. */
interface SelftestOptions extends Omit<SupplyOptions, 'alsoFingerprint'>, MatcherOptions, ScanningOptions {}
/**
 * Tests whether a scan raises the alarm: scans the shipped test picture and eight altered copies with these lists and
 * settings, and checks that every output format reports the match. Sends matching services that are named the test
 * value that they document.
 * @throws UsageError as `scan` does
 * @example
 * for await (const { state, what } of selftest({ list: ['known.csv'] })) console.log(state, what);
 */
declare function selftest(options: SelftestOptions, given?: Surroundings): AsyncGenerator<AlarmCheck>;
/**
 * Reads a hash list of any known format. Raises UsageError as `LoadOptions` and docs/lists.md say.
 * @example
 * const { list, report } = await loadList({ path: 'known.csv' });
 * const { list: allow } = await loadList({ path: 'harmless.csv', notes: true });
 * @param options `algorithms`: algorithms of your own whose hashes the list holds.
 */
declare const loadList: ({
  algorithms,
  ...options
}: Omit<LoadOptions, "algorithms"> & {
  readonly algorithms?: readonly OwnAlgorithm[];
}) => Promise<LoadedList>;
/**
 * Writes lists to one compiled file (docs/search-index.md), which appears whole or not at all. Needs memory for one image (at
 * most 2.2 GB) beside the lists. Rejects with the system's error where the file cannot be written, and when `signal` aborts.
 * @example
 * await compileLists([list], 'known.hsx');
 * @param options `algorithms`: algorithms of your own whose hashes the lists hold.
 */
declare const compileLists: (lists: readonly HashList[], path: string, {
  algorithms,
  ...options
}?: {
  readonly signal?: AbortSignal;
  readonly algorithms?: readonly OwnAlgorithm[];
}) => Promise<Compiled>;
/**
 * Opens a compiled list without reading more than its description; `createScanner` takes it among its `lists`. Close it
 * afterwards. Raises UsageError where the file cannot be read, is damaged, was made for another version, or holds hashes
 * of an algorithm that is neither built in nor handed in, or that was compiled for another metric.
 * @example
 * scanner.useLists({ lists: [openCompiled('known.hsx')] });
 * @param algorithms algorithms of your own whose hashes the list holds.
 */
declare function openCompiled(path: string, algorithms?: readonly OwnAlgorithm[]): OpenedList;
/**
 * Reads a compiled list whole and compares every checksum. Raises UsageError where it cannot even be opened.
 * @example
 * const { damaged } = await verifyCompiled('known.hsx');
 * @param algorithms as for `openCompiled`.
 */
declare const verifyCompiled: (path: string, signal?: AbortSignal, algorithms?: readonly OwnAlgorithm[]) => Promise<Verification>;
export { type AddOptions, type AlarmCheck, type AlgorithmName, type AlgorithmSource, type AssetFacts, type AssetRef, type Bitmap, type BlockOptions, type Blocked, type BuiltInAlgorithm, type BytesOptions, type CalibrateOptions, type CalibrationReport, type Category, type Check, type CompareOptions, type Comparison, type Compiled, type CompiledList, type DataStream, type DestroyOptions, type DestroyPorts, type DetectionEvent, type DraftCheck, type DraftDirectory, type DraftOptions, type Drafted, type DueEvidence, type DueOptions, type EvidenceBytes, type EvidenceList, type EvidencePackage, type ExportOptions, type Exported, type Fingerprint, type FingerprintedAsset, type HashIndex, type HashIndexMaker, type HashList, type HashOptions, type HoldOptions, type Judge, type JudgeOptions, type KnownHashes, type LedgerCheck, type LedgerFile, type LedgerFileOptions, type LedgerNotes, type LedgerRepair, type LetterOptions, type ListChange, type ListDifference, type ListFacts, type ListIdentity, type ListOptions, type ListReport, type ListSet, type LoadOptions, type LoadedList, type Match, type MatchAnswer, type MatchOptions, type MergeOptions, type Merged, type NoticeOptions, type OpenOptions, type OpenedList, type Operator, type OtherRecord, type Outcome, type OutputFormat, type OutputName, type OutputRecord, type OutputWriter, type OwnAlgorithm, type Palette, type PdqVariant, type PictureDistance, type Problem, type Progress, type PublishOptions, type Published, type Reader, type ReaderOptions, type RecordPorts, type RefusedEvent, type RematchOptions, type RunConduct, type RunReport, type ScanOptions, type ScanPlan, type ScanPorts, type ScanResult, type Scanner, type ScannerOptions, type SealOptions, type Sealed, type SealingOptions, type SelftestOptions, type Shortfall, Skip, type Source, type Sourced, StageError, type Submission, type SubmitOptions, type SubmitPorts, type Summary, type Surroundings, type SyncOptions, type SyncOutcome, type TargetTest, UsageError, type Verification, type VerifyOptions, type Voice, type Withheld, addToList, algorithmNames, assetOfBytes, blockAddresses, calibrate, checkDraftDirectory, checkLedgerFile, comparePictures, compileLists, count, createJudge, createReader, createScanner, deliverNotices, describeList, destroyEvidence, diffLists, displayUri, draftLetters, draftNotices, draftReports, dueEvidence, emptySummary, examine, exportLists, filePath, fileUri, findFfmpeg, fingerprinters, formatOfFile, hammingDistance, hashPictures, hexToBytes, holdEvidence, isComplete, keepCalibration, listEvidence, loadAlgorithm, loadList, matchHashes, mergeLists, openCompiled, openEvidence, openLedgerFile, outputFormats, pdqDihedral, plain as plainPalette, planScan, publishLists, recordOf, rematch, removeFromList, repairLedgerFile, scan, scanBytes, sealDetections, sealEvidence, selftest, sources, submitDraft, syncLists, tellTarget, testTargets, verifyCompiled, verifyEvidence, version, whyIncomplete };
