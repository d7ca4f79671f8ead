// What `import … from "hashsieve"` offers. Written by `npm run api`.

/**
 * The words of the program (docs: README "How it works"). Everything here is plain data, safe to send to
 * another process as JSON unless it says otherwise.
 */
/** A JSON-safe pointer to one asset. */
interface AssetRef {
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
interface Asset {
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
}
/** Decoded pixels of one frame. Not JSON-safe. */
interface Bitmap {
  /** Pixels, at least 1. */
  readonly width: number;
  /** Pixels, at least 1. */
  readonly height: number;
  /** 1 = grey, 3 = RGB, 4 = RGBA; sRGB values as stored, no ICC conversion, 8 bits each. */
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
interface Withheld {
  readonly algorithm: string;
  readonly reason: 'low-quality';
  /** 0…49: what there is of the quality 50 that a fingerprint needs (docs/recipes.md). */
  readonly quality: number;
  readonly view?: string;
  readonly frame?: number;
}
/** What an algorithm says of one view. */
type Fingerprinted = {
  readonly ok: true;
  readonly hex: string;
  readonly quality?: number;
} | {
  readonly ok: false;
  readonly reason: 'low-quality';
  readonly quality: number;
};
/** What an entry is on the list for. */
declare const categories: readonly ["csam", "exploitative", "ncii", "own", "test"];
type Category = (typeof categories)[number];
/** How sure a match is: `exact` (equal digests), `strong` (a person need not doubt first), `possible` (look again). */
declare const bands: readonly ["exact", "strong", "possible"];
type Band = (typeof bands)[number];
/** One listed hash that lies within the threshold of a fingerprint. */
interface Match {
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
interface Suppression {
  /** Name of the allow list. */
  readonly list: string;
  readonly entryId: string;
  /** Why, who and until when (ISO 8601), as the entry says it. */
  readonly reason?: string;
  readonly by?: string;
  readonly until?: string;
}
/** Where a hash list came from: carried by every event. */
interface ListIdentity {
  readonly name: string;
  /** SHA-256 of the list file, lower-case hex. */
  readonly sha256: string;
  /** Entries that can be matched. */
  readonly entries: number;
}
/** Facts of an asset that are no content. */
interface AssetFacts {
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
declare const stages: readonly ["source", "fetch", "decode", "fingerprint", "match", "output"];
type Stage = (typeof stages)[number];
/** A failure that belongs to one asset. Codes are stable (docs/exit-codes.md); messages are for people. */
interface Problem {
  readonly stage: Stage;
  readonly code: string;
  readonly message: string;
}
/** An asset after fingerprinting, before matching: what a worker returns and the ledger keeps. */
interface FingerprintedAsset {
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
type Unread = {
  readonly kind: 'skipped';
  readonly reason: string;
  readonly message: string;
} | ({
  readonly kind: 'failed';
} & Problem);
interface Opened {
  /** What was looked for and within which limits: other settings mean to look again. */
  readonly how: string;
  /** Assets that were found inside, at any depth; counted where results are made. */
  readonly assets?: number;
}
declare const outcomes: readonly ["matched", "clear", "skipped", "failed"];
type Outcome = (typeof outcomes)[number];
interface ResultBase {
  readonly ref: AssetRef;
  /** Absent when the bytes could not be had. */
  readonly facts?: AssetFacts;
  readonly fingerprints: readonly Fingerprint[];
  readonly withheld: readonly Withheld[];
}
/** What one asset ended as. */
type ScanResult = (ResultBase & {
  readonly outcome: 'matched';
  readonly facts: AssetFacts; /** Nearest first; never empty. Of many the nearest 100, among them the nearest of every list, category, grade and band. */
  readonly matches: readonly Match[]; /** How many there are of all; absent: as many as `matches`. */
  readonly matchCount?: number; /** Set when it could not be read whole, or not compared with every list. */
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
/**
 * The versioned public record of a matched asset (docs/events.md, docs/schemas/event.schema.json). It carries
 * identifiers, never content.
 */
interface DetectionEvent {
  readonly schema: 'hashsieve/event/1';
  readonly outcome: 'matched';
  /** The same for the same bytes at the same address matched in the same category, whenever it is scanned. */
  readonly id: string;
  /** ISO 8601 with milliseconds, UTC. */
  readonly detectedAt: string;
  readonly scanId: string;
  readonly tool: {
    readonly name: 'hashsieve';
    readonly version: string;
  };
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
  readonly digests: {
    readonly md5: string;
    readonly sha1: string;
    readonly sha256: string;
  };
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
/**
 * How often two unrelated pictures' hashes lie this near, by distance: a straight line on a logarithmic scale
 * (docs/accuracy.md gives data and doubts).
 */
interface Tail {
  /** Bits. */
  readonly at: number;
  /** Decimal logarithm of the share of unrelated pairs at `at` bits or nearer. */
  readonly decades: number;
  /** How much it grows a bit. */
  readonly slope: number;
  /** The largest distance that was measured: beyond it nobody knows. */
  readonly most: number;
}
/** An expected failure of one asset: it becomes a `failed` result and the run goes on. */
declare class StageError extends Error {
  readonly stage: Stage;
  /** Stable, kebab-case; part of the public contract. */
  readonly code: string;
  readonly name = "StageError";
  constructor(stage: Stage, /** Stable, kebab-case; part of the public contract. */

  code: string, message: string, options?: ErrorOptions);
}
/** The asset is not for this tool: it becomes a `skipped` result with this reason. */
declare class Skip extends Error {
  /** Stable, kebab-case; part of the public contract. */
  readonly reason: string;
  readonly name = "Skip";
  constructor(/** Stable, kebab-case; part of the public contract. */

  reason: string, message: string);
}
/** Wrong usage or configuration: nothing is scanned, exit code 2. The message names the thing and the way out. */
declare class UsageError extends Error {
  readonly name = "UsageError";
}
/**
 * Bytes of a hexadecimal text of even length, either case.
 * Raises RangeError for anything else; the message does not quote the text (listed hashes are confidential).
 */
declare function hexToBytes(hex: string): Uint8Array;
/** Number of differing bits, 0…8·length. Raises RangeError where the lengths differ. */
declare function hammingDistance(a: Uint8Array, b: Uint8Array): number;
/** What many entries of a list share. */
interface ListLabels {
  readonly category: Category;
  /** The supplier's own grade, verbatim. */
  readonly classification?: string;
  readonly classificationScheme?: string;
  readonly supplier?: string;
  /** Who gave the entry to the supplier. */
  readonly member?: string;
  /** Entries of allow lists: why, who, and until when (ISO 8601). */
  readonly note?: string;
  readonly by?: string;
  readonly until?: string;
}
/** What a supplier says of one listed hash. */
interface ListEntry extends ListLabels {
  /** The supplier's id, or `line-N` where the list has none. */
  readonly id: string;
}
/** The hashes of one algorithm on one list, row by row in the order of the file. */
interface HashColumn {
  /** Width of a hash in bits. */
  readonly bits: number;
  /** Rows. */
  readonly size: number;
  /** `size * bits / 8` bytes, hash after hash, bytes in the order of the hex text. Confidential: never printed. */
  readonly hashes: Uint8Array;
  /** What the list says of row 0…size-1. */
  entry(row: number): ListEntry;
  /** The same without the id; rows that share it get the same object. */
  labels(row: number): ListLabels;
}
/** Lines of a list file that say something, or its records where it has no lines, and how many of them could not be read. */
interface LinesRead {
  readonly lines: number;
  readonly unread: number;
}
/** One list, and everything that a run tells of it: it travels as this object, from the file to the outputs. */
interface ListFacts extends ListIdentity {
  /** How much of it was read; absent where it is not known. */
  readonly read?: LinesRead | undefined;
  /** When it last was up to date: the end of its last sync, else the change of its file; absent where it is no file. */
  readonly updatedAt?: Date | undefined;
}
/** A hash list in memory, a few dozen bytes an entry. */
interface HashList {
  readonly identity: ListIdentity;
  /** As in `ListFacts`. */
  readonly read?: LinesRead | undefined;
  /** As in `ListFacts`. */
  readonly updatedAt?: Date | undefined;
  /** By name of the algorithm; a list holds at least one column, and no column is empty. */
  readonly columns: ReadonlyMap<string, HashColumn>;
}
/** The hashes of one algorithm in a compiled file, equal hashes merged to one row. */
interface CompiledColumn {
  readonly bits: number;
  /** Listed hashes, as `HashColumn.size` counts them; rows are fewer where lists say the same. */
  readonly size: number;
  /**
   * Every row within `threshold` bits of the query, nearest first, ties by row. Raises StageError('match',
   * 'list-damaged') when what is read does not agree with its checksum, and UsageError for a threshold above 0 where
   * the column answers equality only.
   */
  search(query: Uint8Array, threshold: number): readonly {
    readonly row: number;
    readonly distance: number;
  }[];
  /**
   * Of many queries, one behind the other, marks with 1 those that may have such a row; what stays 0 has none. Raises
   * StageError as above.
   */
  screen?(queries: Uint8Array, threshold: number, marks: Uint8Array): void;
  /** Who lists the hash of a row; `list` counts in `CompiledList.lists`. Raises StageError as above. */
  entries(row: number): Iterable<{
    readonly list: number;
    readonly entry: ListEntry;
  }>;
  /** The hash of a row. Confidential. */
  hash(row: number): Uint8Array;
}
/** One or more hash lists in a compiled file, open for reading. */
interface CompiledList {
  /** The lists that it was compiled of. */
  readonly lists: readonly ListFacts[];
  readonly columns: ReadonlyMap<string, CompiledColumn>;
  /** Closes the file. */
  close(): void;
}
/** Known hashes, from wherever. */
type KnownHashes = HashList | CompiledList;
/** The hashes of an asset. */
interface Hashes {
  readonly fingerprints: readonly Fingerprint[];
  readonly withheld: readonly Withheld[];
}
/** Where in an asset's bytes the hashes of one algorithm lie: the same for all assets that were looked at in one way. */
interface HashPlaces {
  readonly algorithm: string;
  /** Bytes of each hash. */
  readonly width: number;
  /** Where each begins, in bytes from the start that `each` tells. */
  readonly offsets: readonly number[];
}
/** The hashes of an asset as they are stored: most of them are never wanted but to be compared. */
interface PackedHashes {
  /** Bytes. */
  readonly size: number;
  /** True where a fingerprint was withheld. */
  readonly isPartly: boolean;
  /** Calls `visit` for all fingerprints, those of one algorithm together: their hashes are in `bytes`. */
  each(visit: (places: HashPlaces, bytes: Uint8Array, start: number) => void): void;
  unpack(): Hashes;
}
/** Of each of many assets: false where certainly none of its hashes lies within the threshold of a listed one. */
type Screening = (hashes: readonly Pick<PackedHashes, 'each'>[]) => readonly boolean[];
/** What is remembered of an asset from an earlier run. It only counts where the bytes are still the same. */
interface Known {
  readonly asset: FingerprintedAsset;
  /** Algorithms of pixels that it lacks, and `asset` holds nothing of. */
  readonly missing: readonly string[];
  /** True where it was not looked into as it is now, or something inside must be looked at again. */
  readonly reopen?: boolean;
}
/** An asset of which nothing can be fingerprinted: how it ends. */
type Unseen = Extract<ScanResult, {
  outcome: 'failed' | 'skipped';
}>;
/** What the first half of the line says of one asset. */
type Answer = FingerprintedAsset | Unseen;
/**
 * The first half of the line, in this process (`fingerprintLine`) or in another: an answer for every asset inside, at
 * any depth, and one for the asset itself, which comes last. An asset whose bytes are there already is not fetched.
 */
type FingerprintLine = (target: AssetRef | Asset, signal?: AbortSignal, known?: Known) => AsyncIterable<Answer>;
/** How assets are fingerprinted: two runs that agree in this make the same fingerprints of the same bytes. */
interface Craft {
  /** Recipe by algorithm of pixels. */
  readonly recipes: Readonly<Record<string, string>>;
  /** How pixels are looked at. */
  readonly look: string;
  /** Version of the program. */
  readonly tool: string;
  /** How assets of which media types are looked into; absent where it does not matter. */
  readonly inside?: {
    readonly how: string;
    readonly mediaTypes: readonly string[];
  };
}
/** An object of a bucket, or every object whose key begins with `key`. */
interface S3Place {
  readonly bucket: string;
  readonly key: string;
}
/** What a run amounts to. Plain data: `--summary FILE` writes it as JSON. */
interface Summary {
  /** Assets that a source named; every one of them has exactly one outcome. */
  found: number;
  outcomes: Record<Outcome, number>;
  /** Skipped assets by reason. */
  skipped: Record<string, number>;
  /** Failed assets by `stage/code`. */
  failed: Record<string, number>;
  /** Matched assets that could not be read whole, by `stage/code`. */
  problems: Record<string, number>;
  /** Assets decoded only as far as their damage allowed. */
  degraded: number;
  /** Assets of which some pixels were too poor to fingerprint (`low-quality`), whatever their outcome. */
  lowQuality: number;
  /** Assets over which a defect of ours showed, whatever their outcome. */
  defects: number;
  /** Matched assets by category of their best match; neither suppressed ones nor tests. */
  categories: Record<string, number>;
  /** Matched assets whose surest match is no more than possible. */
  possible: number;
  /** Matched assets whose every match is suppressed by an allow list. */
  suppressed: number;
  /** Matched assets of which nothing but test entries matched: an exercise. */
  tests: number;
  /** Lines of the hash lists and allow lists that could not be read. */
  unreadListLines: number;
  /** Bytes of all assets that were read. */
  bytes: number;
  /** Wall time, seconds. */
  seconds: number;
  /** True when the run was stopped before its end. */
  interrupted: boolean;
}
declare function emptySummary(): Summary;
/** Adds one result to the counters, in place. */
declare function count(summary: Summary, result: ScanResult): void;
/** What of a run, besides its counts, decides whether it is complete. */
interface RunConduct {
  /** That nothing was found is no fault. */
  readonly allowEmpty?: boolean | undefined;
  /** What is skipped for one of `unseenReasons` is no fault. */
  readonly allowUnsupported?: boolean | undefined;
  /** How much was read of the hash lists and allow lists that it was compared with. */
  readonly lists?: readonly LinesRead[];
  /** Its time was up before its end. */
  readonly outOfTime?: boolean;
  /** It was stopped because nobody read its outputs any more: what it did not come to is no fault. */
  readonly readerGone?: boolean;
  /** The ledger could not be read or written whole. */
  readonly ledgerLost?: boolean;
  /** An output could not be written. */
  readonly outputLost?: boolean;
  /** The file of the summary could not be written. */
  readonly summaryLost?: boolean;
  /** Somebody could not be told of what was detected. */
  readonly untold?: boolean;
}
/** Why a run is not complete. The names stand in `--summary`; they are only ever added. */
declare const shortfalls: readonly ["interrupted", "budget", "reader-gone", "nothing-found", "failed", "partly-read", "unseen", "sums", "lists", "ledger", "outputs", "summary", "notices"];
type Shortfall = (typeof shortfalls)[number];
/**
 * The one definition of a complete run: one of which this is empty. The exit code, the words of the summary, `--summary`,
 * the last success of heartbeat and metrics, and what the ledger lets `--since` leave out all follow from it.
 */
declare function whyIncomplete(summary: Summary, conduct?: RunConduct): readonly Shortfall[];
/** True when the counts alone make a complete run. */
declare const isComplete: (summary: Summary, {
  empty,
  unsupported
}?: {
  readonly empty?: boolean;
  readonly unsupported?: boolean;
}) => boolean;
/** The eight ways to turn and mirror a picture; `rotate90` is counter-clockwise, `flipX` swaps top and bottom. */
declare const dihedralNames: readonly ["identity", "rotate90", "rotate180", "rotate270", "flipX", "flipY", "flipPlus1", "flipMinus1"];
type Dihedral = (typeof dihedralNames)[number];
/** What is done to a picture after it was reduced to a few numbers: it costs next to nothing. */
interface Turn {
  readonly dihedral: Dihedral;
  /** True for the inverted picture, black for white. */
  readonly negative: boolean;
}
/** `file:` URI of an absolute path given as raw bytes. */
declare function fileUri(path: Uint8Array): string;
/** Raw bytes of the path that a `file:` URI of ours names. */
declare function filePath(uri: string): Uint8Array;
/** A URI as people read it: a local path, or the URL; safe to print. Bytes that are no UTF-8 appear as `\xNN`. */
declare function displayUri(uri: string): string;
/** The package's version, as its package.json says. */
declare const version: string;
/** Names of the algorithms that can be computed, each with the width of its hashes in bits. */
type Algorithms = Readonly<Record<string, number>>;
/** One row of a list as its file says it: text, not yet checked. Every format's rows are judged alike (judge.ts). */
interface ListRow {
  /** One-based line in the file where the row starts. */
  readonly line: number;
  /** The hashes of one picture; the algorithm is absent where the row does not name it. */
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
  /** Who gave the entry to the supplier. */
  readonly member?: string;
  /** When the entry was made or last changed, as the file says it. */
  readonly added?: string;
  readonly updated?: string;
  /** Members who confirmed the entry, and who disputed it. */
  readonly votes?: {
    readonly up: number;
    readonly down: number;
  };
  /** Own entries and allow lists: why, who, and until when (ISO 8601). */
  readonly note?: string;
  readonly by?: string;
  readonly until?: string;
  /** PDQ quality, 0…100. */
  readonly quality?: string;
  /** True when `hashsieve hash` wrote the row. */
  readonly own?: boolean;
  /** Category of entries that have none, where the format itself says what its entries are. */
  readonly fallback?: Category;
  /**
   * What makes this the same entry as another row of the file (`keyed` formats): the one that was updated last stands,
   * the later of two updated at once.
   */
  readonly key?: string;
  /** True for a row that withdraws the entry of its key. */
  readonly deleted?: boolean;
}
/** An entry that is passed over for a reason of its format; counted, like hashes that are left out. */
interface PassedOver {
  readonly line: number;
  readonly leftOut: string;
}
/** A line that could not be read. It never quotes the line: listed hashes are confidential. */
interface ListProblem {
  /** One-based line number in the file. */
  readonly line: number;
  readonly problem: string;
  /** True where the rest of the line was read and is told apart: it is one line, and not read whole. */
  readonly isBeside?: true;
}
/** What is suspicious of the list beyond one row of it. It never quotes a hash. */
interface ListWarning {
  readonly line: number;
  readonly warning: string;
}
type ListItem = ListRow | PassedOver | ListProblem | ListWarning;
/** How to read one list. */
interface ReadOptions {
  readonly algorithms: Algorithms;
  /**
   * Field or algorithm → column name, where the header is not recognised: `{ hash: 'fp', pdq: 'PDQ value' }`;
   * `''` leaves the field unread.
   */
  readonly columns?: Readonly<Record<string, string>>;
  /** The list's own category text → ours, or `skip`: `{ '1': 'csam', '5': 'skip' }`. */
  readonly categoryMap?: Readonly<Record<string, Category | 'skip'>>;
}
interface ListFormat {
  /** One line for docs. */
  readonly about: string;
  /** File name extensions without the dot that choose this format when nothing was detected. */
  readonly extensions: readonly string[];
  /** True when rows carry a `key`, so that later rows replace or withdraw earlier ones. */
  readonly keyed?: true;
  /** True when the first characters (at most 64 Ki, without BOM) look like this format. */
  detect(head: string, options: ReadOptions): boolean;
  /**
   * Streams the rows of a file given as text (without BOM), in order and in batches, and a problem for every line
   * that is none. Memory does not grow with the file. Raises UsageError where the file as a whole cannot be read.
   */
  read(text: AsyncIterable<string>, options: ReadOptions): AsyncIterable<readonly ListItem[]>;
}
/** The formats of hash lists, in the order in which they are tried on a file. */
declare const listFormats: {
  ncmec: ListFormat;
  vics: ListFormat;
  stopncii: ListFormat;
  matrix: ListFormat;
  json: ListFormat;
  jsonl: ListFormat;
  hex: ListFormat;
  csv: ListFormat;
};
type ListFormatName = keyof typeof listFormats;
/** Which list to load and how. */
interface LoadOptions {
  /** The file; also names the list and the messages when `stream` is given. */
  readonly path: string;
  /** The file's bytes, where they come from elsewhere (standard input). */
  readonly stream?: AsyncIterable<Uint8Array>;
  /** Names of the algorithms that can be computed, each with its width in bits. */
  readonly algorithms: Algorithms;
  /** Name of the list in events; the file's name without extension. */
  readonly name?: string;
  /** Told by content, then by extension. */
  readonly format?: ListFormatName;
  /** Algorithm of hashes that don't name theirs; several: the one that the length allows. */
  readonly algorithm?: string | readonly string[];
  /** Field or algorithm → column name, where a header is not recognised. */
  readonly columns?: Readonly<Record<string, string>>;
  /** True: a line that cannot be read makes the list unusable. */
  readonly strict?: boolean;
  /** Category of entries that have none; `csam`, and `own` for what `hashsieve hash` wrote. */
  readonly category?: Category;
  /** The list's own category text → ours, or `skip` to leave such entries out. */
  readonly categoryMap?: Readonly<Record<string, Category | 'skip'>>;
  /** Leave entries out that this many members disputed, at least 1; none are by default. */
  readonly maxDownvotes?: number;
  /** Keep why, who and until when of every entry: for lists that are small, allow lists. */
  readonly notes?: boolean;
  /** Ends the reading with its reason, also while the stream is waited for. */
  readonly signal?: AbortSignal;
}
/** What became of the rows of a list file. Plain data. */
interface ListReport {
  readonly path: string;
  readonly format: ListFormatName;
  /** Usable hashes by algorithm. */
  readonly hashes: Readonly<Record<string, number>>;
  /** Entries by category. */
  readonly categories: Readonly<Partial<Record<Category, number>>>;
  /** Lines, or records, and how many of them could not be read, or not all of them. */
  readonly read: LinesRead;
  /** What was wrong with them; a line may have several hashes. */
  readonly problemCount: number;
  /** The first 100 of them. */
  readonly problems: readonly ListProblem[];
  /** Hashes that this program does not compute, by kind. */
  readonly foreign: Readonly<Record<string, number>>;
  /** Hashes left out because they would match what they don't mean, and entries passed over, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** What is suspicious of the list as a whole, in sentences. */
  readonly warnings: readonly string[];
}
interface LoadedList {
  readonly list: HashList;
  readonly report: ListReport;
}
/**
 * A compiled list (docs/index.md): a header of 4096 bytes, then the body in pages of 4 KiB, then the CRC-32 of every
 * page. All numbers are little-endian. The body's last section is this description, as JSON.
 */
interface CompiledMeta {
  /** Version of the program that made the file. */
  readonly tool: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly lists: readonly CompiledIdentity[];
  readonly columns: readonly ColumnMeta[];
  /** JSON texts `{ list, category, … }`, one after the other, and where each ends (f64). */
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
  /** When the list was up to date that this was compiled of, ISO 8601, UTC; absent in files of older versions. */
  readonly updatedAt?: string;
}
/** Bytes of the body; every section starts on a page. */
interface Section {
  readonly offset: number;
  readonly length: number;
}
/** Where the hashes of one algorithm are. Rows are distinct hashes; a hash belongs to a row, in the order of rows. */
interface ColumnMeta {
  readonly algorithm: string;
  readonly bits: number;
  /** Distinct hashes. */
  readonly rows: number;
  /** Listed hashes. */
  readonly hashes: number;
  /** Images of an index (shard.ts), where nearness counts. */
  readonly shards?: readonly {
    readonly rows: number;
    readonly image: Section;
  }[];
  /** Where only equality counts: hashes in order, and where each first 16 bits start (65 537 u32). */
  readonly sorted?: {
    readonly starts: Section;
    readonly rows: Section;
  };
  /** Where each row's hashes end (u32). */
  readonly rowEnds: Section;
  /** Labels of each hash (u32). */
  readonly labels: Section;
  /** Where each hash's id ends in `ids` (f64). */
  readonly idEnds: Section;
  /** Ids, UTF-8, one after the other. */
  readonly ids: Section;
}
interface Compiled {
  readonly bytes: number;
  /** SHA-256 of everything behind the header, lower-case hex: what `list verify` compares. */
  readonly sha256: string;
  readonly meta: CompiledMeta;
}
/** An open compiled list and its description. */
interface OpenedList extends CompiledList {
  readonly path: string;
  readonly meta: CompiledMeta;
  /** SHA-256 of everything behind the header, as the header tells it; lower-case hex. */
  readonly sha256: string;
}
/** What reading a compiled list whole has shown. */
interface Verification {
  /** Pages of 4 KiB. */
  readonly pages: number;
  readonly damaged: number;
  /** The first of the damaged pages, at most 100. */
  readonly firstDamaged: readonly number[];
  /** SHA-256 of everything behind the header, computed; lower-case hex. */
  readonly sha256: string;
  /** The same as the header tells it. */
  readonly expected: string;
}
/** Compares fingerprints with all lists at once. */
interface Matcher {
  /** Algorithms that the lists hold hashes of: the ones worth computing. */
  readonly algorithms: readonly string[];
  readonly lists: readonly ListIdentity[];
  /**
   * Every listed hash within the algorithm's threshold (distance ≤ threshold): nearest first, ties in the order of the
   * lists, then of entry ids. Empty for an algorithm that no list holds. Raises TypeError for a malformed fingerprint,
   * StageError('match', 'list-damaged') where a compiled list turns out to be damaged.
   */
  match(fingerprint: Fingerprint): Match[];
  /**
   * The same one by one, in any order, what a list says twice twice: of what may be more than fits in memory. Where a list is damaged,
   * the others are asked before that is raised.
   */
  matches(fingerprint: Fingerprint): Iterable<Match>;
  /**
   * False where `match` finds nothing for any of the fingerprints of an asset: they are looked up together, which takes less.
   * Damage is for `match` to tell. Raises TypeError for a malformed fingerprint.
   */
  mayMatch(fingerprints: readonly Fingerprint[]): boolean;
  /** For many assets at once, several times as fast as `match`. Raises nothing: damage is for `match` to tell. */
  readonly screen: Screening;
}
/** What the law of a place says, as far as public sources confirm it; the rest is called unknown. */
interface Jurisdiction {
  readonly code: string;
  readonly title: string;
  /** Names of the authority registry, first choice first. */
  readonly authorities: readonly string[];
  readonly deadline: string;
  readonly preservation: string;
  /** Days that material must be kept once reported, where a number is known. */
  readonly preservationDays?: number;
  readonly duties: readonly string[];
}
declare const profiles: {
  us: {
    title: string;
    authorities: string[];
    deadline: string;
    preservation: string;
    preservationDays: number;
    duties: string[];
  };
  uk: {
    title: string;
    authorities: string[];
    deadline: string;
    preservation: string;
    duties: string[];
  };
  ca: {
    title: string;
    authorities: string[];
    deadline: string;
    preservation: string;
    preservationDays: number;
    duties: string[];
  };
  eu: {
    title: string;
    authorities: string[];
    deadline: string;
    preservation: string;
    duties: string[];
  };
  de: {
    title: string;
    authorities: string[];
    deadline: string;
    preservation: string;
    duties: string[];
  };
  au: {
    title: string;
    authorities: string[];
    deadline: string;
    preservation: string;
    duties: string[];
  };
};
type JurisdictionCode = keyof typeof profiles;
/** Something that breaks a rule, at one place of one document. */
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
/** Text from outside that its element can't take. */
interface LeftOut {
  /** `/report/personOrUserReported/screenName`; positions of repeated elements are one-based: `url[2]`. */
  readonly element: string;
  /** What is wrong with it: `has 300 characters, at most 256 are taken`. */
  readonly reason: string;
  /** The text, whole. */
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
/** A person who can be reached. */
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
  /** What the users know the service as. */
  readonly service?: string;
  /** Whose law applies; `--jurisdiction` overrides it. */
  readonly jurisdiction?: string;
  /** Who signs a report. */
  readonly reporter: ContactPerson;
  /** Who answers the authority's questions, when it is somebody else. */
  readonly contact?: ContactPerson;
  /** Text for every report: how legal process is served, the emergency number, … */
  readonly companyTemplate?: string;
  readonly termsOfService?: string;
  readonly legalUrl?: string;
  /** Where files on this machine are seen from outside. */
  readonly publicAddresses?: readonly {
    readonly files: string;
    readonly url: string;
  }[];
}
/** An address that somebody used, and when. */
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
/** The account that brought an asset. */
interface Uploader {
  /** The service's own id of the account. */
  readonly id: string;
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
  /** ISO 8601: when the account was closed for good. */
  readonly disabledAt?: string;
  /** Numbers of earlier CyberTipline reports on this account, production service only. */
  readonly priorReports?: readonly number[];
  readonly note?: string;
}
/** What a human saw and decided. Nothing of it is ever derived from a match. */
interface Review {
  /** Who looked. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  /** The whole file was looked at. */
  readonly fileViewed: boolean;
  /** The EXIF data was looked at. */
  readonly exifViewed?: boolean;
  readonly classification?: 'baseline' | 'A1' | 'A2' | 'B1' | 'B2';
  /** Names of the CyberTipline's file annotations. */
  readonly annotations?: readonly string[];
}
/** What the operator knows about one asset, beyond what was detected. */
interface AssetContext {
  /** Public address, where the event names a local file. */
  readonly url?: string;
  readonly uploader?: Uploader;
  /** ISO 8601. */
  readonly uploadedAt?: string;
  readonly uploadIp?: IpEvent;
  /** The name that the file was uploaded under. */
  readonly fileName?: string;
  /** Title or text that went with the asset. */
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
/** One detection as it goes into a report. */
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
  /** The account, where all files come from one that is known. */
  readonly uploader?: Uploader;
  /** By time of detection, then address; never empty. */
  readonly files: readonly CaseFile[];
  readonly operator: Operator;
  readonly jurisdiction: Jurisdiction;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly zone?: string;
  readonly toolVersion: string;
  /** Production report numbers that earlier drafts on the same account led to. */
  readonly priorReports: readonly number[];
  /** Grade that a human gave all files on the command line. */
  readonly classification?: Review['classification'];
  /** Leave the reporter out, where the law allows it. */
  readonly anonymous?: boolean;
  /** Whom a notice goes to, best first. */
  readonly recipients?: readonly Recipient[];
  /** Who was told already: `NCMEC CyberTipline, report 123`. */
  readonly told?: readonly string[];
}
/** Where a notice may be sent. */
interface Recipient {
  /** E-mail address. */
  readonly email: string;
  /** What its owner can do: runs the network, registered the name, is the convention for a domain, or was given. */
  readonly scope: 'network' | 'registrar' | 'convention' | 'given';
}
/** A part of a draft that is not as it should be. */
interface Finding extends Issue {
  /** Name of the file in the draft's directory. */
  readonly file: string;
}
/** What an authority makes of a case. */
interface Draft {
  /** File name → text. */
  readonly files: Readonly<Record<string, string>>;
  /** What is missing or what a human must decide, one sentence each. */
  readonly open: readonly string[];
  /** Text from outside that an element of a file can't take: it stands in the manifest instead. */
  readonly leftOut?: readonly (LeftOut & {
    readonly file: string;
  })[];
  /** Text for `summary.txt`, where the usual one would say more than this authority may be told. */
  readonly summary?: string;
}
/** A receiver of reports. Pure: takes a case, returns text; sends nothing. */
interface Authority {
  /** Full name. */
  readonly title: string;
  /** One line for docs. */
  readonly about: string;
  /** How the draft gets there; one step each. */
  readonly filing: readonly string[];
  /** One report per … unless told otherwise. */
  readonly groupBy: Grouping;
  /** True where its text calls the files illegal: those that are listed as merely exploitative need a grade. */
  readonly statesIllegality?: true;
  /** Why the reporter can't be left out; absent where they can. */
  readonly named?: string;
  /**
   * Drafts the case. Raises UsageError, naming event or field and the way out, where something that this authority
   * can't do without is missing or breaks its rules. `uuid` returns a fresh random UUID.
   */
  draft(found: Case, uuid: () => string): Draft;
  /** What a (perhaps edited) draft breaks. `files` holds the text of every file in its directory. */
  check(files: ReadonlyMap<string, string>, now: number): readonly Finding[];
}
interface DraftDirectory {
  /** Name of the directory: `ncmec-0123456789abcdef`. */
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
}
/** Why an event is no matter for a report. */
type Refusal = 'test' | 'suppressed' | 'ncii' | 'own' | 'exploitative';
interface RefusedEvent {
  readonly event: DetectionEvent;
  readonly refusal: Refusal;
}
/** Those who get letters; `report notice --to` takes their names. */
declare const notices: {
  host: Authority;
  owner: Authority;
};
type NoticeName = keyof typeof notices;
/** What is said of bytes that come from no place that could be asked again. */
interface BytesOptions {
  /** Name of the upload, as whoever sent it gave it: any text. It becomes the address `memory:NAME`, percent-encoded. */
  readonly name?: string | undefined;
  /** Address in results and events instead, an absolute URI: where the upload will be found, such as `https:…`. Nothing is fetched from it. */
  readonly uri?: string | undefined;
  /** Address of the web page that shows the asset. */
  readonly page?: string | undefined;
  /** Ends the work: the results then end with its reason. */
  readonly signal?: AbortSignal | undefined;
}
/**
 * Bytes as an asset. They stay where they are: nothing is copied or written, so they must not change until the last result is
 * there. Raises UsageError for what is no bytes, and for a `uri` that is no absolute URI.
 */
declare function assetOfBytes(bytes: Uint8Array | ArrayBuffer, options: BytesOptions): Asset;
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
/** A digest: a hash of the asset's bytes. */
interface ByteFingerprinter extends Common {
  readonly kind: 'bytes';
  /** Lower-case hex of `bits / 4` digits. */
  compute(bytes: Uint8Array): string;
  /** The same for bytes that come in parts. */
  begin(): {
    update(bytes: Uint8Array): void;
    hex(): string;
  };
}
/** A perceptual hash before the guard looked at its picture. Never match on one: plain pictures share them. */
interface RawHash {
  /** Lower-case hex of `bits / 4` digits. */
  readonly hex: string;
  /** 0…100, only where the algorithm has a quality. */
  readonly quality?: number;
}
/** The hashes of a picture turned in several ways, in the order asked for; withheld together. */
type TurnedFingerprints = {
  readonly ok: true;
  readonly hashes: readonly RawHash[];
} | Extract<Fingerprinted, {
  ok: false;
}>;
/** A perceptual hash of pixels. */
interface PixelFingerprinter extends Common {
  readonly kind: 'pixels';
  /** How often unrelated pictures lie how near, measured (docs/accuracy.md). */
  readonly tail: Tail;
  /**
   * Lower-case hex of `bits / 4` digits, or `low-quality` where the picture holds too little information.
   * Pure: the same bitmap gives the same answer. Never throws for a bitmap that keeps its contract.
   */
  compute(bitmap: Bitmap): Fingerprinted;
  /**
   * The same for the picture turned, mirrored and inverted, from one pass over the pixels. Not turned, the hash is
   * that of `compute` to the bit; turned, it may be some bits off the hash of a file that was really turned.
   */
  computeTurned(bitmap: Bitmap, turns: readonly Turn[]): TurnedFingerprints;
  /** The reference's answer for any picture, plain ones included: for conformance tests, not for matching. */
  raw(bitmap: Bitmap): RawHash;
}
/** `full` hashes every pixel, `512` first shrinks what is larger to 512×512 as the C++ command-line tool does. */
declare const pdqVariants: readonly ["full", "512"];
type PdqVariant = (typeof pdqVariants)[number];
/**
 * The hashes of the picture turned and mirrored in all eight ways, from one DCT, with its quality. They differ by
 * some bits from the hashes of really turned files. Unguarded: ask `compute` first whether the picture says enough.
 */
declare function pdqDihedral(bitmap: Bitmap, variant?: PdqVariant): {
  readonly quality: number;
  readonly hex: Readonly<Record<Dihedral, string>>;
};
/** Every algorithm, by the name that lists, options and events use. */
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
type AlgorithmName = keyof typeof fingerprinters;
/** The names of the registry, in its order. */
declare const algorithmNames: readonly AlgorithmName[];
/** How far one goes to recognise a picture: each set holds the one before it. */
declare const viewSets: readonly ["none", "basic", "all"];
type ViewSet = (typeof viewSets)[number];
/** Whether a picture is looked for, or put on a list. */
type Side = 'query' | 'list';
/**
 * How near is a match: `strict` by the customary thresholds, `balanced` and `wide` by the number of chance matches that
 * one puts up with.
 */
declare const strictnesses: readonly ["strict", "balanced", "wide"];
type Strictness = (typeof strictnesses)[number];
/** Lists that are matched against together. */
interface ListSet {
  /** Known hashes; none makes a judge that calls nothing matched. */
  readonly lists: readonly KnownHashes[];
  /** Lists of harmless pictures: a match of one is marked as suppressed. */
  readonly allow?: readonly HashList[];
}
/** How near is a match, and what it tells; everything has a default. */
interface JudgeOptions {
  /** Bits by algorithm, 0…bits; the algorithm's own default otherwise. */
  readonly thresholds?: Readonly<Partial<Record<AlgorithmName, number>>>;
  /** How near is a match, where `thresholds` do not say it: default `strict`, the customary thresholds. */
  readonly strictness?: Strictness;
  /** Chance matches to put up with in a million pictures, above 0: sets the thresholds instead of `strictness`. */
  readonly maxExpected?: number;
  /** How the reader looks at pictures: each view is a chance more to match by accident. Default `basic`. */
  readonly views?: ViewSet;
  /** Put the listed hash into every match. It is confidential. */
  readonly showHashes?: boolean;
}
/** The second half of the line: from fingerprints to results. It reads no asset and starts no process. */
interface Judge {
  /** The lists it matches against. */
  readonly lists: readonly ListIdentity[];
  /** The allow lists. */
  readonly allowed: readonly ListIdentity[];
  /** Bits, for every algorithm that the lists hold. */
  readonly thresholds: Readonly<Partial<Record<AlgorithmName, number>>>;
  /** Chance matches in a million pictures at these thresholds, by algorithm (docs/accuracy.md). */
  readonly expectedByChance: Readonly<Partial<Record<AlgorithmName, number>>>;
  /** Every listed hash within the threshold, nearest first. */
  match(fingerprint: Fingerprint, frames?: number): Match[];
  /** The same one by one: as `Matcher.matches`. */
  matches(fingerprint: Fingerprint, frames?: number): Iterable<Match>;
  /** Which of many assets may match: as `Matcher.screen`. */
  readonly screen: Matcher['screen'];
  /** What an asset ends as whose fingerprints are there already. */
  judge(asset: FingerprintedAsset): ScanResult;
  /** The public record of a match that this judge found. */
  event(result: Extract<ScanResult, {
    outcome: 'matched';
  }>, scanId: string, now: Date): DetectionEvent;
}
/**
 * Makes the second half of the line. The lists are indexed here, in memory and time that grow with them; compiled lists must stay
 * open while the judge is used. Raises UsageError for a threshold out of range.
 * @example
 * const judge = createJudge({ lists: [list] });
 * const results = answers.map((answer) => ('outcome' in answer ? answer : judge.judge(answer)));
 */
declare function createJudge({
  lists,
  allow
}: ListSet, options?: JudgeOptions): Judge;
/** What getting an asset's bytes may cost. */
interface FetchLimits {
  /** Bytes of one asset, as transferred and after content decoding. */
  readonly maxBytes: number;
  /**
   * Bytes of a local file that is not read into memory but can be read in parts; `fetch` then gives its beginning and
   * its size. Default: `maxBytes`, so that there is none.
   */
  readonly maxContainerBytes?: number;
  /**
   * Seconds for one asset, retries and redirects included; not the time spent waiting for a free connection to a
   * busy host or because a host asked for a pause.
   */
  readonly timeoutSeconds: number;
}
/** An asset that was fetched before, and the version that it was at. */
interface KnownVersion {
  readonly uri: string;
  readonly version: string;
}
/** Gets the bytes of assets of one or more URI schemes. Holds connections: close it. */
interface Fetcher {
  /** Schemes without the colon: `file`, `http`. */
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
   * As `fetch`, of an asset that was fetched before, at `version`: undefined, and nothing is read, where it still is
   * at that version. A fetcher that gives its assets no version has no such method.
   */
  refetch?(ref: AssetRef, version: string, signal?: AbortSignal): Promise<Asset | undefined>;
  /**
   * For each of many assets, true where it still is at its version; false says nothing. Undefined where asking for
   * them one by one is the better way, which holds for every fetcher that has no such method.
   * @param few also where they are so few that one by one would be the better way.
   */
  unchanged?(known: readonly KnownVersion[], signal?: AbortSignal, few?: boolean): Promise<readonly boolean[] | undefined>;
  close(): Promise<void>;
}
/** Where assets are fingerprinted, and how many at once. Holds processes: close it. */
interface Runner {
  /** One asset and what is inside it: in a decoding process, where there are any. */
  readonly fingerprint: FingerprintLine;
  /**
   * As `mapOrdered`; `task` gets the line for its asset: in this process where the source holds a single one, because
   * starting another takes longer than most pictures.
   */
  map<T, R>(source: AsyncIterable<T>, task: (item: T, fingerprint: FingerprintLine) => AsyncIterable<R>, signal?: AbortSignal): AsyncGenerator<R>;
  /** Settles once the processes are gone. */
  close(): Promise<void>;
}
/** A place that could not be listed: it becomes a `failed` result of its own, and the rest goes on. */
interface SourceProblem extends Problem {
  readonly ref: AssetRef;
  readonly stage: 'source';
}
/** A place that was passed over on purpose: it becomes a `skipped` result of its own. */
interface SourceSkip {
  readonly ref: AssetRef;
  /** Stable, kebab-case: `symlink`, `directory`. */
  readonly reason: string;
  readonly message: string;
}
/** Told apart by their keys: a problem has a `stage`, a skip has a `reason`, a ref has neither. */
type Sourced = AssetRef | SourceProblem | SourceSkip;
/** Yields asset refs, lazily and in a bounded amount of memory; ends, without an error, when `signal` aborts. */
interface Source {
  /** What the user named, for messages; not yet neutralised for a terminal. */
  readonly label: string;
  list(signal?: AbortSignal): AsyncIterable<Sourced>;
}
/** What looking into one asset may cost, all that is inside it included. */
interface InsideLimits {
  /** Bytes of one asset inside another: it is held in memory. */
  readonly maxBytes: number;
  /** Pixels of a picture that is decoded where it lies. */
  readonly maxPixels: number;
  /** Seconds for reading one asset inside another. */
  readonly timeoutSeconds: number;
  /** Containers inside one another, the outermost counted. */
  readonly maxDepth: number;
  /** Assets inside, at all depths. */
  readonly maxMembers: number;
  /** Bytes of all that is inside for each byte of the container, once they are more than `freeBytes`. */
  readonly maxRatio: number;
  readonly freeBytes: number;
  /** Bytes of all that is inside, at all depths. */
  readonly maxTotalBytes: number;
  /** Seconds of reading the container; what its members take besides is theirs. */
  readonly seconds: number;
}
/** What is looked for inside assets; every kind can be switched off. */
declare const insideKinds: readonly ["archives", "pdf", "thumbnails", "video"];
type InsideKind = (typeof insideKinds)[number];
/** What an asset may cost to decode. */
interface DecodeLimits {
  /** Pixels of one frame, as the header declares them. */
  readonly maxPixels: number;
  /** Frames or pages looked at of one asset, at least 1; more are sampled evenly, first and last included. */
  readonly maxFrames: number;
  /**
   * Seconds of decoding for one asset, at least 1; waiting for other pictures to leave memory does not count. Long animations get
   * more (`timeFor`).
   */
  readonly timeoutSeconds: number;
}
/** Absolute path of ffmpeg, as `PATH` finds it. */
declare function findFfmpeg(environment: Readonly<Record<string, string | undefined>>): string | undefined;
/** What an asset may cost. */
type Limits = DecodeLimits & FetchLimits & InsideLimits;
/** What decides the fingerprints of an asset. Plain data: decoding processes are wired from it. */
interface FingerprintOptions {
  /**
   * Algorithms of pixels to compute: what the lists hold now, and what lists may hold that are put in their place later.
   * MD5, SHA-1 and SHA-256 are always computed. Default: what the first lists hold.
   */
  readonly algorithms?: readonly AlgorithmName[];
  readonly pdqVariant?: PdqVariant;
  /**
   * Ways of looking at each picture. Default `basic`, as of `hashsieve scan`: turned, mirrored, inverted and trimmed as
   * well. `none` looks at it upright only and misses mirrored copies; `all` also at cropped and tilted ones.
   */
  readonly views?: ViewSet;
  /** `list` makes the views that a list of one's own holds of each picture; default `query`. */
  readonly side?: Side;
  /** Bytes, pixels, frames and seconds that an asset may cost; each has the default of the command line. */
  readonly limits?: Partial<Limits>;
  /** Fetch from private addresses too. */
  readonly allowPrivate?: boolean;
  /** How hosts are asked. */
  readonly web?: WebOptions;
  /** What is looked for inside assets; default: everything. Each thing found there has a result of its own. */
  readonly inside?: readonly InsideKind[];
  /**
   * Absolute path of ffmpeg, which reads videos; without it they are skipped: `decoder-missing`. The command line looks for it
   * in the environment, which the library never reads: `findFfmpeg(process.env)` does the same.
   */
  readonly ffmpeg?: string | undefined;
}
/** How hosts of the web are asked. Plain data. */
interface WebOptions {
  /** E-mail or web address of whoever runs the program, for the user agent. */
  readonly contact?: string;
  /** Requests at a time to one host. Default 4. */
  readonly perHost?: number;
  /** Requests a second to one host. Default: no limit. */
  readonly rate?: number;
  /** Hosts besides a page's own that its pictures may come from; `*.example.org` and `*` are understood. */
  readonly hosts?: readonly string[];
  /** URL of a store that is compatible with S3, for `s3:` refs. */
  readonly s3Endpoint?: string;
}
/** What a reader is made of; everything has a default. */
interface ReaderOptions extends FingerprintOptions {
  /** Assets in flight; default: processor cores + 2. */
  readonly jobs?: number;
  /**
   * Processes to decode in, so that a crash of the decoder costs one asset and not the caller; they start with the first asset,
   * of a source when it turns out to hold more than one. Default: one for each processor core, no more than `jobs`. 0:
   * everything happens in this process.
   */
  readonly workers?: number;
  /** What such a process runs in place of our own script. */
  readonly workerScript?: URL;
}
/** The first half of the line: from refs and bytes to fingerprints. It knows no list. Holds processes and connections: close it. */
interface Reader {
  /** Algorithms of pixels that it computes, and the digests that were asked for; all three digests come with every asset. */
  readonly algorithms: readonly AlgorithmName[];
  /** Recipe of every algorithm of pixels that it computes. */
  readonly recipes: Readonly<Record<string, string>>;
  /** How it looks at pixels: fingerprints of one recipe are the same thing only where this is the same too. */
  readonly look: string;
  /** How it looks inside which media types. */
  readonly inside: NonNullable<Craft['inside']>;
  /**
   * One asset, a ref or bytes (`assetOfBytes`): an answer for everything inside it, then one for itself. Thumbnails that say too little are among them. Rejects only
   * for a defect, when `signal` aborts, or when the reader is closed. It may be left early: `break` stops the work on it.
   */
  readonly fingerprint: FingerprintLine;
  /** Many assets, in their order, in bounded memory; what could not be read or was passed over comes as its result. */
  fingerprintAll(refs: AsyncIterable<Sourced>, signal?: AbortSignal): AsyncGenerator<Answer>;
  /**
   * Runs a task over a source as `fingerprintAll` does. The task gets what fingerprints an asset, at the place where it is best
   * done; of `known` bytes only what is missing is computed.
   */
  readonly map: Runner['map'];
  /** As `Fetcher.unchanged`: which of many assets need not be read again. */
  readonly unchanged: NonNullable<Fetcher['unchanged']>;
  /** The result of a place that a source could not list or passed over; undefined for a ref, which needs reading. */
  passed(item: Sourced): Extract<ScanResult, {
    outcome: 'failed' | 'skipped';
  }> | undefined;
  /** Ends what is under way. Settles once the processes are gone. */
  close(): Promise<void>;
}
/**
 * Makes the first half of the line. Raises UsageError where an algorithm of pixels is asked for and the system gives no memory for
 * WebAssembly.
 * @example
 * const reader = createReader({ algorithms: ['pdq'] });
 * for await (const answer of reader.fingerprint(assetOfBytes(body, { name: 'cat.jpg' }))) console.log(answer.fingerprints);
 */
declare function createReader(options?: ReaderOptions): Reader;
/** What a scanner is made of; everything has a default, which is that of `hashsieve scan` where the option does not say otherwise. */
interface ScannerOptions extends ReaderOptions, JudgeOptions, Partial<ListSet> {}
type ReaderPart = Pick<Reader, 'algorithms' | 'recipes' | 'look' | 'inside' | 'map' | 'unchanged' | 'passed' | 'close'>;
/** A wired pipeline: a reader, and a judge that can be exchanged under it. Holds processes and connections: close it. */
interface Scanner extends ReaderPart, Judge {
  /**
   * One asset: a result for everything inside it, then exactly one for itself. Rejects only for a defect, when `signal`
   * aborts, or when the scanner is closed. It may be left early: `break` stops the work on it.
   */
  scanAsset(ref: AssetRef, signal?: AbortSignal): AsyncGenerator<ScanResult>;
  /**
   * The same of bytes, such as an upload: they are handed to the decoder and written nowhere. More of them than `limits.maxBytes`
   * are the failed result `fetch/too-large`. They must not change until the last result is there. Raises UsageError at once for
   * what is no bytes, and for a `uri` that is no absolute URI.
   * @example
   * for await (const result of scanner.scanBytes(body, { name: 'cat.jpg' }))
   *   if (result.outcome !== 'clear') refuse(result);
   */
  scanBytes(bytes: Uint8Array | ArrayBuffer, options?: BytesOptions): AsyncGenerator<ScanResult>;
  /** Many assets: as `scanAsset` each, in their order, in bounded memory; after an abort, what is done. */
  scan(refs: AsyncIterable<Sourced>, signal?: AbortSignal): AsyncGenerator<ScanResult>;
  /** Fingerprints without matching; what could not be read or was passed over comes as its result. */
  readonly fingerprint: Reader['fingerprintAll'];
  /**
   * Puts other lists in the place of all that the scanner matches against; without `allow` no allow list is left. Nothing that is
   * under way is lost or read again: an asset is judged, all at once, by the lists that are there when its judging begins, which is when
   * its fingerprints are there. So what is inside an archive may be judged by the lists before, and the archive by those after.
   * Compiled lists that were replaced may be closed afterwards. Raises UsageError, and changes nothing, for a threshold out of
   * range, and for a list of which the scanner computes no algorithm: name them all in the option `algorithms`.
   */
  useLists(lists: ListSet): void;
  /** The public record of a match, with the lists that found it, whichever the scanner uses now. */
  readonly event: Judge['event'];
}
/**
 * Composition root: the only place that knows both halves of the line. Raises UsageError for a threshold out of range, for a list of
 * which no algorithm is computed, and where the system gives no memory for WebAssembly.
 * @example
 * const { list } = await loadList({ path: 'known.csv' });
 * const scanner = createScanner({ lists: [list] });
 * for await (const result of scanner.scan(sources.directory({ path: './uploads' }).list())) console.log(result.outcome);
 * await scanner.close();
 */
declare function createScanner(options?: ScannerOptions): Scanner;
/**
 * Scans the bytes of one upload in this process, with a scanner of its own: as `Scanner.scanBytes`. Whoever has several makes one
 * scanner, which keeps its indexes and decodes in processes that may crash.
 * @example
 * const { list } = await loadList({ path: 'known.csv' });
 * for await (const result of scanBytes(await readFile('cat.jpg'), { lists: [list], name: 'cat.jpg' })) console.log(result.outcome);
 */
declare function scanBytes(bytes: Uint8Array | ArrayBuffer, {
  name,
  uri,
  page,
  signal,
  ...options
}?: ScannerOptions & BytesOptions): AsyncGenerator<ScanResult>;
type Paint = (text: string) => string;
/** How words look, by what they mean: each gives its text back, with or without codes around it. Colour repeats what a word says. */
interface Palette {
  /** A match. */
  readonly alarm: Paint;
  /** A match that is no more than possible. */
  readonly possible: Paint;
  /** What failed, or is not complete. */
  readonly failure: Paint;
  /** The test picture. */
  readonly test: Paint;
  /** What needs nobody. */
  readonly aside: Paint;
  /** A path or an address. */
  readonly place: Paint;
}
/** For files, pipes, and whoever wants no colours. */
declare const plain: Palette;
/** A result that is no detection: what failed, was skipped, or (on request) was clear. */
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
  readonly asset?: ScanResult['facts'];
}
type OutputRecord = DetectionEvent | OtherRecord;
/** Writes records in one file format. Pure: returns text, opens nothing. */
interface OutputWriter {
  /** Text before the first record. */
  begin(): string;
  /** Text of one record; neutralised for the format. */
  record(record: OutputRecord): string;
  /** Text after the last record. */
  end(summary: Summary): string;
}
interface OutputFormat {
  /** File name extensions without the dot that choose this format. */
  readonly extensions: readonly string[];
  readonly about: string;
  /** Only text takes notice of `palette`. */
  create(options: {
    readonly palette: Palette;
    readonly verbose: boolean;
  }): OutputWriter;
}
/**
 * What an output says of a result: the event of a match, a record of any other.
 * @example
 * const writer = outputFormats.jsonl.create({ palette: plainPalette, verbose: false });
 * process.stdout.write(writer.record(recordOf(result, scanner, scanId, new Date())));
 */
declare function recordOf(result: ScanResult, scanner: Pick<Scanner, 'event'>, scanId: string, at: Date): OutputRecord;
/** Who writes a notice to whom. */
interface NoticeOptions {
  /** `host`: the provider that stores the files; `owner`: who runs the site. */
  readonly to: NoticeName;
  /** Who you are; a notice names an e-mail address of its reporter. */
  readonly operator: Operator;
  /** Whose law applies; default: what `operator.jurisdiction` says. One of them must. */
  readonly jurisdiction?: JurisdictionCode;
  /** E-mail addresses, best first. */
  readonly recipients?: readonly string[];
  /** Who was told already: `NCMEC CyberTipline, report 123`. */
  readonly told?: readonly string[];
  /** Grade that a human gave all files. */
  readonly classification?: NonNullable<Case['classification']>;
  /** Default: now. */
  readonly now?: Date;
}
/**
 * Drafts letters to those who host the files of these events, one for each host, as the files of a directory each: text, e-mail and,
 * where there is a classification, XARF. Writes and sends nothing: a person reads them first. Events that must not be told so
 * (tests, what an allow list calls harmless) come back with the reason. Raises UsageError where the operator has no address or nobody says whose law applies.
 * @example
 * const { notices, refused } = await draftNotices(ledger.detections()!, { to: 'host', operator, recipients: ['abuse@host.example'] });
 * for (const { name, files } of notices) console.log(name, files['letter.txt']);
 */
declare function draftNotices(events: readonly DetectionEvent[], options: NoticeOptions): Promise<{
  readonly notices: readonly DraftDirectory[];
  readonly refused: readonly RefusedEvent[];
}>;
/** How a ledger is opened. */
interface LedgerFileOptions {
  /** Ends the waiting for a run that brings the ledger up to date, with its reason. */
  readonly signal?: AbortSignal;
  /** Called, a sentence each, for what of the ledger turns out to be damaged; the rest is still told. */
  readonly onDamage?: (what: string) => void;
}
/** A ledger beside the runs of the command line, which it keeps from nothing. Close it. */
interface LedgerFile {
  /** Absolute or as it was given. */
  readonly path: string;
  /**
   * Everything that was ever detected, first seen first, one event for each detection; what one run detected, where its id is
   * given (`latest`: the last run), and undefined where no run has that id.
   */
  detections(scanId?: string): readonly DetectionEvent[] | undefined;
  /**
   * Begins to note what `scanner` finds, under a run of its own, which belongs to the lists that the scanner has now: begin
   * another after `useLists`. `name` tells this use of the scanner from others: `uploads`.
   */
  begin(scanner: Pick<Scanner, 'lists' | 'event'>, name: string): LedgerNotes;
  close(): void;
}
/** Detections of one run on their way into the ledger, from where `hashsieve report` takes them. */
interface LedgerNotes {
  /** Id of the run: `scanId` of its events. */
  readonly scanId: string;
  /**
   * Notes a match; it is on the disk when this returns. Of another result nothing is kept. Returns the event. Raises what
   * SQLite raises: a full disk, for one.
   */
  settle(result: ScanResult, now?: Date): DetectionEvent | undefined;
  /** Ends the run. `summary` counts what it came to (`emptySummary`, `count`). */
  end(summary: Summary, now?: Date): void;
}
/**
 * Opens the database of detections, and makes it where there is none: readable by its owner alone. Raises UsageError where the
 * file cannot be had or is no ledger, and where the optional package for SQLite is not installed.
 * @example
 * const ledger = await openLedgerFile('/var/lib/forum/ledger.sqlite');
 * const notes = ledger.begin(scanner, 'uploads');
 * for await (const result of scanner.scanBytes(body, { uri })) notes.settle(result);
 */
declare function openLedgerFile(path: string, options?: LedgerFileOptions): Promise<LedgerFile>;
/** Every output format; `--format` takes their names. */
declare const outputFormats: {
  text: OutputFormat;
  json: OutputFormat;
  jsonl: OutputFormat;
  csv: OutputFormat;
};
type OutputName = keyof typeof outputFormats;
/** The format that a file's extension chooses, or undefined. */
declare function formatOfFile(path: string): OutputName | undefined;
/** One answer to the question what a bucket holds. */
interface BucketListing {
  readonly objects: readonly {
    readonly key: string;
    readonly size: number;
    readonly version?: string;
  }[];
  /** What to ask for the rest with; absent where this is all. */
  readonly next?: string;
}
interface BucketOptions {
  /** Every object whose key begins with `key`. */
  readonly place: S3Place;
  /** Raises StageError('fetch', …). */
  list(place: S3Place, after: string | undefined, signal?: AbortSignal): Promise<BucketListing>;
}
/**
 * The objects of a bucket below a prefix, in the order of their keys, with the version that the listing tells; markers of
 * folders (no bytes, a key that ends in a slash) are skips. A listing that breaks off is a problem.
 */
declare function bucketSource({
  place,
  list
}: BucketOptions): Source;
interface DirectoryOptions {
  /** From where the process works, where it is relative; raw bytes where the name is no UTF-8. */
  readonly path: string | Uint8Array;
  /** Globs of what to scan; nothing given means everything. */
  readonly include?: readonly string[];
  /** Globs of what to leave out, directories with all they hold. */
  readonly exclude?: readonly string[];
  /** Scan what symbolic links point at; every directory once, whatever number of links leads there. */
  readonly followSymlinks?: boolean;
}
/**
 * All files below a directory, hidden ones included, in the order of their names, one directory after the other.
 * Sockets, pipes and devices are yielded too (fetching them fails); links that are not followed are skips; a
 * directory that cannot be listed is a problem. Raises UsageError for a glob that cannot be meant.
 */
declare function directorySource(options: DirectoryOptions): Source;
/** One named file, relative paths from where the process works; a link is followed. Whether it can be read is found out when it is fetched. */
declare function fileSource(options: {
  readonly path: string | Uint8Array;
}): Source;
/** What a source asks of the web; wired to the guarded fetcher. */
interface Web {
  /**
   * A whole response. Raises StageError('fetch', …) as fetchers do, with `redirected-off-site` where a redirect leads to
   * a URL that `mayFollow` refuses.
   */
  get(url: string, options: WebGet): Promise<WebPage>;
  /** Leaves at least this time between two requests to a host from now on, in milliseconds. */
  pace(host: string, milliseconds: number): void;
}
interface WebGet {
  /** Bytes of the response, after content decoding. */
  readonly maxBytes: number;
  readonly mayFollow?: ((to: URL) => boolean) | undefined;
  readonly signal?: AbortSignal | undefined;
}
interface WebPage {
  readonly bytes: Uint8Array;
  /** The URL that answered, after redirects. */
  readonly url: URL;
  readonly contentType?: string;
}
interface CrawlOptions {
  readonly web: Web;
  /** Other hosts that may be visited besides a page's or sitemap's own; see `isListed`. */
  readonly hosts?: readonly string[];
  /** False passes over robots.txt. Default true. */
  readonly robots?: boolean;
  /** Pages that are read, at most. Default 100 000. */
  readonly maxPages?: number;
}
/** Where that lies which a source, a page or a stylesheet names. */
interface Tally {
  /** Something may be fetched, whether or not it was named before; pictures inside a page do not count. */
  here: boolean;
  elsewhere: boolean;
}
/** What pages and sitemaps have in common: one visit to each address, robots.txt, the bounds of the site. */
declare class Crawl {
  #private;
  readonly options: CrawlOptions;
  constructor(options: CrawlOptions);
  /** True the first time that something is named. */
  claim(kind: string, what: string | Uint8Array): boolean;
  /** The tally of a page or stylesheet that was looked at before, perhaps for another source. */
  known(kind: 'page' | 'style', address: string): Tally | undefined;
  /** Notes that a page or stylesheet is looked at now: the tally to fill. */
  begin(kind: 'page' | 'style', address: string): Tally;
  /** True for the site itself and for hosts that are listed. */
  readonly isOnSite: (host: string, site: string | undefined) => boolean;
  /** Why an address on another site is passed over; undefined for one that is not. */
  offSite({
    hostname
  }: URL, site: string | undefined): {
    reason: string;
    message: string;
  } | undefined;
  /** Why robots.txt refuses an address, or undefined; undefined too where the run is aborted meanwhile. */
  refusal(url: URL, signal?: AbortSignal): Promise<{
    reason: string;
    message: string;
  } | undefined>;
  /** A response, or the problem that it is; undefined where the run is aborted. */
  get(url: URL, site: string | undefined, maxBytes: number, signal?: AbortSignal): Promise<WebPage | SourceProblem | undefined>;
  /** Counts a page that is about to be read; false once as many were read as may be. */
  countPage(): boolean;
  /** Takes the last count back: the address turned out to be a picture. */
  uncountPage(): void;
  /** What is told once when further pages are left out. */
  get pageLimit(): string;
}
interface PagesOptions {
  /** An http(s) URL, or the path of an HTML file. */
  readonly page: string;
  /** Absolute directory that a relative path starts from. Default: where the process works. */
  readonly cwd?: string;
  readonly crawl: Crawl;
}
/** Where a list is read from: a file (or named pipe), or a stream such as standard input. */
type ListInput = {
  readonly path: string | Uint8Array;
} | {
  readonly stream: AsyncIterable<Uint8Array | string>;
};
interface PathListOptions {
  readonly input: ListInput;
  /** Items end with NUL instead of a newline. */
  readonly nullSeparated?: boolean;
  /** Absolute directory that relative paths start from. Default: where the process works. */
  readonly cwd?: string;
}
/**
 * A list of paths, raw bytes, one a line (LF or CRLF) or NUL-separated; blank items are passed over, repeated ones
 * are scanned again, directories are skips. Items that cannot be a path are problems with the code `bad-path`; whether a path exists is
 * found out when it is fetched. Raises UsageError where the list itself cannot be read.
 */
declare function pathListSource(options: PathListOptions): Promise<Source>;
interface PatternOptions {
  /** A glob: `uploads/*.{jpg,png}`. */
  readonly pattern: string;
  /** Absolute; where a relative pattern begins. Default: where the process works. */
  readonly cwd?: string;
  /** Globs as a directory takes them, from the folder that the pattern names before its first wildcard. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** As for a directory. */
  readonly followSymlinks?: boolean;
}
/**
 * Every file that a glob matches, and all below every directory that it matches, each once, by the rules that a directory has for
 * hidden files, links, other things than files, and the order. The package takes the glob apart; our own walk looks for it, because the
 * package's gives names that are no UTF-8 in a way that cannot be opened.
 */
declare function patternSource(options: PatternOptions): Promise<Source & {
  readonly folders: readonly Uint8Array[];
}>;
interface SitemapOptions {
  /** An http(s) URL, or the path of a file. */
  readonly sitemap: string;
  /** Absolute directory that a relative path starts from. Default: where the process works. */
  readonly cwd?: string;
  readonly crawl: Crawl;
}
/** One URL named on the command line. Raises UsageError where it is none that can be fetched. */
declare function urlSource(options: {
  readonly url: string;
}): Source;
interface UrlListOptions {
  readonly input: ListInput;
  /** Absolute directory that a relative path of the list starts from. Default: where the process works. */
  readonly cwd?: string;
}
/**
 * A list of http(s) URLs in UTF-8, one a line; blank lines and lines that start with `#` are passed over, repeated
 * URLs are scanned again. A bad line is a problem that names its number (codes `bad-url`, `url-credentials`) and
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
 * Tells what `text` names: `-`, an http(s) URL, a bucket and the beginning of its keys (`s3://bucket/prefix`), an existing directory, anything else that exists (links are
 * followed), or a glob of what exists (`uploads/*.{jpg,png}`). Raises UsageError naming it where it is nothing of these.
 */
declare function tellTarget(text: string, cwd?: string): Promise<Target>;
/** Every source by name: each takes its options and yields asset refs; what reads the web is loaded when asked for. See docs/sources.md. */
declare const sources: {
  directory: typeof directorySource;
  file: typeof fileSource;
  pattern: typeof patternSource;
  bucket: typeof bucketSource;
  url: typeof urlSource;
  'path-list': typeof pathListSource;
  'url-list': typeof urlListSource;
  pages: (options: PagesOptions) => Promise<Source>;
  sitemap: (options: SitemapOptions) => Promise<Source>;
};
/**
 * Reads a hash list of any known format. Raises UsageError as `LoadOptions` and docs/lists.md say.
 * @example
 * const { list, report } = await loadList({ path: 'known.csv' });
 * const { list: allow } = await loadList({ path: 'harmless.csv', notes: true });
 */
declare const loadList: (options: Omit<LoadOptions, "algorithms">) => Promise<LoadedList>;
/**
 * Writes lists to one compiled file (docs/index.md), which appears whole or not at all. Needs memory for one image (at
 * most 2.2 GB) beside the lists. Rejects with the system's error where the file cannot be written, and when `signal` aborts.
 * @example
 * await compileLists([list], 'known.hsx');
 */
declare const compileLists: (lists: readonly HashList[], path: string, options?: {
  readonly signal?: AbortSignal;
}) => Promise<Compiled>;
/**
 * Opens a compiled list without reading more than its description; `createScanner` takes it among its `lists`. Close it
 * afterwards. Raises UsageError where the file cannot be read, is damaged, or was made for another version.
 * @example
 * scanner.useLists({ lists: [openCompiled('known.hsx')] });
 */
declare const openCompiled: (path: string) => OpenedList;
/**
 * Reads a compiled list whole and compares every checksum. Raises UsageError where it cannot even be opened.
 * @example
 * const { damaged } = await verifyCompiled('known.hsx');
 */
declare const verifyCompiled: (path: string, signal?: AbortSignal) => Promise<Verification>;
export { type AlgorithmName, type AssetFacts, type AssetRef, type Bitmap, type BytesOptions, type Category, type Compiled, type CompiledList, type DetectionEvent, type DraftDirectory, type Fingerprint, type FingerprintedAsset, type HashList, type Judge, type JudgeOptions, type KnownHashes, type LedgerFile, type LedgerFileOptions, type LedgerNotes, type ListFacts, type ListIdentity, type ListReport, type ListSet, type LoadOptions, type LoadedList, type Match, type NoticeOptions, type OpenedList, type Operator, type OtherRecord, type Outcome, type OutputFormat, type OutputName, type OutputRecord, type OutputWriter, type Palette, type PdqVariant, type Problem, type Reader, type ReaderOptions, type RefusedEvent, type RunConduct, type ScanResult, type Scanner, type ScannerOptions, type Shortfall, Skip, type Source, type Sourced, StageError, type Summary, UsageError, type Verification, type Withheld, algorithmNames, assetOfBytes, compileLists, count, createJudge, createReader, createScanner, displayUri, draftNotices, emptySummary, filePath, fileUri, findFfmpeg, fingerprinters, formatOfFile, hammingDistance, hexToBytes, isComplete, loadList, openCompiled, openLedgerFile, outputFormats, pdqDihedral, plain as plainPalette, recordOf, scanBytes, sources, tellTarget, verifyCompiled, version, whyIncomplete };
