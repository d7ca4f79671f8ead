/**
 * Escapes text for the package xmlbuilder2. The package decodes entities once in every text that it gets, and when it
 * writes, it does not escape an `&` that looks like the beginning of an entity. Given `&amp;amp;` it stores `&amp;`, and
 * writes that for an `&`. It escapes `<`, `>` and quotes itself. It has no option that turns off either behaviour.
 */
export const xmlBuilderText = (text: string): string => text.replaceAll('&', '&amp;amp;');
