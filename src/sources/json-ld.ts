import { isPictureName, namesInJson } from './html-attributes.js';

/** Properties of schema.org whose value is a picture, or names its address. */
const ofPictures = new Set([
  ...['image', 'images', 'photo', 'photos', 'logo', 'thumbnail', 'thumbnailurl', 'primaryimageofpage'],
]);
/** Properties of a picture or a video that hold its address. */
const ofPlaces = new Set(['url', 'contenturl', 'thumbnailurl', '@id']);

/**
 * The addresses of pictures in a page's JSON-LD: those of properties such as `image`, of every `ImageObject`, and all
 * texts that are named like a picture. Of invalid JSON, only the last kind.
 */
export function jsonLdImages(text: string): string[] {
  const json = text.replace(/^\s*(<!--|\/\*\s*<!\[CDATA\[\s*\*\/|<!\[CDATA\[)|(-->|\]\]>)\s*$/g, '');
  let root: unknown;
  try {
    root = JSON.parse(json);
  } catch {
    return [...namesInJson(json)];
  }
  const found = new Set<string>();
  const waiting: { readonly value: unknown; readonly isPicture: boolean }[] = [
    { value: root, isPicture: false },
  ];
  for (let one = waiting.pop(); one; one = waiting.pop()) {
    const { value, isPicture } = one;
    if (typeof value === 'string') {
      if (isPicture || (isPictureName(value) && /\//.test(value))) found.add(value);
    } else if (Array.isArray(value)) for (const item of value) waiting.push({ value: item, isPicture });
    else if (value !== null && typeof value === 'object') {
      const isImage =
        isPicture || /^(Image|Video)Object$/.test(String((value as { '@type'?: unknown })['@type']));
      for (const [name, inner] of Object.entries(value)) {
        const key = name.toLowerCase();
        const isPlace = isImage && ofPlaces.has(key) && (key !== '@id' || isPictureName(String(inner)));
        waiting.push({ value: inner, isPicture: ofPictures.has(key) || isPlace });
      }
    }
  }
  return [...found];
}
