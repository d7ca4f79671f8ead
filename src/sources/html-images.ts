import { type CssFaults, cssFaults, cssLinks } from './css-images.js';
import { dataLinks, isAttachment, isPictureName, namesPicture } from './html-attributes.js';
import { type Attributes, readElements } from './html-elements.js';
import { jsonLdImages } from './json-ld.js';

export { isPictureName } from './html-attributes.js';

/** Addresses that an HTML page names, as it writes them, each once. */
export interface HtmlLinks {
  readonly images: string[];
  readonly stylesheets: string[];
  /**
   * Addresses of what may be a picture or a page that shows one: a forum's attachments, large copies behind small ones,
   * embedded objects.
   */
  readonly attachments?: string[];
  /** HTML of the pages within this one: `<iframe srcdoc>`. */
  readonly frames?: string[];
  /** Where a `<meta http-equiv=refresh>` sends the browser. */
  readonly refresh?: string;
  /** The address of `<base href>`, from which all others start. */
  readonly base?: string;
}

/**
 * The addresses of a `srcset` (HTML, 4.8.4.2.1): each ends at white space, and its descriptor at a comma outside
 * brackets.
 */
export function srcsetLinks(text: string): string[] {
  const found: string[] = [];
  const gap = /[\s,]*/y;
  const word = /\S+/y;
  for (let at = 0; ; ) {
    gap.lastIndex = at;
    gap.exec(text);
    word.lastIndex = gap.lastIndex;
    const [address] = word.exec(text) ?? [];
    if (address === undefined) return found;
    at = word.lastIndex;
    found.push(address.replace(/,{1,9}$/, ''));
    if (!address.endsWith(',')) at = descriptorEnd(text, at);
  }
}

function descriptorEnd(text: string, from: number): number {
  let isInside = false;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '(') isInside = true;
    else if (text[at] === ')') isInside = false;
    else if (text[at] === ',' && !isInside) return at;
  }
  return text.length;
}

/** True for an attribute of HTML or of a script that names several addresses. */
const isSet = (name: string): boolean => /^(imagesrcset|srcset|(data|nitro)-.*srcset)$/.test(name);

/** Elements whose attribute is the address of a picture or a video. */
const sources: Readonly<Record<string, readonly string[]>> = {
  img: ['src', 'lowsrc', 'dynsrc'],
  source: ['src'],
  video: ['src', 'poster'],
  image: ['src', 'href', 'xlink:href'],
  feimage: ['href', 'xlink:href'],
  body: ['background'],
  table: ['background'],
  tr: ['background'],
  td: ['background'],
  th: ['background'],
  'amp-img': ['src'],
  'amp-anim': ['src'],
  'amp-video': ['src', 'poster'],
};

const metaNames =
  /^(og:image(:url|:secure_url)?|twitter:image(:src)?|msapplication-tileimage|thumbnail|image|thumbnailurl)$/;
/** Names of a video, or of a page that plays one. */
const metaVideos = /^(og:video(:url|:secure_url)?|twitter:player(:stream)?)$/;
const linkKinds =
  /(^|\s)(icon|apple-touch-icon(-precomposed)?|apple-touch-startup-image|image_src|mask-icon)(\s|$)/;

function ofMeta(at: Attributes, wanted = metaNames): string[] {
  const names = [at.property, at.name, at.itemprop].map((name) => (name ?? '').toLowerCase().trim());
  return names.some((name) => wanted.test(name)) ? [at.content ?? ''] : [];
}

function ofLink(at: Attributes): { images: string[]; stylesheets: string[] } {
  const rel = (at.rel ?? '').toLowerCase();
  const href = at.href ?? '';
  const isStyle = /(^|\s)stylesheet(\s|$)/.test(rel) || (rel === 'preload' && at.as === 'style');
  const isImage = linkKinds.test(rel) || (rel === 'preload' && at.as === 'image');
  return { images: isImage ? [href] : [], stylesheets: isStyle ? [href] : [] };
}

/** Elements that embed what may be a picture or a page. */
const embeds: Readonly<Record<string, string>> = { embed: 'src', object: 'data' };

