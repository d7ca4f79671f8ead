import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';

/** The attributes of an element: name in lower case → value. */
export type Attributes = Readonly<Record<string, string>>;

/** Receives the elements of a page in their order. */
export interface ElementHandler {
  /**
   * Called where an element begins, with its name and the names of its attributes in lower case, and entities decoded.
   */
  onElement(name: string, attributes: Attributes): void;
  /** Called with the whole text of a `style` element. */
  onStyle(css: string): void;
  /** Called with the `type` of a `script` element and its whole text. */
  onData?(type: string, text: string): void;
}

const names = (text: string) => new Set(text.split(' '));

/** Elements without content (HTML, 13.1.2). */
const voids = names(
  'area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr',
);
const foreign = names('svg math');
/** Elements of SVG and MathML whose content is HTML again. */
const integrations = names('annotation-xml desc foreignobject mi mn mo ms mtext title');
/** Elements that end the SVG or MathML around them (HTML, 13.2.6.5). */
const breakouts = names(
  'b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var',
);

/**
 * The open elements, and whether what comes next is SVG or MathML. Each step takes the same time on average, at any
 * depth.
 */
class OpenElements {
  readonly #open: { readonly name: string; readonly isForeign: boolean }[] = [];
  readonly #counts = new Map<string, number>();

  get isForeign(): boolean {
    return this.#open.at(-1)?.isForeign ?? false;
  }

  enter(name: string): void {
    const isForeign = foreign.has(name) || (this.isForeign && !integrations.has(name));
    this.#open.push({ name, isForeign });
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** Closes the innermost element of that name, and all elements within it. Does nothing where none is open. */
  leave(name: string): void {
    if (!this.#counts.get(name)) return;
    while (this.#pop() !== name);
  }

  leaveForeign(): void {
    while (this.isForeign) this.#pop();
  }

  #pop(): string | undefined {
    const name = this.#open.pop()?.name;
    if (name !== undefined) this.#counts.set(name, this.#counts.get(name)! - 1);
    return name;
  }
}

/** Turns what the tokenizer finds, which are positions in the page, into elements. */
class Elements implements TokenizerCallbacks {
  readonly #open = new OpenElements();
  #name = '';
  #attributes: Record<string, string> = {};
  #attribute = '';
  #value = '';
  #style: string | undefined;
  #data: { readonly type: string; text: string } | undefined;

  constructor(
    readonly html: string,
    readonly handler: ElementHandler,
  ) {}

  isInForeignContext(): boolean {
    return this.#open.isForeign;
  }

  onopentagname(start: number, end: number): void {
    this.#name = this.html.slice(start, end).toLowerCase();
    this.#attributes = {};
  }

  onattribname(start: number, end: number): void {
    this.#attribute = this.html.slice(start, end).toLowerCase();
    this.#value = '';
  }

  onattribdata(start: number, end: number): void {
    this.#value += this.html.slice(start, end);
  }

  onattribentity(codePoint: number): void {
    this.#value += String.fromCodePoint(codePoint);
  }

  onattribend(): void {
    if (!Object.hasOwn(this.#attributes, this.#attribute)) this.#attributes[this.#attribute] = this.#value;
  }

  onopentagend(): void {
    this.#begin(false);
  }

  onselfclosingtag(): void {
    this.#begin(true);
  }

  onclosetag(start: number, end: number): void {
    const name = this.html.slice(start, end).toLowerCase();
    if (name === 'style') this.#endStyle();
    if (name === 'script') this.#endData();
    if (name === 'p') this.#open.leaveForeign();
    this.#open.leave(name);
  }

  ontext(start: number, end: number): void {
    if (this.#style !== undefined) this.#style += this.html.slice(start, end);
    if (this.#data) this.#data.text += this.html.slice(start, end);
  }

  ontextentity(codePoint: number): void {
    if (this.#style !== undefined) this.#style += String.fromCodePoint(codePoint);
  }

  oncdata(start: number, end: number, offset: number): void {
    if (this.#open.isForeign) this.ontext(start, end - offset);
  }

  onend(): void {
    this.#endStyle();
    this.#endData();
  }

  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}

  /** `isClosed`: the tag ends with `/>`, which counts in SVG and MathML only. */
  #begin(isClosed: boolean): void {
    const name = this.#name;
    if (breakouts.has(name)) this.#open.leaveForeign();
    const isEmpty = voids.has(name) || (isClosed && (this.#open.isForeign || foreign.has(name)));
    if (name === 'style') {
      this.#endStyle();
      if (!isEmpty) this.#style = '';
    }
    if (name === 'script') {
      this.#endData();
      const { type } = this.#attributes;
      // Scripts without a type are programs, and may be large.
      if (!isEmpty && type !== undefined && this.handler.onData) this.#data = { type, text: '' };
    }
    if (!isEmpty) this.#open.enter(name);
    this.handler.onElement(name, this.#attributes);
  }

  #endData(): void {
    if (this.#data) this.handler.onData?.(this.#data.type.trim(), this.#data.text);
    this.#data = undefined;
  }

  #endStyle(): void {
    if (this.#style !== undefined) this.handler.onStyle(this.#style);
    this.#style = undefined;
  }
}

const cdata = '<![CDATA[';
/** Of the same length, so that positions in the page stay the same. */
const comment = '<! CDATA[';

/**
 * Reads a page as browsers do, in time that grows only linearly with its length. Of the tree it keeps only what
 * distinguishes HTML from SVG and MathML. It accepts any text.
 */
export function readElements(html: string, handler: ElementHandler): void {
  const elements = new Elements(html, handler);
  const tokenizer = new Tokenizer({ decodeEntities: true }, elements);
  // `<![CDATA[` opens a section in SVG and MathML only. In HTML it is a comment up to the next `>`, but the tokenizer
  // does not know that.
  let from = 0;
  for (let at = html.indexOf(cdata); at >= 0; at = html.indexOf(cdata, from)) {
    if (at > from) tokenizer.write(html.slice(from, at));
    tokenizer.write(elements.isInForeignContext() ? cdata : comment);
    from = at + cdata.length;
  }
  tokenizer.write(html.slice(from));
  tokenizer.end();
}
