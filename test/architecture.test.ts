import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const src = join(root, 'src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts') && !name.startsWith('kernels/assembly'))
  .sort();
const textOf = (file: string) => readFileSync(join(src, file), 'utf8');

/** Room → rooms that it may import, from the table of ARCHITECTURE.md. */
const law = new Map<string, Set<string>>();
for (const [, room, may] of readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').matchAll(
  /^\| `([a-z/]+)` \|[^|]*\|([^|]*)\|$/gm,
)) {
  const names = may!.trim() === 'every room above' ? [...law.keys()] : may!.split(/\s+/).filter(Boolean);
  law.set(room!, new Set(names));
}

/** The room of a file: the innermost folder that has a row; '' for `index.ts` of `src`. */
const roomOf = (path: string) => {
  const parts = dirname(path).split('/');
  for (let length = parts.length; length > 0; length--) {
    const room = parts.slice(0, length).join('/');
    if (law.has(room)) return room;
  }
  return path.includes('/') ? parts[0]! : '';
};

/** What a file imports, types included: packages by name, own files by their path below src. */
const importsOf = (file: string, text = textOf(file)): string[] =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name]) =>
    name!.startsWith('.')
      ? relative(src, resolve(src, dirname(file), name!))
          .replaceAll('\\', '/')
          .replace(/\.js$/, '.ts')
      : name!,
  );
const own = new Set(files);
const isOwn = (name: string) => own.has(name) || name.startsWith('kernels/generated/');

/** Examples of use may print. */
const withoutComments = (text: string) => text.replaceAll(/^\s*\*.*$/gm, '');

/** Groups of nodes that reach each other, by Tarjan's algorithm. */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (node: string) => {
    order.set(node, order.size);
    low.set(node, order.get(node)!);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node)!, low.get(next)!));
    }
    if (low.get(node) !== order.get(node)) return;
    const circle = stack.splice(stack.indexOf(node));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return found;
}

describe('imports keep the law of ARCHITECTURE.md', () => {
  it('every folder of src has a row, and every row a folder', () => {
    const folders = readdirSync(src, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of folders) expect([...law.keys()]).toContain(name);
    for (const room of law.keys()) expect(files.some((file) => file.startsWith(`${room}/`))).toBe(true);
  });

  it.each([...law.keys()])('%s imports only what its row allows', (room) => {
    const wrong = files
      .filter((file) => roomOf(file) === room)
      .flatMap((file) =>
        importsOf(file)
          .filter((name) => isOwn(name) && roomOf(name) !== room && !law.get(room)!.has(roomOf(name)))
          .map((name) => `${file} → ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  it('a room is entered by its index.ts or types.ts', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((name) => own.has(name) && name.includes('/') && roomOf(name) !== roomOf(file))
        .filter((name) => !/^(index|types)\.ts$/.test(name.slice(roomOf(name).length + 1)))
        .map((name) => `${file} → ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('no files import each other in a circle, types included', () => {
    const graph = new Map(files.map((file) => [file, importsOf(file).filter((name) => own.has(name))]));
    expect(circlesOf(graph)).toEqual([]);
  });

  it('no rooms import each other in a circle, but for the types of the room around one', () => {
    const graph = new Map<string, string[]>();
    for (const file of files)
      for (const name of importsOf(file).filter((one) => own.has(one))) {
        const [from, to] = [roomOf(file), roomOf(name)];
        if (from === to || (from.startsWith(`${to}/`) && name === `${to}/types.ts`)) continue;
        graph.set(from, [...(graph.get(from) ?? []), to]);
      }
    expect(circlesOf(graph)).toEqual([]);
  });

  it('core is pure: no disk, network, process, sharp or colour', () => {
    const builtins = files
      .filter((file) => roomOf(file) === 'core')
      .flatMap((file) => importsOf(file).filter((name) => !isOwn(name)));
    expect(builtins.filter((name) => name !== 'node:crypto')).toEqual([]);
  });

  it('only net goes out, and only the server listens', () => {
    const sockets = /^(undici|node:(net|tls|http|https|http2|dgram|dns)|@aws-sdk\/.*|@smithy\/.*)(\/.*)?$/;
    // Whether a text is an IP address takes no socket; standard input is read through one that is open already.
    const harmless = /^import (\{ isIP(, isIPv6)? \}|\{ Socket \}) from 'node:net';$/gm;
    const isServer = (file: string) => /^server(\/|$)/.test(roomOf(file));
    const wrong = files
      .filter((file) => roomOf(file) !== 'net')
      .flatMap((file) =>
        importsOf(file, textOf(file).replace(harmless, ''))
          .filter((name) => sockets.test(name) && !(isServer(file) && /^node:(net|http)$/.test(name)))
          .map((name) => `${file} → ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  it('no command imports another command', () => {
    const wrong = files
      .filter((file) => /^cli\/commands\/(?!index)[^/]+\.ts$/.test(file))
      .flatMap((file) => {
        const below = file.replace(/\.ts$/, '/');
        return importsOf(file)
          .filter((name) => name.startsWith('cli/commands/') && !name.startsWith(below))
          .map((name) => `${file} → ${name}`);
      });
    expect(wrong).toEqual([]);
  });

  it('a command parses, calls and prints: at most 120 lines a command, 4000 the command line', () => {
    const lines = (file: string) => textOf(file).split('\n').length - 1;
    const cli = files.filter((file) => roomOf(file) === 'cli');
    expect(cli.filter((file) => file.startsWith('cli/commands/') && lines(file) > 120)).toEqual([]);
    expect(cli.reduce((sum, file) => sum + lines(file), 0)).toBeLessThanOrEqual(4000);
  });

  it('no function is longer than 80 lines', () => {
    const long = files
      .filter((file) => roomOf(file) !== 'kernels')
      .flatMap((file) => {
        const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true);
        const lineAt = (place: number) => source.getLineAndCharacterOfPosition(place).line;
        const found: string[] = [];
        const visit = (node: ts.Node) => {
          if (ts.isFunctionLike(node) && lineAt(node.end) - lineAt(node.getStart()) >= 80)
            found.push(`${file}:${lineAt(node.getStart()) + 1}`);
          ts.forEachChild(node, visit);
        };
        visit(source);
        return found;
      });
    expect(long).toEqual([]);
  });

  it('only faces touch the command line, the terminal, the environment and the exit code', () => {
    const outside = files.filter((file) => roomOf(file) !== 'cli');
    const packages = outside.flatMap((file) =>
      importsOf(file)
        .filter((name) => ['commander', 'chalk', 'ora'].includes(name))
        .map((name) => `${file} → ${name}`),
    );
    const code = (file: string) => withoutComments(bare(file));
    const bare = (file: string) =>
      // Hands the environment on to decoding processes, as `fork` does by itself, and looks at nothing in it.
      file === 'runners/worker-process.ts' ? textOf(file).replace('...process.env }', '}') : textOf(file);
    const words = outside.filter((file) =>
      /\bconsole\.|process\.(argv|env|exitCode|stdin|stdout|stderr)/.test(code(file)),
    );
    expect([...packages, ...words]).toEqual([]);
  });
});
