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
  /** Told by the fetcher of bytes that are not what was asked for: they are looked at all the same. */
  readonly problem?: Problem;
  /** True where the server broke off in it: there is more of it than these bytes. */
  readonly isCut?: true;
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
/** An asset of which nothing can be fingerprinted: how it ends. */
type Unseen = Extract<ScanResult, {
  outcome: 'failed' | 'skipped';
}>;
/** What is still to be found out of an asset that was fingerprinted before. */
interface Lack {
  /** Algorithms of pixels that are still to be computed. */
  readonly missing: readonly string[];
  /** True where it was not looked into as it is now, or something inside must be looked at again. */
  readonly reopen?: boolean;
}
/** What is known of an asset from an earlier run. It only counts where the bytes are still the same. */
interface Known extends Lack {
  /** Holds nothing of what is missing. */
  readonly asset: FingerprintedAsset;
}
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
  /** How assets are looked into, and of which media types where not of all; absent where it does not matter. */
  readonly inside?: {
    readonly how: string;
    readonly mediaTypes?: readonly string[];
  };
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
 * The asset is not for this tool: it becomes a `skipped` result with this reason.
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
 * Wrong usage or configuration: nothing is scanned, exit code 2. The message names the thing and the way out.
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
  /** Pictures and videos that were looked at: matched, clear, or too flat to be told from others. */
  pictures: number;
  /** Assets decoded only as far as their damage allowed. */
  degraded: number;
  /** Assets that did not match, and of which only a part was seen: degraded ones, and those whose frames were sampled. */
  partlySeen: number;
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
/**
 * The counts of a run that has not begun.
 * @example
 * const summary = emptySummary();
 * for await (const result of scanner.scan(refs)) {
 *   summary.found += 1;
 *   count(summary, result);
 * }
 */
declare function emptySummary(): Summary;
/**
 * Adds one result to the counters, in place.
 * @example
 * count(summary, result);
 * console.log(summary.outcomes.matched);
 */
