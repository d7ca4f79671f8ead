import type { Attributes } from './html-elements.js';

const pictureName =
  /\.(jpe?g|jpe|jfif|png|apng|gif|webp|avif|heic|heif|jxl|bmp|ico|tiff?|tga|p[bgpn]m|mp4|webm|mov|m4v|avi|mkv)$/i;

const pathOf = (address: string): string => address.trim().replace(/[?#].*$/s, '');

/** True for an address whose path ends as the names of pictures and videos do. */
export const isPictureName = (address: string): boolean => pictureName.test(pathOf(address));

/** True for a link to a picture. `File:photo.jpg` is not one: wikis name a page about a picture so. */
export const namesPicture = (href: string): boolean =>
  isPictureName(href) && !/:[^/]*$/.test(pathOf(href).replace(/^[a-z]+:\/\//i, ''));

const words = (text: string) => new Set(text.split(' '));
/** Words of which an attribute's name contains one where it holds the address of a picture… */
const ofPictures = words(
  'src original orig lazy bg background image img full large thumb thumbnail poster zoom hires photo picture pic cover avatar retina echo cfsrc',
);
/**
 * …and words that may stand beside it. Any other word, as in `data-image-id`, shows that the attribute holds something
 * else.
 */
const besides = words(
  'data nitro url href file source uri path load lazyload flickity ll mfp lightbox fancybox featherlight pswp preview big medium small high res hd 2x runner ez',
);
/** Attributes that describe a file to people, and hold no address. */
const ofPeople = words('name filename title alt caption label description desc text id type format slug');
/** Elements that load pages and scripts. */
const loaders = words('iframe script link audio track');

/**
 * The addresses of pictures in attributes that are not HTML's: scripts use these to load pictures late, to show them
 * large, or to put them behind a text. An attribute counts where its name, or the address itself, says so. Of JSON,
 * every text counts that is named like a picture.
 */
export function* dataLinks(element: string, at: Attributes): Generator<string> {
  for (const name of Object.keys(at)) {
    if (!/^(data|nitro)-/.test(name) || /srcset$/.test(name)) continue;
    const value = at[name]!.trim();
    if (/^[[{]/.test(value)) yield* namesInJson(value);
    else if (holdsPicture(element, name.split(/[-_]/), value))
      yield value.replace(/^url\(\s*["']?(.*?)["']?\s*\)$/i, '$1');
  }
}

function holdsPicture(element: string, name: readonly string[], value: string): boolean {
  if (/^data:/i.test(value)) return /^data:image\//i.test(value);
  if (isPictureName(value)) return /^(https?:)?\/\//i.test(value) || !name.some((word) => ofPeople.has(word));
  if (loaders.has(element) || !/^[^\s#<>{}][^\s<>{}]*$/.test(value)) return false;
  const isNamed = name.some((word) => ofPictures.has(word));
  if (!isNamed || !name.every((word) => ofPictures.has(word) || besides.has(word))) return false;
  // A switch, a number or a class is no address.
  return /[/?(]/.test(value) || (name.includes('src') && !/^(\d+|true|false|auto|none)$/i.test(value));
}

/**
 * All texts in a JSON text that are named like a picture, as often as they occur. Of invalid JSON, the quoted texts.
 */
export function* namesInJson(text: string): Generator<string> {
  for (const [, quoted] of text.matchAll(/"((?:[^"\\]|\\.)*)"/gs)) {
    const value = unquoted(quoted!);
    if (isPictureName(value) && /[/.]/.test(value) && !/\s/.test(value.trim())) yield value;
  }
}

const unquoted = (text: string): string => {
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
};

/** How boards, blogs and mail archives address attachments whose names do not show that they are pictures. */
const attachmentAddress =
  /(^|[/._-])(attach(ment)?s?|dlattach|user-attachments|short-url|wp-att)([/._=-]|$)|[?&;](attach(ment)?(_?id)?|aid)=|[?&;=]dlattach|download\/file\.php\?|\/file\.php\?|\/download\.php\?/i;
const lightbox =
  /(^|[\s-])(lightbox|fancybox|glightbox|swipebox|venobox|colorbox|thickbox|magnific|mfp|photoswipe|pswp|baguette|fluidbox|prettyphoto|highslide|shadowbox|spotlight|featherlight|lightgallery|gallery-item|attachment)([\s[-]|$)/i;

/** True for a link whose target may be a picture although its name does not say so. */
export function isAttachment(at: Attributes): boolean {
  const href = (at.href ?? '').trim();
  if (href === '' || /^(#|javascript:|mailto:|tel:|data:)/i.test(href) || namesPicture(href)) return false;
  if (isPictureName(href) || attachmentAddress.test(href)) return true;
  if (at.download !== undefined && !/\.\w{1,5}$/.test(pathOf(href))) return true;
  const marks = [at.rel, at.class, ...Object.keys(at).filter((name) => name.startsWith('data-'))];
  return marks.some((mark) => lightbox.test((mark ?? '').replace(/^data-/, '')));
}
