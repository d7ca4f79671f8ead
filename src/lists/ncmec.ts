import type { SaxesParser, SaxesTagPlain } from 'saxes';
import { UsageError } from '../core/index.js';
import type { ListFormat, ListItem } from './types.js';

/** The longest stretch of characters without a tag. A file with a longer one is no list, and would fill the memory. */
const maxText = 1 << 22;
const maxDepth = 64;

const entryTags = new Set(['image', 'video', 'deletedImage', 'deletedVideo']);

/** What `NcmecPage` found besides entries. */
export interface PageFacts {
  /** Relative address of the next page, as the service wrote it. */
  next?: string;
  /** The latest time on the page. */
  maxTimestamp?: string;
  /** True once the root element has ended. */
  complete: boolean;
}

/** Reads a `queryResult` of the NCMEC Hash Sharing API v2 piece by piece. Raises UsageError for malformed XML. */
export class NcmecReader {
  readonly facts: PageFacts = { complete: false };
  readonly #path: string[] = [];
  #items: ListItem[] = [];
  #text = '';
  #silent = 0;
  #entry: Entry | undefined;
  #feedback: 'affirmativeFeedback' | 'negativeFeedback' | undefined;

  private constructor(private readonly parser: SaxesParser) {
    parser.on('opentag', (tag) => this.#open(tag as SaxesTagPlain));
    parser.on('closetag', (tag) => this.#close(tag.name));
    parser.on('text', (text) => this.#take(text));
    parser.on('cdata', (text) => this.#take(text));
    parser.on('doctype', () => {
      throw new UsageError(`${this.#where}the XML declares entities or a document type: refused`);
    });
    parser.on('error', () => {
      // The parser's message may quote the text, and the text is confidential.
      throw new UsageError(`${this.#where}the XML is damaged (a broken download?): get it again`);
    });
  }

  /** Makes a reader. The parser is loaded only here. */
  static async create(): Promise<NcmecReader> {
    const { SaxesParser } = await import('saxes');
    return new NcmecReader(new SaxesParser());
  }

  get #where(): string {
    return `line ${this.parser.line}: `;
  }

  /** Takes a piece of the text and returns the entries that end in it. */
  push(text: string): readonly ListItem[] {
    this.#items = [];
    // In small pieces, because the parser keeps what lies between two tags.
    for (let at = 0; at < text.length; at += 1 << 16) {
      const piece = text.slice(at, at + (1 << 16));
      this.#silent += piece.length;
      this.parser.write(piece);
      if (this.#silent > maxText)
        throw new UsageError(`${this.#where}no tag for ${maxText} characters: no hash list`);
    }
    return this.#items;
  }

  /** Raises UsageError where the document has not ended. */
  end(): void {
    if (!this.facts.complete)
      throw new UsageError(`${this.#where}the file ends in the middle (a broken download?): get it again`);
    this.parser.close();
  }

  #open(tag: SaxesTagPlain): void {
    this.#silent = 0;
    const name = local(tag.name);
    if (this.#path.length === 0 && name !== 'queryResult')
      throw new UsageError(`${this.#where}expected a queryResult of the NCMEC Hash Sharing API`);
    this.#path.push(name);
    if (this.#path.length > maxDepth) throw new UsageError(`${this.#where}nested too deeply`);
    this.#text = '';
    const attribute = (key: string) => {
      const value = tag.attributes[key];
      return typeof value === 'string' ? value : undefined;
    };
    if (entryTags.has(name) && !this.#entry)
      this.#entry = new Entry(this.parser.line, name.startsWith('deleted'));
    const latest = attribute('maxTimestamp');
    if (latest !== undefined && latest > (this.facts.maxTimestamp ?? '')) this.facts.maxTimestamp = latest;
    const parent = this.#path.at(-2) ?? '';
    if (name === 'member' && entryTags.has(parent) && this.#entry) this.#entry.memberId = attribute('id');
    if (parent === 'fingerprints' && attribute('href') !== undefined) this.#entry?.linked.push(name);
    if (name === 'affirmativeFeedback' || name === 'negativeFeedback') this.#feedback = name;
    if (name === 'member' && this.#feedback) this.#entry?.vote(this.#feedback, attribute('id'));
  }

  #take(text: string): void {
    if (this.#text.length < maxText) this.#text += text;
  }

  #close(tag: string): void {
    this.#silent = 0;
    const name = local(tag);
    this.#path.pop();
    const parent = this.#path.at(-1);
    const text = this.#text.trim();
    this.#text = '';
    if (this.#path.length === 0) this.facts.complete = true;
    if (name === 'next' && parent === 'paging' && text !== '') this.facts.next = text;
    if (name === this.#feedback) this.#feedback = undefined;
    const entry = this.#entry;
    if (!entry) return;
    if (entryTags.has(name) && !entryTags.has(parent ?? '')) {
      this.#items.push(entry.row());
      this.#entry = undefined;
    } else if (parent === 'fingerprints' && text !== '') entry.hashes.push({ algorithm: name, hash: text });
    else if (entryTags.has(parent ?? '')) {
      if (name === 'id') entry.id = text;
      if (name === 'timestamp') entry.timestamp = text;
      if (name === 'classification') entry.classification = text;
      if (name === 'member') entry.member = text;
    }
  }
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** An image or video that is being read. */
class Entry {
  id = '';
  memberId: string | undefined;
  member = '';
  timestamp = '';
  classification = '';
  readonly hashes: { algorithm: string; hash: string }[] = [];
  /** Fingerprints that the service gives as links because they are too large. They are counted and never fetched. */
  readonly linked: string[] = [];
  readonly #up = new Set<string>();
  readonly #down = new Set<string>();

  constructor(
    private readonly line: number,
    private readonly deleted: boolean,
  ) {}

  /**
   * Counts a vote. A member votes on every kind of fingerprint of the file but counts once; a vote without a member id
   * counts by itself.
   */
  vote(kind: 'affirmativeFeedback' | 'negativeFeedback', member: string | undefined): void {
    const votes = kind === 'affirmativeFeedback' ? this.#up : this.#down;
    votes.add(member ?? `nameless ${votes.size}`);
  }

  row(): ListItem {
    const { line, memberId } = this;
    if (this.id === '' || memberId === undefined)
      return { line, problem: 'the entry has no id or no member' };
    // Entries belong to members: two members may use the same id.
    const id = `${memberId}/${this.id}`;
    const time = utc(this.timestamp);
    if (this.timestamp !== '' && time === undefined)
      return { line, problem: 'the time stamp is not understood' };
    const base = { line, id, key: id, ...(time !== undefined && { updated: time }) };
    if (this.deleted) return { ...base, hashes: [], deleted: true };
    const hashes = [...this.hashes, ...this.linked.map((algorithm) => ({ algorithm, hash: '' }))];
    if (hashes.length === 0) return { line, problem: 'the entry holds no hash' };
    return {
      ...base,
      hashes,
      supplier: 'NCMEC',
      member: this.member || memberId,
      ...(this.classification !== '' && {
        classification: this.classification,
        classificationScheme: 'tech-coalition',
      }),
      ...((this.#up.size > 0 || this.#down.size > 0) && {
        votes: { up: this.#up.size, down: this.#down.size },
      }),
    };
  }
}

/**
 * A time with its zone as ISO 8601 in UTC; undefined where it is invalid. A time without a zone is in UTC here, not in
 * this machine's zone.
 */
function utc(text: string): string | undefined {
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`;
  const time = new Date(zoned);
  return text === '' || Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** A saved answer of the NCMEC Hash Sharing API. */
export const ncmec: ListFormat = {
  about: 'NCMEC Hash Sharing API v2 XML; deleted entries are taken out, later entries replace earlier ones',
  extensions: ['xml'],
  keyed: true,
  detect: (head) => /^\s*</.test(head),
  async *read(text) {
    const reader = await NcmecReader.create();
    for await (const chunk of text) yield reader.push(chunk);
    reader.end();
  },
};
