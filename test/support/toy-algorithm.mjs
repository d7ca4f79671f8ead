/** The mean brightness of 144 tiles, a byte each: of no use, but shaped as licensed algorithms are. */
function tilesOf({ width, height, channels, data }) {
  const hash = Buffer.alloc(144);
  for (let tile = 0; tile < 144; tile++) {
    const [left, top] = [
      Math.floor(((tile % 12) * width) / 12),
      Math.floor((Math.floor(tile / 12) * height) / 12),
    ];
    const [right, bottom] = [left + Math.floor(width / 12), top + Math.floor(height / 12)];
    let sum = 0;
    for (let y = top; y < bottom; y++)
      for (let x = left; x < right; x++) sum += data[(y * width + x) * channels];
    hash[tile] = Math.round(sum / ((right - left) * (bottom - top)));
  }
  return hash.toString('hex');
}

export const algorithm = {
  name: 'photodna',
  kind: 'pixels',
  metric: 'l1',
  bits: 1152,
  threshold: 600,
  recipe: 'toy-tiles/1',
  compute: (bitmap) => ({ hex: tilesOf(bitmap) }),
};