/** False where its type or its name says that it is neither picture nor video. */
function isEmbeddedPicture(name: string, at: Attributes): boolean {
  const address = at[embeds[name]!];
  if (address === undefined) return false;
  const type = (at.type ?? '').trim();
  if (type !== '') return /^(image|video)\//i.test(type);
  return !/\.(x?html?|php|aspx?|jsp|swf|pdf)$/i.test(address.replace(/[?#].*$/s, ''));
}

/** The addresses in one element's attributes of what may be a picture or a page that shows one. */
function* attachmentsOf(name: string, at: Attributes): Generator<string> {
  if ((name === 'a' || name === 'area') && isAttachment(at)) yield at.href!;
  if (embeds[name] && at[embeds[name]] !== undefined && !isEmbeddedPicture(name, at)) yield at[embeds[name]]!;
  if (name === 'meta') yield* ofMeta(at, metaVideos);
}

/** The address that a page sends browsers on to (HTML, 4.2.5.3): `0; url=/next`. */
function refreshOf(at: Attributes): string | undefined {
  if ((at['http-equiv'] ?? '').toLowerCase().trim() !== 'refresh') return undefined;
  const [, address = ''] = /^\s*[\d.]*\s*[;,\s]\s*(?:url\s*=\s*)?(.*)$/is.exec(at.content ?? '') ?? [];
  const [, quoted] = /^(?:"([^"]*)|'([^']*))/.exec(address)?.filter((part) => part !== undefined) ?? [];
  const found = (quoted ?? address).trim();
  return found === '' ? undefined : found;
}

/** The addresses of pictures in one element's attributes. */
function* ofElement(name: string, at: Attributes, faults: CssFaults): Generator<string> {
  const own = Object.hasOwn(sources, name) ? sources[name]! : [];
  for (const key of own) if (at[key] !== undefined) yield at[key];
  yield* dataLinks(name, at);
  for (const key of Object.keys(at)) if (isSet(key)) yield* srcsetLinks(at[key]!);
  if (name === 'input' && (at.type ?? '').toLowerCase().trim() === 'image' && at.src !== undefined)
    yield at.src;
  if ((name === 'a' || name === 'area') && namesPicture(at.href ?? '')) yield at.href!;
  if (embeds[name] && isEmbeddedPicture(name, at)) yield at[embeds[name]]!;
  // Scripts define such elements.
  if (name.includes('-'))
    for (const key of ['src', 'poster']) if (isPictureName(at[key] ?? '')) yield at[key]!;
  if (name === 'meta') yield* ofMeta(at);
  if (at.style !== undefined) yield* cssLinks(at.style, faults).images;
}

/** Addresses in the order of their first mention, at most one more than the limit. */
class Addresses {
  readonly #found = new Set<string>();

  constructor(readonly limit: number) {}

  add(addresses: Iterable<string>): void {
    for (const address of addresses) {
      if (this.#found.size > this.limit) return;
      if (address.trim() !== '') this.#found.add(address);
    }
  }

  get size(): number {
    return this.#found.size;
  }

  list = (): string[] => [...this.#found];
}

/**
 * What a page shows or links to: `img`, `srcset`, `picture`, `video`, `input`, SVG `image`, `object`, `embed`, icons,
 * `og:image` and the like, JSON-LD, links to pictures and attachments, CSS in attributes and elements, and the
 * attributes of scripts that load pictures late or show them large. It runs no scripts, and accepts any text, as
 * browsers do; it raises an Error for CSS with too many errors. Of each kind it names at most `limit` addresses and one
 * more.
 */
export function htmlLinks(html: string, limit = Number.POSITIVE_INFINITY): HtmlLinks {
  const images = new Addresses(limit);
  const stylesheets = new Addresses(limit);
  const attachments = new Addresses(limit);
  const frames = new Addresses(limit);
  const faults = cssFaults();
  let base: string | undefined;
  let refresh: string | undefined;
  readElements(html, {
    onElement(name, at) {
      if (name === 'base') base ??= at.href;
      if (name === 'meta') refresh ??= refreshOf(at);
      if (name === 'iframe' && at.srcdoc !== undefined) frames.add([at.srcdoc]);
      if (name === 'link') {
        const links = ofLink(at);
        images.add(links.images);
        stylesheets.add(links.stylesheets);
      }
      images.add(ofElement(name, at, faults));
      attachments.add(attachmentsOf(name, at));
    },
    onStyle(css) {
      const links = cssLinks(css, faults);
      images.add(links.images);
      stylesheets.add(links.imports);
    },
    onData(type, text) {
      if (/^application\/ld\+json\s*(;|$)/i.test(type)) images.add(jsonLdImages(text));
    },
  });
  return {
    images: images.list(),
    stylesheets: stylesheets.list(),
    ...(attachments.size === 0 ? {} : { attachments: attachments.list() }),
    ...(frames.size === 0 ? {} : { frames: frames.list() }),
    ...(refresh === undefined ? {} : { refresh }),
    ...(base === undefined ? {} : { base }),
  };
}
