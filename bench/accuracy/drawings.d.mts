/** Kinds of pictures of low detail. */
export const drawingKinds: readonly string[];
/** An SVG of 480 × 360 as text; the same for the same kind and seed. */
export function drawing(kind: string, seed: number): string;
