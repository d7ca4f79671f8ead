import { Parser } from 'htmlparser2';
import { cssLinks } from './css-images.js';

/** Addresses that an HTML page names, as they are written there. */
export interface HtmlLinks {
  readonly images: string[];
  readonly stylesheets: string[];
  /** Of `<base href>`, which all others start from. */
  readonly base?: string;
}

type Attributes = Readonly<Record<string, string>>;

/** The addresses of a `srcset` (HTML, 4.8.4.2.1): up to white space, then a descriptor up to a comma outside of brackets. */
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

/** Attributes that hold one address, whatever the element: those of HTML, and those of scripts that load pictures late. */
const plain = [
  'data-src',
  'data-original',
  'data-lazy-src',
  'data-lazy',
  'data-bg',
  'data-background',
  'data-image',
];
const sets = ['srcset', 'imagesrcset', 'data-srcset', 'data-lazy-srcset'];

/** Elements whose attribute is the address of a picture or a video. */
const sources: Readonly<Record<string, readonly string[]>> = {
  img: ['src'],
  source: ['src'],
  video: ['src', 'poster'],
  input: ['src'],
  image: ['href', 'xlink:href'],
  feimage: ['href', 'xlink:href'],
  body: ['background'],
  table: ['background'],
  tr: ['background'],
  td: ['background'],
  th: ['background'],
};

const pictureName =
  /\.(jpe?g|jpe|jfif|png|apng|gif|webp|avif|heic|heif|jxl|bmp|ico|tiff?|tga|p[bgpn]m|mp4|webm|mov|m4v|avi|mkv)$/i;

/** True for an address whose path ends as names of pictures and videos do. */
export function isPictureName(address: string): boolean {
  return pictureName.test(address.replace(/[?#].*$/s, ''));
}

const metaNames =
  /^(og:image(:url|:secure_url)?|og:video(:url|:secure_url)?|twitter:image(:src)?|msapplication-tileimage|thumbnail|image|thumbnailurl)$/;
const linkKinds =
  /(^|\s)(icon|apple-touch-icon(-precomposed)?|apple-touch-startup-image|image_src|mask-icon)(\s|$)/;

function ofMeta(at: Attributes): string[] {
  const names = [at.property, at.name, at.itemprop].map((name) => (name ?? '').toLowerCase().trim());
  return names.some((name) => metaNames.test(name)) ? [at.content ?? ''] : [];
}

function ofLink(at: Attributes): { images: string[]; stylesheets: string[] } {
  const rel = (at.rel ?? '').toLowerCase();
  const href = at.href ?? '';
  const isStyle = /(^|\s)stylesheet(\s|$)/.test(rel) || (rel === 'preload' && at.as === 'style');
  const isImage = linkKinds.test(rel) || (rel === 'preload' && at.as === 'image');
  return { images: isImage ? [href] : [], stylesheets: isStyle ? [href] : [] };
}

/** The addresses of pictures in one element's attributes. */
function ofElement(name: string, at: Attributes): string[] {
  const found = [...(sources[name] ?? []), ...plain].flatMap((key) => at[key] ?? []);
  for (const key of sets) if (at[key] !== undefined) found.push(...srcsetLinks(at[key]));
  if ((name === 'a' || name === 'area') && isPictureName(at.href ?? '')) found.push(at.href!);
  if (name === 'object' && (/^(image|video)\//i.test(at.type ?? '') || isPictureName(at.data ?? '')))
    found.push(at.data ?? '');
  if (name === 'embed' && (/^(image|video)\//i.test(at.type ?? '') || isPictureName(at.src ?? '')))
    found.push(at.src ?? '');
  if (name === 'meta') found.push(...ofMeta(at));
  if (at.style !== undefined) found.push(...cssLinks(at.style).images);
  return found;
}

/**
 * What a page shows or links to: `img`, `srcset`, `picture`, `video`, `input`, SVG `image`, `object`, `embed`, icons,
 * `og:image` and the like, links to pictures, CSS in attributes and elements, and the attributes of scripts that load
 * pictures late. Scripts are not run. Any text is taken, as browsers take it.
 */
export function htmlLinks(html: string): HtmlLinks {
  const images: string[] = [];
  const stylesheets: string[] = [];
  let base: string | undefined;
  let style: string | undefined;
  const parser = new Parser(
    {
      onopentag(name, at) {
        if (name === 'base') base ??= at.href;
        if (name === 'style') style = '';
        if (name === 'link') {
          const links = ofLink(at);
          images.push(...links.images);
          stylesheets.push(...links.stylesheets);
        }
        images.push(...ofElement(name, at));
      },
      ontext(text) {
        if (style !== undefined) style += text;
      },
      onclosetag(name) {
        if (name !== 'style' || style === undefined) return;
        const links = cssLinks(style);
        images.push(...links.images);
        stylesheets.push(...links.imports);
        style = undefined;
      },
    },
    { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true },
  );
  parser.write(html);
  parser.end();
  return {
    images: images.filter((address) => address.trim() !== ''),
    stylesheets,
    ...(base === undefined ? {} : { base }),
  };
}
