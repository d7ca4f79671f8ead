export { addressable, type HammingKernel, loadHamming } from './hamming.js';
export { type PixelMachine, PixelMemory, pixelMachine } from './pixels.js';
