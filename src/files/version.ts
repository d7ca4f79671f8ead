import { readFileSync } from 'node:fs';

const about = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
  readonly engines: { readonly node: string };
};

/**
 * The version of hashsieve, as package.json says.
 * @example
 * console.log(`hashsieve ${version}`);
 */
export const { version } = about;

/** The oldest supported version of Node, major and minor. */
export const oldestNode = /\d+\.\d+/.exec(about.engines.node)![0];