declare function count(summary: Summary, result: ScanResult): void;
/** What of a run, besides its counts, decides whether it is complete. */
interface RunConduct {
  /** That nothing was found is no fault. */
  readonly allowEmpty?: boolean | undefined;
  /** What is skipped for one of these reasons is no fault; true: for any of `forgivableReasons`, and never for another. */
  readonly allowUnsupported?: boolean | readonly string[] | undefined;
  /** That a picture which did not match was seen in part only is no fault. */
  readonly allowDegraded?: boolean | undefined;
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
declare const shortfalls: readonly ["interrupted", "budget", "reader-gone", "nothing-found", "failed", "partly-read", "unseen", "partly-seen", "sums", "lists", "ledger", "outputs", "summary", "notices"];
type Shortfall = (typeof shortfalls)[number];
/**
 * The one definition of a complete run: one of which this is empty. The exit code, the words of the summary, `--summary`,
 * the last success of heartbeat and metrics, and what the ledger lets `--since` leave out all follow from it.
 * @example
 * const why = whyIncomplete(summary, { allowEmpty: true }); // ['failed']
 */
declare function whyIncomplete(summary: Summary, conduct?: RunConduct): readonly Shortfall[];
/**
 * True when the counts alone make a complete run.
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
interface ExitPolicy extends RunConduct {
  /** False turns 10 and 11 into 0 and 3. */
  readonly fail?: boolean | undefined;
  /** The least sure band that counts as a match: `strong` unless `possible`. */
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
/** An object of a bucket, or every object whose key begins with `key`. */
interface S3Place {
  readonly bucket: string;
  readonly key: string;
}
/** The eight ways to turn and mirror a picture; `rotate90` is counter-clockwise, `flipX` swaps top and bottom. */
declare const dihedralNames: readonly ["identity", "rotate90", "rotate180", "rotate270", "flipX", "flipY", "flipPlus1", "flipMinus1"];
type Dihedral = (typeof dihedralNames)[number];
/** What is done to a picture after it was reduced to a few numbers: it costs next to nothing. */
interface Turn {
  readonly dihedral: Dihedral;
  /** True for the inverted picture, black for white. */
  readonly negative: boolean;
}
/**
 * `file:` URI of an absolute path given as raw bytes.
 * @example
 * fileUri(new TextEncoder().encode('/srv/1.jpg')); // 'file:///srv/1.jpg'
 */
declare function fileUri(path: Uint8Array): string;
/**
 * Raw bytes of the path that a `file:` URI of ours names.
 * @example
 * const bytes = await readFile(Buffer.from(filePath(result.ref.uri)));
 */
declare function filePath(uri: string): Uint8Array;
/**
 * A URI as people read it: a local path, or the URL, its secrets hidden; safe to print. Bytes that are no UTF-8 appear as `\xNN`.
 * @example
 * console.log(displayUri(result.ref.uri));
 */
declare function displayUri(uri: string): string;
/** How much a line matters: `warning` wants a look, `error` says that something could not be done. */
type Level = 'info' | 'warning' | 'error';
/** What a line is about, for programs: its level (`info` where none is given), and numbers and names that stand in it. */
interface About {
  readonly level?: Level;
  readonly [field: string]: string | number | boolean | readonly string[] | undefined;
}
/** How anything says something to people, and to the programs that read along. */
interface Voice {
  /** One line for people, or several that belong together and are one record to a program. */
  say(line: string, about?: About): void;
}
/** Where data goes: standard output of a command. */
interface DataStream {
  /**
   * Waits while the reader is slow; resolves to false once nobody reads any more. Raises StdoutLost where it cannot be
   * written.
   */
  write(text: string): Promise<boolean>;
  readonly stdoutIsTerminal: boolean;
  /** Colours wanted on that stream. */
  readonly colour: {
    readonly stdout: boolean;
    readonly stderr: boolean;
  };
}
/**
 * The package's version, as its package.json says.
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
/** Makes an index of listed hashes, one behind the other, `bits / 8` bytes each. */
type HashIndexMaker = (hashes: Uint8Array, bits: number) => HashIndex;
/** Answers which listed hashes lie within a threshold of a query. */
interface HashIndex {
  /** Every row within `threshold` of the query, nearest first, ties by row. */
  search(query: Uint8Array, threshold: number): readonly {
    readonly row: number;
    readonly distance: number;
  }[];
  /** Of many queries, one behind the other, marks with 1 those that may have such a row; what stays 0 has none. */
  screen?(queries: Uint8Array, threshold: number, marks: Uint8Array): void;
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
/** A perceptual hash of pixels, built in or handed in. */
interface PixelAlgorithm extends Common {
  readonly kind: 'pixels';
  /** How often unrelated pictures lie how near, where that was measured (docs/accuracy.md). */
  readonly tail?: Tail;
  /** The same of hashes that say little (matching/commonplace.ts), where it was measured. */
  readonly commonplaceTail?: Tail;
  /** What listed hashes are searched with, where it is not the built-in index. */
  readonly index?: HashIndexMaker;
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
/** A built-in one: its chances were measured. */
interface PixelFingerprinter extends PixelAlgorithm {
  readonly tail: Tail;
}
/**
 * An algorithm that is handed in where a scanner is made: `createScanner({ algorithms: ['pdq', mine] })`. It takes part
 * in everything that the built-in ones do. Its functions run in this process, never in a decoding process.
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
  /** How two hashes are compared: by the number of bits in which they differ. */
  readonly metric: 'hamming';
  /** Length of a hash: a multiple of 16, at most 4096. */
  readonly bits: number;
  /** Default threshold in bits, 0…bits. */
  readonly threshold: number;
  /** Names the steps and their version; must change whenever any hash would change, else the ledger's stay in use. */
  readonly recipe: string;
  /** How often unrelated pictures lie how near, where somebody has measured it. Without it matches are `possible` at most. */
  readonly tail?: Tail;
  /**
   * Hash of a picture: `bits / 4` lower-case hexadecimal digits. Must be pure. It is not asked for plain pictures, which
   * would match each other. What it throws counts as a defect of that asset.
   */
  compute(bitmap: Bitmap): RawHash;
  /** The hashes of a picture turned in several ways, in their order; without it the pixels are turned, which takes longer. */
  computeTurned?(bitmap: Bitmap, turns: readonly Turn[]): readonly RawHash[];
  /** An index of listed hashes in place of the built-in one: it must find every row within a threshold, and no other. */
  readonly index?: HashIndexMaker;
}
/** `full` hashes every pixel, `512` first shrinks what is larger to 512×512 as the C++ command-line tool does. */
declare const pdqVariants: readonly ["full", "512"];
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
/** A name of an algorithm: of the registry, or one that was handed in. */
type AlgorithmName = BuiltInAlgorithm | (string & Record<never, never>);
/**
 * The names of the registry, in its order.
 * @example
 * const scanner = createScanner({ algorithms: algorithmNames });
 */
declare const algorithmNames: readonly BuiltInAlgorithm[];
/** What a scanner is to compute: names of the registry, and algorithms of one's own. */
type WantedAlgorithms = readonly (AlgorithmName | OwnAlgorithm)[];
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
/** What the ledger did for a run. */
interface CacheCounts {
  /** Assets that were neither read nor decoded. */
  reused: number;
  /** Of these, read again on purpose (`--verify-cache`), and found different. */
  verified: number;
  differed: number;
  /** Results that are those of an earlier attempt of the run. */
  resumed: number;
  /** Files that were left out because they did not change since the last complete run (`--since`). */
  leftOut: number;
  /** Assets that crashed the decoder in an earlier run, and were not decoded again. */
  quarantined: number;
}
/**
 * Keys of the config file that are no options: blocks that one command reads and checks by itself. `$schema` and
 * `$comment` are for editors and people.
 */
declare const configBlocks: readonly ["$schema", "$comment", "operator", "notify", "exchanges"];
type ConfigBlock = (typeof configBlocks)[number];
interface Config {
  /** Absolute path; absent when there is no file. */
  readonly path?: string;
  readonly options: Readonly<Partial<Record<string, unknown>>>;
  readonly blocks: Readonly<Partial<Record<ConfigBlock, unknown>>>;
}
/** Which page of which round of requests: plain data, so that it survives the process. */
interface Place {
  /** What the round asks for. */
  readonly round: Readonly<Record<string, string>>;
  /** Address or token of the page; absent for the first one. */
  readonly next?: string;
}
/** Where a list stands with its exchange. Plain data, kept beside the list; it holds no hash and no credential. */
interface SyncState {
  readonly schema: 'hashsieve/sync/1';
  /** Which service and which settings this state belongs to. */
  readonly source: string;
  /** When the list last was brought up to date whole, ISO 8601. */
  readonly syncedAt?: string;
  /** Up to where the service has been read: a time or a token of its own. */
  readonly upTo?: string;
  /** What the last sync that changed the list read and did not keep, by reason. */
  readonly passed?: Readonly<Record<string, number>>;
  /** The list as it was put in its place. */
  readonly list?: ListCounts;
  /** Where a sync that is under way goes on; absent between syncs. */
  readonly pending?: Pending;
}
/** What the stored list holds. */
interface ListCounts extends Pick<ListReport, 'hashes' | 'categories' | 'foreign' | 'leftOut' | 'problemCount'> {
  /** Entries, usable or not. */
  readonly entries: number;
}
interface Pending extends Place {
  /** When `next` was given, ISO 8601: it does not stay valid for ever. */
  readonly at: string;
  /** Bytes of the journal that are whole. */
  readonly journal: number;
  /** Pages so far. */
  readonly pages: number;
  /** Digest of the last page, by which one that is served twice is known. */
  readonly digest?: string;
  /** Entries that could not be kept so far, by reason. */
  readonly passed: Readonly<Record<string, number>>;
}
/** What of a list changed. */
interface Changes {
  came: number;
  went: number;
  changed: number;
}
interface Synced {
  readonly state: SyncState;
  /** What the stored list holds and what of it is not usable; absent where nothing was new. */
  readonly report?: ListReport;
  readonly pages: number;
  /** By reason: what the service sent and the list does not keep. */
  readonly passed: Readonly<Record<string, number>>;
  readonly changes?: Changes;
}
/** Which ledger, if any. */
interface LedgerOptions {
  /** Path; the platform's place otherwise. */
  readonly ledger?: string | undefined;
  readonly useLedger?: boolean | undefined;
  /** Wait for another process that runs the same plan, or that has the ledger to itself. */
  readonly wait?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}
/** How a run makes use of the ledger. Durations in seconds. */
interface RunOptions extends LedgerOptions {
  readonly resume?: boolean | undefined;
  /** Give up a run that was interrupted, and begin anew. */
  readonly fresh?: boolean | undefined;
  readonly cache?: boolean | undefined;
  /** Share of unchanged assets that are read again and compared, 0…1. */
  readonly verifyCache?: number | undefined;
  readonly retryQuarantined?: boolean | undefined;
  readonly since?: boolean | undefined;
  readonly budget?: number | undefined;
  readonly allowEmpty?: boolean | undefined;
  /** Reasons that were forgiven. */
  readonly allowUnsupported?: boolean | readonly string[] | undefined;
  readonly allowDegraded?: boolean | undefined;
}
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
 * @example
 * const reader = createReader();
 * for await (const answer of reader.fingerprint(assetOfBytes(body, { name: 'cat.jpg' }))) console.log(answer);
 */
declare function assetOfBytes(bytes: Uint8Array | ArrayBuffer, options: BytesOptions): Asset;
/** What a view does to a picture, apart from turning it. */
declare const viewKinds: readonly ["upright", "as-stored", "flattened", "managed", "trimmed", "bent"];
type ViewKind = (typeof viewKinds)[number];
/** Looks that find the same kind of alteration: `trimmed`, `trimmed+turned`, `upright+negative`. */
type LookGroup = ViewKind | `${ViewKind}+turned` | `${ViewKind}+negative`;
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
/** What counts as a match against these lists, and how sure it is. */
interface Confidence {
  /** Bits, for every algorithm that the lists hold: the widest of its looks. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** Bits by group of looks, for the algorithms whose looks differ. */
  readonly thresholdsByLook: Readonly<Record<string, Readonly<Partial<Record<LookGroup, number>>>>>;
  /** Chance matches in a million pictures at these thresholds, all looks together. */
  readonly expectedByChance: Readonly<Record<string, number>>;
  /** Bits within which this look matches; 0 for an algorithm that no list holds. */
  thresholdOf(algorithm: string, view?: string): number;
  /** The match with what chance has to say of it, in an asset of which so many frames were hashed. */
  rate(match: Match, frames?: number): Match;
}
/** Lists that are matched against together. */
interface ListSet {
  /** Known hashes; none makes a judge that calls nothing matched. */
  readonly lists: readonly KnownHashes[];
  /** Lists of harmless pictures: a match of one is marked as suppressed. */
  readonly allow?: readonly HashList[];
}
/** How near is a match, and what it tells; everything has a default. */
interface JudgeOptions {
  /** Names are of no account here; algorithms of one's own must be among them where lists hold their hashes. */
  readonly algorithms?: WantedAlgorithms;
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
  /** Bits, for every algorithm that the lists hold: the widest of its looks. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** Bits by group of looks, for the algorithms whose looks differ (`balanced`, `wide`, `maxExpected`). */
  readonly thresholdsByLook: Confidence['thresholdsByLook'];
  /**
   * Chance matches in a million pictures at these thresholds, by algorithm, of those whose chances were measured
   * (docs/accuracy.md).
   */
  readonly expectedByChance: Readonly<Record<string, number>>;
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
declare const insideKinds: readonly ["archives", "pdf", "text", "thumbnails", "video"];
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
/**
 * Absolute path of ffmpeg, as `PATH` finds it.
 * @example
 * const scanner = createScanner({ lists, ffmpeg: findFfmpeg(process.env) });
 */
declare function findFfmpeg(environment: Readonly<Record<string, string | undefined>>): string | undefined;
/** What an asset may cost. */
type Limits = DecodeLimits & FetchLimits & InsideLimits;
/** What decides the fingerprints of an asset. Plain data but for own algorithms: decoding processes are wired from it. */
interface FingerprintOptions {
  /**
   * Algorithms of pixels to compute: what the lists hold now, and what lists may hold that are put in their place later.
   * MD5, SHA-1 and SHA-256 are always computed. Default: what the first lists hold. With an algorithm of one's own everything
   * is computed in this process: `workers` is 0 then, and nothing else.
   */
  readonly algorithms?: WantedAlgorithms;
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
  readonly web?: WebOptions$1;
  /** What is looked for inside assets; default: everything. Each thing found there has a result of its own. */
  readonly inside?: readonly InsideKind[];
  /**
   * Absolute path of ffmpeg, which reads videos; without it they are skipped: `decoder-missing`. The command line looks for it
   * in the environment, which the library never reads: `findFfmpeg(process.env)` does the same.
   */
  readonly ffmpeg?: string | undefined;
}
/** How hosts of the web are asked. Plain data. */
interface WebOptions$1 {
  /** E-mail or web address of whoever runs the program, for the user agent. */
  readonly contact?: string;
  /** Requests at a time to one host. Default 4. */
  readonly perHost?: number;
  /** Requests a second to one host. Default: no limit. */
  readonly rate?: number;
  /** Hosts besides a page's own that its pictures may come from; `*.example.org` and `*` are understood. */
  readonly hosts?: readonly string[];
  /** A page, or data in JSON, that answers in place of a picture is no failure. */
  readonly allowHtml?: boolean;
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
   * everything happens in this process, and nothing can interrupt a picture that libheif, jxl-oxide or pdf.js hang on: `timeoutSeconds`
   * is then looked at between pictures only.
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
  /** How it looks inside assets. */
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
  passed(item: Sourced): Unseen | undefined;
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
/**
 * For files, pipes, and whoever wants no colours.
 * @example
 * outputFormats.text.create({ palette: plainPalette, verbose: true });
 */
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
/** What the path `-` reads: bytes, as of standard input. */
type InputStream = AsyncIterable<Uint8Array> & {
  /** True once somebody has read of it. */readonly readableDidRead?: boolean;
};
/** What surrounds a thing that is done. A program that embeds hashsieve may leave out all of it. */
interface Surroundings {
  /**
   * What else would stand in the configuration file: its `blocks` for the operator, for notices and for exchanges
   * (docs/settings.md). Default: nothing.
   */
  readonly config?: Partial<Config>;
  /** Hears warnings and what goes wrong on the way, a line each. Default: nobody. */
  readonly voice?: Voice;
  /** Where an output named `-` goes, and where there is none at all. Default: nowhere. */
  readonly stream?: DataStream;
  /** Ends what is under way; what is done by then is kept. */
  readonly signal?: AbortSignal;
  /** Where helper programs, credentials and the default ledger are looked for. Default: empty. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Absolute: where relative targets start from. Default: the working directory. */
  readonly directory?: string;
  /** Opens what the path `-` reads. Default: nothing can be read so. */
  readonly openInput?: () => InputStream;
  /** Told where the ledger turns out to be damaged: what is told is then not all there is. */
  readonly noteDamage?: () => void;
}
/** The same, nothing left out that has a default. */
type Around = Required<Omit<Surroundings, 'config' | 'noteDamage' | 'stream'>> & Pick<Surroundings, 'noteDamage' | 'stream'> & {
  readonly config: Config;
};
/** Which detections: of files of events, or of the ledger. */
interface DetectionOptions extends LedgerOptions {
  /** Paths; `-` is standard input. */
  readonly events?: readonly string[] | undefined;
  /** A run of the ledger, or `latest`. */
  readonly scanId?: string | undefined;
}
/** Which detections, and what kind of rules. */
interface BlockOptions extends DetectionOptions {
  /** Which server the rules are for. */
  readonly blockFormat?: string | undefined;
  /** Path of the file they go to; rules that are in it stay. Default: they are returned alone. */
  readonly ruleFile?: string | undefined;
  /** Write the file anew: what it blocks, and these detections do not, goes online again. */
  readonly replace?: boolean | undefined;
  readonly context?: readonly string[] | undefined;
  readonly contextCommand?: string | undefined;
}
/** Rules, and what became of addresses for which there are none. */
interface Blocked {
  /** The rules as text. */
  readonly text: string;
  /** Rules that these detections need, each once. */
  readonly rules: readonly string[];
  /** Rules that the file held before, and that stay. */
  readonly kept: readonly string[];
  /** Rules that the file held before, and that are gone; fit to be printed. */
  readonly lifted: readonly string[];
  /** Addresses that need no rule, and whether another one's rule blocks them all the same. */
  readonly exempted: readonly {
    readonly uri: string;
    readonly reason: string;
    readonly stays: boolean;
  }[];
  /** Addresses that the format has no rule for: they stay online. */
  readonly left: readonly {
    readonly uri: string;
    readonly reason: string;
  }[];
}
/**
 * Makes rules that take the addresses of detections offline (451), and writes them to `ruleFile`. Applies nothing.
 * @throws UsageError for what cannot be read or written, and a file that holds something else than such rules
 * @example
 * const { left } = await blockAddresses({ events: ['events.jsonl'], blockFormat: 'nginx', ruleFile: 'blocked.conf' });
 */
declare function blockAddresses(options: BlockOptions, given?: Surroundings): Promise<Blocked>;
/** Nearest distances of pictures that are known to be harmless, by algorithm and view. */
declare class Calibration {
  #private;
  /** Pictures that were fingerprinted. */
  pictures: number;
  /** One picture's nearest distance under an algorithm, and the view that came so near. */
  add(algorithm: string, view: string, distance: number): void;
  /** Pictures by their nearest distance under an algorithm, nearest first; those beyond what was looked for are not in. */
  histogram(algorithm: string): {
    readonly distance: number;
    readonly pictures: number;
  }[];
  /** Views by how many pictures came nearest in them. */
  views(algorithm: string): {
    readonly view: string;
    readonly pictures: number;
    readonly nearest: number;
  }[];
  /** Pictures that would match by mistake at this threshold. */
  falseMatches(algorithm: string, threshold: number): number;
  /**
   * The largest threshold at which no picture matched, and that the model allows: that nothing happened among a few
   * pictures does not say that it never does. Undefined where even equal hashes matched by mistake.
   */
  recommended(algorithm: string, allowed: number): number | undefined;
}
interface AlgorithmReport {
  readonly algorithm: string;
  readonly threshold: number;
  readonly falseMatches: number;
  /** Absent where no threshold is safe on these pictures. */
  readonly recommended?: number;
  readonly histogram: ReturnType<Calibration['histogram']>;
  readonly views: ReturnType<Calibration['views']>;
}
/** How lists are read (docs/lists.md). */
interface ReadingOptions {
  readonly listFormat?: string | undefined;
  /** Names of algorithms, comma-separated. */
  readonly listAlgorithm?: string | undefined;
  readonly column?: Readonly<Record<string, string>> | undefined;
  readonly category?: string | undefined;
  readonly categoryMap?: Readonly<Record<string, string>> | undefined;
  readonly maxDownvotes?: number | undefined;
  /** Refuse a list of which a line could not be read, or that is too old. */
  readonly strict?: boolean | undefined;
}
/** Which lists, and what is said of them. */
interface ListOptions extends ReadingOptions {
  /** Paths; `-` is standard input. */
  readonly list?: readonly string[] | undefined;
  /** Paths of allow lists. */
  readonly allow?: readonly string[] | undefined;
  /** Seconds. */
  readonly maxListAge?: number | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
}
/** How hosts are asked. */
interface WebOptions {
  /** Address of whoever runs the program, for the user agent. */
  readonly contact?: string | undefined;
  readonly perHost?: number | undefined;
  /** Requests a second to one host. */
  readonly rate?: number | undefined;
  readonly hosts?: readonly string[] | undefined;
  readonly s3Endpoint?: string | undefined;
  readonly allowHtml?: boolean | undefined;
  readonly allowPrivate?: boolean | undefined;
  /** Pages and sitemaps that are read, by path or URL: they are asked more slowly. */
  readonly pages?: readonly string[] | undefined;
  readonly sitemap?: readonly string[] | undefined;
}
/** What decides how assets are read, looked at and matched. */
interface ScanningOptions extends WebOptions {
  readonly pdqVariant?: string | undefined;
  readonly views?: string | undefined;
  /** Bits by algorithm, as text. */
  readonly threshold?: Readonly<Record<string, string>> | undefined;
  readonly strictness?: string | undefined;
  readonly maxExpected?: number | undefined;
  readonly showHashes?: boolean | undefined;
  readonly jobs?: number | undefined;
  /** Processes to decode in; 0: in this one. Default: one for each processor core, no more than `jobs`. */
  readonly workers?: number | undefined;
  /** Bytes. */
  readonly maxBytes?: number | undefined;
  readonly maxContainerBytes?: number | undefined;
  readonly maxPixels?: number | undefined;
  readonly maxFrames?: number | undefined;
  /** Seconds. */
  readonly timeout?: number | undefined;
}
/** What is looked for inside assets; everything where nothing is said. */
type InsideOptions = Readonly<Partial<Record<InsideKind, boolean | undefined>>>;
/** What is scanned besides the targets, and what of it is left out. */
interface SourceOptions extends WebOptions {
  readonly filesFrom?: readonly string[] | undefined;
  /** Paths in `filesFrom` end with NUL. */
  readonly null?: boolean | undefined;
  readonly urls?: readonly string[] | undefined;
  /** Name of what standard input holds, where a target is `-`. */
  readonly stdinName?: string | undefined;
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly followSymlinks?: boolean | undefined;
  readonly ignoreSymlinks?: boolean | undefined;
  readonly ignoreRobots?: boolean | undefined;
  /** Pages that are read, of all pages and sitemaps. */
  readonly maxPages?: number | undefined;
  readonly allowEmpty?: boolean | undefined;
  /** Bytes of one page or picture. */
  readonly maxBytes?: number | undefined;
  /** Seconds for one page or picture. */
  readonly timeout?: number | undefined;
}
/** Which lists, which pictures, and what is written of the result. */
interface CalibrateOptions extends ListOptions, ScanningOptions, SourceOptions {
  /** Path of a page with plots. */
  readonly html?: string | undefined;
  /** Put the recommended thresholds into the configuration file. */
  readonly writeConfig?: boolean | undefined;
}
/** How near harmless pictures come to the lists. */
interface CalibrationReport {
  /** One for each algorithm of pixels that the lists hold. */
  readonly algorithms: readonly AlgorithmReport[];
  /** Pictures that were measured. */
  readonly pictures: number;
  /** Files that were no pictures or could not be read. */
  readonly missed: number;
  /** The measuring was stopped before its end: the report says nothing. */
  readonly interrupted: boolean;
}
/**
 * Measures on pictures that are known to be harmless how near chance comes to the lists, and which threshold follows
 * from that. Writes nothing yet (`keepCalibration`).
 * @param targets files, directories and http(s) URLs
 * @throws UsageError as `scan`, and where a list is damaged: thresholds of half a list must not be recommended
 * @example
 * const { algorithms } = await calibrate(['./known-good'], { list: ['known.hsx'] });
 * for (const { algorithm, recommended } of algorithms) console.log(algorithm, recommended);
 */
declare function calibrate(targets: readonly string[], options: CalibrateOptions, given?: Surroundings): Promise<CalibrationReport>;
/**
 * Writes what `calibrate` found: the page of `html`, and with `writeConfig` the recommended thresholds into the
 * configuration file, keeping all else that it says.
 * @throws UsageError where a file cannot be written
 * @example
 * await keepCalibration(await calibrate(['./known-good'], options), options);
 */
declare function keepCalibration({
  algorithms,
  pictures
}: CalibrationReport, {
  html,
  writeConfig
}: Pick<CalibrateOptions, 'html' | 'writeConfig'>, given?: Surroundings): Promise<void>;
/** Which algorithms, and at which distance two pictures count as one. */
interface CompareOptions extends ScanningOptions, SourceOptions {
  /** Default: all of them. */
  readonly algorithms?: readonly string[] | undefined;
}
/** How far two pictures lie apart under one algorithm. */
interface PictureDistance {
  readonly algorithm: string;
  /** Bits; of the nearest pair of frames. Absent where a picture holds too little information, and for digests. */
  readonly distance?: number;
  readonly bits: number;
  readonly threshold: number;
  readonly verdict: 'match' | 'no match' | 'low quality' | 'same file' | 'different files';
}
/** What a comparison came to: distances, the picture that could not be read, or that it was stopped. */
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
 * Measures how far two pictures lie apart under every algorithm.
 * @param pair two files or URLs
 * @throws UsageError for a directory, and for what does not exist
 * @example
 * const compared = await comparePictures(['a.jpg', 'b.jpg']);
 * if (compared.outcome === 'compared') console.table(compared.distances);
 */
declare function comparePictures(pair: readonly string[], options?: CompareOptions, given?: Surroundings): Promise<Comparison>;
/** What one part of the machine is like. */
interface Check {
  readonly name: string;
  /** `missing` costs what `advice` says; `broken` is there, and of no use. */
  readonly state: 'ok' | 'missing' | 'broken';
  readonly version?: string;
  readonly path?: string;
  readonly detail?: string;
  /** What is lost, and what to do. */
  readonly advice?: string;
}
interface Machine {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Default: none. */
  readonly config?: Config;
  /** Absolute; the platform's own where it is absent. */
  readonly ledger?: string | undefined;
}
/**
 * Everything that a scan may need of the machine. Nothing is changed, nothing is fetched.
 * @example
 * for (const { name, state } of await examine({ environment: process.env })) console.log(name, state);
 */
declare const examine: (machine: Machine) => Promise<Check[]>;
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
/** One line of `hashsieve hash`: the record that lists and `match` read back. */
interface FingerprintRecord {
  readonly schema: 'hashsieve/fingerprint/1';
  readonly uri: string;
  readonly algorithm: string;
  /** null where the picture holds too little information. */
  readonly hex: string | null;
  readonly quality?: number;
  readonly recipe?: string;
  readonly view?: string;
  readonly frame?: number;
  readonly status: 'ok' | 'low-quality';
}
/**
 * Every output format; `--format` takes their names.
 * @example
 * const writer = outputFormats.jsonl.create({ palette: plainPalette, verbose: false });
 * log.write(writer.record(record));
 */
declare const outputFormats: {
  text: OutputFormat;
  json: OutputFormat;
  jsonl: OutputFormat;
  csv: OutputFormat;
};
type OutputName = keyof typeof outputFormats;
/**
 * The format that a file's extension chooses, or undefined.
 * @example
 * formatOfFile('events.jsonl'); // 'jsonl'
 */
declare function formatOfFile(path: string): OutputName | undefined;
/** Of the options of a run, those that name files to be written. */
interface WrittenOptions {
  /** Paths; `-` is standard output. */
  readonly output?: readonly string[] | undefined;
  readonly summary?: string | undefined;
  readonly heartbeat?: string | undefined;
  readonly metrics?: string | undefined;
  readonly lock?: string | undefined;
}
/** Options that name the files of a run. */
interface FileOptions extends WrittenOptions {
  readonly ledger?: string | undefined;
  readonly useLedger?: boolean | undefined;
  readonly list?: readonly string[] | undefined;
  readonly allow?: readonly string[] | undefined;
}
/** Where records go. */
interface OutputOptions {
  /** Paths; `-` is standard output. */
  readonly output?: readonly string[] | undefined;
  readonly format?: string | undefined;
  /** Wait for another run that writes one of them. */
  readonly wait?: boolean | undefined;
}
/** Who gets the records of a run besides its outputs. */
interface RecordPorts {
  /** Colours of the outputs that want them; default: none. */
  readonly palette?: Palette;
  /** Called for every record before it is written, and waited for: events of matches, and what else is asked for. */
  readonly onRecord?: (record: OutputRecord) => unknown;
}
/** Which fingerprints of which assets, and where they are written. */
interface HashOptions extends ScanningOptions, SourceOptions, InsideOptions, FileOptions, OutputOptions, Pick<ExitPolicy, 'allowUnsupported' | 'allowDegraded'> {
  /** Default: `pdq` and `sha256`. */
  readonly algorithms?: readonly string[] | undefined;
  readonly quiet?: boolean | undefined;
}
/**
 * Makes fingerprints of pictures, in records that lists and `matchHashes` are read from, and writes them to the outputs.
 * @param targets files, directories, patterns, http(s) URLs and buckets
 * @throws UsageError before anything is read, as `scan`
 * @example
 * const records = [];
 * await hashPictures(['./uploads'], { algorithms: ['pdq'] }, {}, (record) => records.push(record));
 */
declare function hashPictures(targets: readonly string[], options?: HashOptions, given?: Surroundings, onRecord?: (record: FingerprintRecord) => unknown): Promise<{
  readonly summary: Summary;
  readonly code: number;
}>;
/** What was found in a ledger. */
interface LedgerCheck {
  /** Absolute. */
  readonly path: string;
  /** Rows that are as they were written. */
  readonly rows: number;
  /** What is damaged, a place each, in words; empty where nothing is. */
  readonly damage: readonly string[];
}
/**
 * Reads every row of the ledger, and changes nothing.
 * @throws UsageError where there is none, or it cannot be opened
 * @example
 * const { damage } = await checkLedgerFile({ ledger: '/var/lib/forum/ledger.sqlite' });
 */
declare function checkLedgerFile(options?: LedgerOptions, given?: Surroundings): Promise<LedgerCheck>;
/** What a repair did. */
interface LedgerRepair {
  /** Absolute. */
  readonly path: string;
  /** Absent where nothing was damaged: then nothing was changed. */
  readonly mended?: {
    /** Where the file lies as it was. */readonly backup: string; /** Rows by table. */
    readonly kept: Readonly<Record<string, number>>; /** What could not be kept, a place each, in words. */
    readonly dropped: readonly string[]; /** Some of it no scan makes again: detections, or what is known of notices and reports. */
    readonly isEvidenceLost: boolean;
  };
}
/**
 * Makes the ledger anew of every row that is as it was written; a copy of the file as it was stays beside it.
 * @throws UsageError where a run holds it and `wait` is not set, and where nothing can be read
 * @example
 * const { mended } = await repairLedgerFile({ ledger: '/var/lib/forum/ledger.sqlite' });
 */
declare function repairLedgerFile(options?: LedgerOptions, given?: Surroundings): Promise<LedgerRepair>;
/** What is added, and what is said of it. */
interface AddOptions extends ScanningOptions, SourceOptions {
  /** Pictures whose fingerprints are added: files or URLs. */
  readonly fromImage?: readonly string[] | undefined;
  /** Of the pictures; default: `pdq` and `sha256`. */
  readonly algorithms?: readonly string[] | undefined;
  /** Id of the entry; default: a random one for each. */
  readonly id?: string | undefined;
  /** Default: `own`. */
  readonly category?: string | undefined;
  /** Why it is there. */
  readonly note?: string | undefined;
  /** Who adds it; default: the user of the system. */
  readonly by?: string | undefined;
  /** Last day, or end, of what an allow list holds: ISO 8601. */
  readonly until?: string | undefined;
}
/**
 * Puts hashes and pictures on a list of one's own, which is made where there is none.
 * @param path of a list in JSON lines
 * @param hashes hexadecimal, with the algorithm in front: `pdq:f8f8…`
 * @returns the ids of the entries that were added
 * @throws UsageError, and adds nothing, for a hash that would match what it does not mean, a picture that cannot be read, and a
 * file that is no such list
 * @example
 * const [id] = await addToList('own.jsonl', [], { fromImage: ['removed.jpg'], note: 'ticket 4711' });
 */
declare function addToList(path: string, hashes: readonly string[], options?: AddOptions, given?: Surroundings): Promise<readonly string[]>;
/** What became of one entry under one algorithm. */
interface ListChange {
  readonly change: 'came' | 'went' | 'changed';
  readonly id: string;
  readonly algorithm: string;
  readonly category: string;
  readonly classification?: string;
  /** What it was before, for `changed`. */
  readonly before?: {
    readonly category: string;
    readonly classification?: string;
  };
}
/** What came to a list, and what went. */
interface ListDifference {
  /** Computed as they are asked for, once. */
  readonly changes: Iterable<ListChange>;
  /** A line of one of the two could not be read. */
  readonly isHalfRead: boolean;
}
/**
 * Compares two states of a list by the ids of their entries. Hashes are not shown.
 * @param paths the older and the newer list file
 * @throws UsageError for a list that cannot be read
 * @example
 * const { changes } = await diffLists(['yesterday.jsonl', 'today.jsonl']);
 * for (const { change, id } of changes) console.log(change, id);
 */
declare function diffLists([older, newer]: readonly [string, string], options?: ListOptions, given?: Surroundings): Promise<ListDifference>;
/** In which format, where to, and what of the lists. */
interface ExportOptions extends ListOptions {
  /** Default: `jsonl`. */
  readonly exportFormat?: string | undefined;
  /** Path; `-`, or none, is standard output. */
  readonly outputFile?: string | undefined;
  /** Names of algorithms; default: all of them. */
  readonly onlyAlgorithm?: readonly string[] | undefined;
  readonly onlyCategory?: readonly string[] | undefined;
  readonly onlySupplier?: readonly string[] | undefined;
}
/** What an export wrote. */
interface Exported {
  /** Hashes. 0: of what was chosen nothing is left, and nothing was written. */
  readonly written: number;
  /** Hashes of kinds that the format has no place for. */
  readonly unwritten: number;
  /** A line of one of the lists could not be read: what it lists is missing. */
  readonly isHalfRead: boolean;
}
/**
 * Writes lists in another format, in memory that does not grow with them.
 * @throws UsageError for a list that cannot be read, a name that is none, and where the output cannot be written
 * @example
 * await exportLists(['ncmec.xml'], { exportFormat: 'hex', onlyAlgorithm: ['pdq'], outputFile: 'ncmec.txt' });
 */
declare function exportLists(paths: readonly string[], options: ExportOptions, given?: Surroundings): Promise<Exported>;
/** What a compiled list holds. */
type CompiledFacts = ReturnType<typeof compiledFacts>;
/** What a list holds that is read whole, what of it is not usable, and what is known of its syncs. */
type ListFileFacts = Awaited<ReturnType<typeof readFacts>>;
/**
 * Tells what a list holds: counts by algorithm and category, what is not usable, digests, dates, syncs.
 * @param path of a list, compiled (the answer then has `lists`) or not; `-` is standard input
 * @throws UsageError where it cannot be read
 * @example
 * const facts = await describeList('known.csv');
 * console.log(facts.sha256);
 */
declare function describeList(path: string, options?: ListOptions, given?: Surroundings): Promise<CompiledFacts | ListFileFacts>;
declare function compiledFacts(given: string): {
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
declare function readFacts(path: string, options: ListOptions, around: Around): Promise<{
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
  entries: number;
  hashes: Readonly<Record<string, number>>;
  categories: Readonly<Partial<Record<"csam" | "exploitative" | "ncii" | "own" | "test", number>>>;
  notUsable: {
    kinds: Readonly<Record<string, number>>;
    leftOut: Readonly<Record<string, number>>;
    badLines: number;
  };
  warnings: readonly string[];
  updatedAt?: string;
  path: string;
  format: "hex" | "ncmec" | "vics" | "stopncii" | "matrix" | "json" | "jsonl" | "csv";
  sha256: string;
}>;
/** How lists are read, and where the merged one goes. */
interface MergeOptions extends ListOptions {
  /** Path of a file in JSON lines. */
  readonly outputFile?: string | undefined;
}
/** What a merge wrote. */
interface Merged {
  /** Entries in the new list. */
  readonly written: number;
  /** Entries that said what another one says. */
  readonly repeats: number;
  /** A line of one of the lists could not be read: what it lists is missing. */
  readonly isHalfRead: boolean;
}
/**
 * Writes several lists as one, in JSON lines; what two of them say alike is written once.
 * @throws UsageError for a list that cannot be read or holds nothing, and where the output cannot be written
 * @example
 * const { written, repeats } = await mergeLists(['ncmec.xml', 'own.jsonl'], { outputFile: 'all.jsonl' });
 */
declare function mergeLists(paths: readonly string[], options: MergeOptions, given?: Surroundings): Promise<Merged>;
/**
 * Takes entries out of a list of one's own.
 * @param path of a list in JSON lines
 * @param ids of entries, as events and `diffLists` show them
 * @returns how many lines were taken out
 * @throws UsageError, and changes nothing, where the list or one of the entries is not there
 * @example
 * await removeFromList('own.jsonl', ['own-3f2a9c']);
 */
declare function removeFromList(path: string, ids: readonly string[]): Promise<number>;
interface SyncOptions {
  /** Read everything anew, not only what changed. */
  readonly fresh?: boolean | undefined;
  /** Wait for another process that syncs the list. */
  readonly wait?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}
/** How the sync of one list ended. But for `synced`, its file is as it was. */
type SyncOutcome = {
  readonly name: string;
} & ({
  readonly outcome: 'synced';
  readonly path: string;
  readonly synced: Synced;
} /** The exchange could not be asked, or gave no usable answer; `code` as docs/lists.md has it. */ | {
  readonly outcome: 'failed';
  readonly message: string;
  readonly code: string;
} /** Something is wrong with the configuration, the credentials or the place of the file. */ | {
  readonly outcome: 'refused';
  readonly message: string;
} /** The caller ended it: the next sync goes on. */ | {
  readonly outcome: 'interrupted';
});
/**
 * Brings lists up to date from the exchanges of the configuration, one after the other. A list that cannot be synced takes
 * no other with it.
 * @param names of lists of the block `exchanges`; none: all of them
 * @throws UsageError where there is no such list
 * @example
 * for await (const { name, outcome } of syncLists(['ncmec'], {}, { config, environment: process.env }))
 *   console.log(name, outcome);
 */
declare function syncLists(names: readonly string[], options?: SyncOptions, given?: Surroundings): AsyncGenerator<SyncOutcome>;
/** Which lists, and how near is a match. */
interface MatchOptions extends ListOptions, ScanningOptions {}
/** What the lists say of one hash. */
interface MatchAnswer {
  readonly schema: 'hashsieve/match/1';
  /** The hash as it was given, or the id of its row in a file. */
  readonly query: string;
  readonly algorithm: string;
  /** Of many the nearest, as in an event. */
  readonly matches: readonly Match[];
  readonly matchCount: number;
}
/**
 * Looks hashes up in lists.
 * @param given hexadecimal hashes, with their algorithm before them where the length leaves it open (`pdq:f8f8…`); paths of files
 * that `hashPictures` or `hashsieve hash` wrote, or of lists; `-` for the input
 * @returns an answer for every hash that could be looked up; `complete` is false where one could not, or a list is half read
 * @throws UsageError for what is neither hash nor file, and for lists as `scan`
 * @example
 * const { answers } = await matchHashes(['md5:d41d8cd98f00b204e9800998ecf8427e'], { list: ['known.csv'] });
 */
declare function matchHashes(given: readonly string[], options: MatchOptions, surroundings?: Surroundings): Promise<{
  readonly answers: readonly MatchAnswer[];
  readonly complete: boolean;
}>;
/**
 * Delivers to the targets of the configuration what waits to be told; returns what failed, a line each.
 * @throws UsageError where the configuration has no block `notify`, or there is no ledger
 * @example
 * const failures = await deliverNotices({ ledger: '/var/lib/forum/ledger.sqlite' }, { config });
 */
declare function deliverNotices(options?: LedgerOptions, given?: Surroundings): Promise<readonly string[]>;
/** How a test reached one target. */
interface TargetTest {
  /** Name of the target. */
  readonly name: string;
  /** Why it did not arrive; absent where it did. */
  readonly failure?: string;
}
/**
 * Sends every target of the configuration a notice that is marked as a test.
 * @throws UsageError where the configuration has no block `notify`
 * @example
 * for await (const { name, failure } of testTargets({ config })) console.log(name, failure ?? 'delivered');
 */
declare function testTargets(given?: Surroundings): AsyncGenerator<TargetTest>;
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
/** What a plan is named by: its name, else what is scanned. */
interface NamingOptions {
  readonly name?: string | undefined;
  readonly filesFrom?: readonly string[] | undefined;
  readonly urls?: readonly string[] | undefined;
  readonly pages?: readonly string[] | undefined;
  readonly sitemap?: readonly string[] | undefined;
}
/** What is scanned, how, and what is written of it: the options of `hashsieve scan` (README), by their names in JSON. */
interface ScanOptions extends ListOptions, ScanningOptions, SourceOptions, InsideOptions, RunOptions, FileOptions, OutputOptions, NamingOptions, Pick<ExitPolicy, 'fail' | 'failOn' | 'allowUnsupported' | 'allowDegraded'> {
  /** Write a record of clear assets too. */
  readonly all?: boolean | undefined;
}
/** What follows from the lists of a scan. */
interface ScanPlan {
  /** Bits by algorithm: the widest of its looks. */
  readonly thresholds: Scanner['thresholds'];
  /** Bits by group of looks, for the algorithms whose looks differ. */
  readonly thresholdsByLook: Scanner['thresholdsByLook'];
  /** Matches by chance in a million pictures at these thresholds, by algorithm. */
  readonly expectedByChancePerMillionPictures: Scanner['expectedByChance'];
}
/**
 * Tells at which thresholds a scan with these lists would match, and what chance alone would match at them; undefined
 * without lists. Raises UsageError as `scan`.
 * @example
 * const plan = await planScan({ list: ['known.csv'], strictness: 'balanced' });
 * console.log(plan?.thresholds.pdq);
 */
declare function planScan(options: ListOptions & ScanningOptions, given?: Surroundings): Promise<ScanPlan | undefined>;
/** What a scan came to. */
interface Conclusion {
  /** As `whyIncomplete` has it: empty for a complete scan. */
  readonly why: readonly Shortfall[];
  /** Exit code (docs/exit-codes.md). */
  readonly code: number;
}
/** Shows how far a scan is. */
interface Progress {
  /** Called after every result with the counts so far, which go on changing. */
  update(summary: Summary): void;
  /** Called before a record goes to standard output. */
  aside(): void;
  stop(): void;
}
/** Who follows a scan while it goes on. */
interface ScanPorts extends RecordPorts {
  /** Called once everything is open, and the scan begins. */
  readonly begin?: () => Promise<Progress>;
}
/** What a scan, or a rematch, came to. */
interface RunReport extends Conclusion {
  readonly scanId: string;
  readonly summary: Summary;
  /** What was matched against. */
  readonly lists: readonly ListIdentity[];
  /** What the ledger spared. */
  readonly cache?: CacheCounts;
}
/**
 * Compares pictures with hash lists, as `hashsieve scan` does: remembers what it read in the ledger, writes outputs, tells targets
 * and monitoring, and goes on where an interrupted run of the same plan came to.
 * @param targets files, directories, patterns, http(s) URLs and buckets (`s3://bucket/prefix`)
 * @param options the options of the command, by their names in JSON; durations in seconds, sizes in bytes
 * @throws UsageError before anything is scanned: for what is not there, cannot be read or written, or contradicts itself
 * @example
 * const events = [];
 * const { code, summary } = await scan(['./uploads'], { list: ['known.csv'], useLedger: false }, {}, {
 *   onRecord: (record) => events.push(record),
 * });
 */
declare function scan(targets: readonly string[], options: ScanOptions, given?: Surroundings, ports?: ScanPorts): Promise<RunReport>;
/** Which lists, which ledger, and what is written. */
interface RematchOptions extends ListOptions, ScanningOptions, FileOptions, LedgerOptions, OutputOptions, Pick<ExitPolicy, 'fail' | 'allowEmpty' | 'allowUnsupported' | 'allowDegraded'> {
  /** Write a record of clear assets too. */
  readonly all?: boolean | undefined;
}
/**
 * Compares everything that the ledger remembers with lists, without reading a picture again; notes and tells what
 * matches. What was never computed that a list needs is skipped as `not-computed`: scan it again.
 * @throws UsageError where there is no ledger, or it cannot be had, and as `scan`
 * @example
 * const { summary } = await rematch({ list: ['new.csv'], ledger: '/var/lib/forum/ledger.sqlite' });
 * console.log(summary.outcomes.matched);
 */
declare function rematch(options: RematchOptions, given?: Surroundings, ports?: RecordPorts): Promise<RunReport>;
/** What was found in a draft. */
interface DraftCheck {
  readonly directory: string;
  /** SHA-256 of the draft, hex: what a person confirms who files it. */
  readonly digest: string;
  /** Files that were edited since it was drafted. */
  readonly edited: readonly string[];
  /** What is wrong; empty where nothing is. */
  readonly findings: readonly Finding[];
}
/**
 * Checks a draft again, after a person edited it.
 * @param xsd path of the authority's XML schema, where you have a copy
 * @throws UsageError where there is no draft, or the schema cannot be read
 * @example
 * const { findings } = await checkDraftDirectory('reports/ncmec-0123456789abcdef');
 */
declare function checkDraftDirectory(directory: string, xsd?: string): Promise<DraftCheck>;
type Step = 'submit' | 'upload' | 'fileinfo' | 'finish' | 'retract';
type Filed = {
  readonly outcome: 'filed';
  readonly reportId: string;
  readonly already: boolean;
} /** Nothing is filed; the open report, if any, was taken back, or the service deletes it by itself. */ | {
  readonly outcome: 'failed';
  readonly step: Step;
  readonly message: string;
} /** Finish was sent, and whether it counts is not known: run again, or ask the service. */ | {
  readonly outcome: 'unknown';
  readonly reportId: string;
  readonly message: string;
};
/** Where drafts go, and whether what was drafted before is drafted again. */
interface DraftingOptions extends DetectionOptions {
  /** Directory. */
  readonly drafts: string;
  readonly again?: boolean | undefined;
}
/** What the drafts of reports and letters have in common. */
interface CaseOptions extends DraftingOptions {
  /** Whose law applies; default: what the operator says. */
  readonly jurisdiction?: string | undefined;
  /** Paths of files that say what is known of the assets: JSON or CSV. */
  readonly context?: readonly string[] | undefined;
  /** A program that says what is known of an event. */
  readonly contextCommand?: string | undefined;
  /** Zone of times that name none: `UTC`, `+02:00`. */
  readonly timeZone?: string | undefined;
  /** Grade that a person gave all files. */
  readonly classification?: string | undefined;
  /** Leave the reporter out, where the law allows it. */
  readonly anonymous?: boolean | undefined;
}
/** Which detections go to which authority, and how. */
interface DraftOptions extends CaseOptions {
  /** Who is to get the reports. */
  readonly authority?: string | undefined;
  /** One report for each of these; default: what the authority wants. */
  readonly groupBy?: string | undefined;
}
/** What was drafted. */
interface Drafted {
  /** Detections that were named, those included that an earlier draft covers. */
  readonly detections: number;
  /** Events that must not be reported. */
  readonly refused: number;
  /** Directories that were written, one for each case. */
  readonly paths: readonly string[];
  /** False where the ledger could not take them: the same call again notes them. */
  readonly noted: boolean;
}
/**
 * Drafts reports for an authority, a directory for each case. Sends nothing. What must not be reported, and what was drafted
 * before, is said and left out. Needs the block `operator` of the configuration.
 * @throws UsageError where something is missing or wrong, and where every event was refused
 * @example
 * const { paths } = await draftReports({ authority: 'ncmec', events: ['events.jsonl'], drafts: 'reports' }, { config });
 */
declare function draftReports(options: DraftOptions, given?: Surroundings): Promise<Drafted>;
/** Which detections are told to whom, and how. */
interface LetterOptions extends CaseOptions {
  /** Who gets the letters: `host`, `owner`. */
  readonly receiver?: string | undefined;
  /** E-mail addresses, best first. */
  readonly recipient?: readonly string[] | undefined;
  /** Ask the registries for abuse contacts: this goes out to the network. */
  readonly rdap?: boolean | undefined;
  /** Where the lists of registries lie: a URL. Default: IANA's. */
  readonly rdapBootstrap?: string | undefined;
  readonly allowPrivate?: boolean | undefined;
  /** Who was told already, with the number of the report. */
  readonly told?: readonly string[] | undefined;
}
/**
 * Drafts letters to hosting providers or site owners, a directory for each host, as text, e-mail and XARF. Sends nothing. As
 * `draftReports` otherwise.
 * @throws UsageError as `draftReports`
 * @example
 * await draftLetters({ receiver: 'host', events: ['events.jsonl'], recipient: ['abuse@host.example'], drafts: 'reports' }, { config });
 */
declare function draftLetters(options: LetterOptions, given?: Surroundings): Promise<Drafted>;
/** Where a draft is filed, with which files, and how requests are repeated. */
interface SubmitOptions extends LedgerOptions {
  /** `ncmec`. */
  readonly service?: string | undefined;
  /** Paths of the draft's files, to upload from where they lie; each is told by its digest. */
  readonly files?: readonly string[] | undefined;
  /** File without the files that are not named, and without their details. */
  readonly withoutFiles?: boolean | undefined;
  /** File for good, not with the test service. */
  readonly production?: boolean | undefined;
  /** Path of a file with one line `user:password`; default: as the environment says. */
  readonly credentials?: string | undefined;
  /** Base address of the service, for a stand-in. */
  readonly endpoint?: string | undefined;
  /** Seconds before a request is sent again; grows with each. Default 5. */
  readonly retryWait?: number | undefined;
  /** Hold an earlier submission for void; only when the service says that it was not finished. */
  readonly startOver?: boolean | undefined;
  /** File although reports that were filed from other drafts cover some of the events. */
  readonly fileAgain?: boolean | undefined;
}
/** Asks a person. */
interface SubmitPorts {
  /**
   * Called before a report is filed for good, with the draft's digest (SHA-256, hex); to reject where no person said yes
   * to exactly this draft.
   */
  confirm(digest: string): Promise<void>;
}
/** How a filing ended, and with which service. */
type Submission = Filed & {
  readonly service: 'production' | 'test'; /** The caller ended it before the report was filed. */
  readonly interrupted: boolean;
};
/**
 * Files a draft with the CyberTipline: its test service, unless `production` is set and `confirm` resolves. Every request
 * and answer is recorded before the next one goes out, so that the same call goes on where one was cut short.
 * @param directory that `draftReports` wrote for `ncmec`
 * @throws UsageError, before anything is sent, where the draft, its files or the credentials are not as they must be
 * @example
 * const filed = await submitDraft('reports/ncmec-0123456789abcdef', { service: 'ncmec', files: ['x.jpg'], credentials: 'ncmec' });
 * if (filed.outcome === 'filed') console.log(filed.reportId);
 */
declare function submitDraft(directory: string, options: SubmitOptions, given?: Surroundings, {
  confirm
}?: SubmitPorts): Promise<Submission>;
/** Lists and settings of the scans that are to be tested. */
interface SelftestOptions extends ListOptions, ScanningOptions {}
/** One thing that was tried. */
interface AlarmCheck {
  /** `missed` is what no setting can promise to find: it is told, and is no failure. */
  readonly state: 'ok' | 'failed' | 'missed';
  /** What was tried, in words. */
  readonly what: string;
}
/**
 * Tries whether the alarm rings: scans the shipped test picture and eight altered copies of it with these lists and
 * settings, and has every output write what comes of it.
 * @throws UsageError as `scan`
 * @example
 * for await (const { state, what } of selftest({ list: ['known.csv'] })) console.log(state, what);
 */
declare function selftest(options: SelftestOptions, given?: Surroundings): AsyncGenerator<AlarmCheck>;
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
/** Globs as micromatch takes them. */
interface Globs {
  /** Empty: everything is wanted. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}
/**
 * Where a link leads: to what is looked at anyway, to a file or directory that is not (`ignored`: and somebody said that it need not
 * be), or to neither.
 */
interface LinkEnd {
  readonly where: 'inside' | 'outside' | 'ignored' | 'nowhere';
  readonly isDirectory: boolean;
}
/** `chosen`: what of that is wanted, where a pattern says `include`. */
type ScopeGlobs = Globs & {
  readonly chosen?: readonly string[];
};
/**
 * All that a run scans of local files, so that of a link that is not followed it can be told whether what it leads to is looked
 * at where it lies.
 */
declare class Scope {
  #private;
  /** Adds a directory with what is scanned of it. */
  addDirectory(path: Uint8Array, globs: ScopeGlobs): void;
  addFile(path: Uint8Array): void;
  /** Where a link leads at last. What cannot be told is outside: it was not looked at. */
  endOf(link: Uint8Array): Promise<LinkEnd>;
}
/** What becomes of symbolic links below a directory. */
interface LinkOptions {
  /** Scan what they point at; every directory once, whatever number of links leads there. */
  readonly followSymlinks?: boolean;
  /** Pass over those, too, that lead out of what is scanned: they then count for nothing. */
  readonly ignoreSymlinks?: boolean;
  /** All that is scanned besides; default: what the source itself scans. */
  readonly scope?: Scope;
}
interface DirectoryOptions extends LinkOptions {
  /** From where the process works, where it is relative; raw bytes where the name is no UTF-8. */
  readonly path: string | Uint8Array;
  /** Globs of what to scan; nothing given means everything. */
  readonly include?: readonly string[];
  /** Globs of what to leave out, directories with all they hold. */
  readonly exclude?: readonly string[];
}
/**
 * All files below a directory, hidden ones included, in the order of their names, one directory after the other. The directory itself
 * may be a link. Sockets, pipes and devices are yielded too (fetching them fails); links below it that are not followed are skips,
 * `symlink-outside` where what they lead to is not looked at; a directory that cannot be listed is a problem. Raises UsageError for a
 * glob that cannot be meant.
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
  /** A link to a directory of which the list names nothing counts for nothing. */
  readonly ignoreSymlinks?: boolean;
}
/**
 * A list of paths, raw bytes, one a line (LF or CRLF) or NUL-separated; blank items are passed over, repeated ones
 * are scanned again, directories are skips. Items that cannot be a path are problems with the code `bad-path`; whether a path exists is
 * found out when it is fetched. Raises UsageError where the list itself cannot be read.
 */
declare function pathListSource(options: PathListOptions): Promise<Source>;
interface PatternOptions extends LinkOptions {
  /** A glob: `uploads/*.{jpg,png}`. */
  readonly pattern: string;
  /** Absolute; where a relative pattern begins. Default: where the process works. */
  readonly cwd?: string;
  /** Globs as a directory takes them, from the folder that the pattern names before its first wildcard. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
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
interface StdinOptions {
  /** Read once, to its end. */
  readonly stream: AsyncIterable<Uint8Array | string>;
  /** Name of what it holds, any text: it becomes the address `stdin:NAME`, percent-encoded. */
  readonly name?: string;
  /** Bytes that are read, at most. */
  readonly maxBytes: number;
}
/** One asset: all that standard input holds, kept in memory and written nowhere. More than `maxBytes` of it is the problem `too-large`. */
declare function stdinSource({
  stream,
  name,
  maxBytes
}: StdinOptions): Source;
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
 * @example
 * const told = await tellTarget('./uploads');
 * if (told.kind === 'directory') scanner.scan(sources.directory({ path: told.path }).list());
 */
declare function tellTarget(text: string, cwd?: string): Promise<Target>;
/**
 * Every source by name: each takes its options and yields asset refs; what reads the web is loaded when asked for. See
 * docs/sources.md.
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
export { type AddOptions, type AlarmCheck, type AlgorithmName, type AssetFacts, type AssetRef, type Bitmap, type BlockOptions, type Blocked, type BuiltInAlgorithm, type BytesOptions, type CalibrateOptions, type CalibrationReport, type Category, type Check, type CompareOptions, type Comparison, type Compiled, type CompiledList, type DataStream, type DetectionEvent, type DraftCheck, type DraftDirectory, type DraftOptions, type Drafted, type ExportOptions, type Exported, type Fingerprint, type FingerprintedAsset, type HashIndex, type HashIndexMaker, type HashList, type HashOptions, type Judge, type JudgeOptions, type KnownHashes, type LedgerCheck, type LedgerFile, type LedgerFileOptions, type LedgerNotes, type LedgerRepair, type LetterOptions, type ListChange, type ListDifference, type ListFacts, type ListIdentity, type ListOptions, type ListReport, type ListSet, type LoadOptions, type LoadedList, type Match, type MatchAnswer, type MatchOptions, type MergeOptions, type Merged, type NoticeOptions, type OpenedList, type Operator, type OtherRecord, type Outcome, type OutputFormat, type OutputName, type OutputRecord, type OutputWriter, type OwnAlgorithm, type Palette, type PdqVariant, type PictureDistance, type Problem, type Progress, type Reader, type ReaderOptions, type RecordPorts, type RefusedEvent, type RematchOptions, type RunConduct, type RunReport, type ScanOptions, type ScanPlan, type ScanPorts, type ScanResult, type Scanner, type ScannerOptions, type SelftestOptions, type Shortfall, Skip, type Source, type Sourced, StageError, type Submission, type SubmitOptions, type SubmitPorts, type Summary, type Surroundings, type SyncOptions, type SyncOutcome, type TargetTest, UsageError, type Verification, type Voice, type Withheld, addToList, algorithmNames, assetOfBytes, blockAddresses, calibrate, checkDraftDirectory, checkLedgerFile, comparePictures, compileLists, count, createJudge, createReader, createScanner, deliverNotices, describeList, diffLists, displayUri, draftLetters, draftNotices, draftReports, emptySummary, examine, exportLists, filePath, fileUri, findFfmpeg, fingerprinters, formatOfFile, hammingDistance, hashPictures, hexToBytes, isComplete, keepCalibration, loadList, matchHashes, mergeLists, openCompiled, openLedgerFile, outputFormats, pdqDihedral, plain as plainPalette, planScan, recordOf, rematch, removeFromList, repairLedgerFile, scan, scanBytes, selftest, sources, submitDraft, syncLists, tellTarget, testTargets, verifyCompiled, version, whyIncomplete };
