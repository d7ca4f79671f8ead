import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../support/programs.js';
import { ask, askHttp2, type RealServer, startServer } from './real-server.js';
import { serverKinds } from './server-kinds.js';

/**
 * Each server is asked over a socket for a blocked file in every way of writing its address. What the server would
 * serve without our rules it must not serve with them.
 */

const secret = 'the picture';
const files = {
  'up/plain.jpg': secret,
  'up/a b.jpg': secret,
  'up/CASE.JPG': secret,
  "up/do$llar'[a-z](x|y)^{1}.jpg": secret,
  'up/hash#.jpg': secret,
  'up/quest?ion.jpg': secret,
  'up/ä日.jpg': secret,
  'up/25%20.jpg': secret,
  'up/nl\nx.jpg': secret,
  'up/semi;colon,+@&=.jpg': secret,
  'up/show.php': 'other',
  'up/case.jpg': 'other',
  'up/plain.jpgx': 'other',
  'up/plainxjpg': 'other',
  'up/a+b.jpg': 'other',
  'up/a%20b.jpg': 'other',
  'up/hash': 'other',
  'up/quest': 'other',
  'up/25 .jpg': 'other',
  'up/nl': 'other',
  'upx/plain.jpg': 'other',
  'plain.jpg': 'other',
};
const blocked = Object.entries(files).flatMap(([path, content]) => (content === secret ? [path] : []));
const served = Object.keys(files).filter((path) => !blocked.includes(path));
const address = (path: string) => `/${path.split('/').map(encodeURIComponent).join('/')}`;
const everyByte = (text: string) =>
  Array.from(new TextEncoder().encode(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

/** Ways to write the path of a file that a server may take for that file. */
const writings = (path: string): string[] => {
  const [folder, name] = path.split('/') as [string, string];
  const plain = encodeURIComponent(name);
  return [
    `/${folder}/${plain}`,
    `/${folder}/${plain.replace(/%(?:[89a-f].|2[2-47bcf]|3[bd]|40)/gi, (one) => String.fromCharCode(Number.parseInt(one.slice(1), 16)))}`,
    `/${folder}/${everyByte(name)}`,
    `/${folder}/${everyByte(name).toUpperCase()}`,
    `/${everyByte(folder)}/${plain}`,
    `/${folder}%2f${plain}`,
    `/${folder}%2F${plain}`,
    `%2f${folder}/${plain}`,
    `/%2f${folder}/${plain}`,
    `//${folder}///${plain}`,
    `/./${folder}/./${plain}`,
    `/${folder}/%2e/${plain}`,
    `/${folder}/.%2f${plain}`,
    `/${folder}/x/../${plain}`,
    `/${folder}/x/y/../z/.././../${plain}`,
    `/${folder}/%2e%2E/${folder}/${plain}`,
    `/x/%2e./${folder}/${plain}`,
    `/${folder}/x%2f..%2f${plain}`,
    `/../${folder}/${plain}`,
    `/..%2f${folder}/${plain}`,
    `/${folder}/...x/../${plain}`,
    `/${'x/'.repeat(30)}${'../'.repeat(30)}${folder}/${plain}`,
    `/${folder}/${plain}?`,
    `/${folder}/${plain}?download=1`,
    `/${folder}/${plain}#top`,
    `/${folder}/${plain}/`,
    `/${folder}/${plain}/.`,
    `/${folder}/${plain}/x/..`,
    `/${folder}/${plain};x`,
    `/${folder}\\${plain}`,
    `/${folder}/${plain}%00`,
    `http://site.example/${folder}/${plain}`,
    `HTTP://SITE.example:80/${folder}/${plain}`,
    `http://user@site.example./${folder}/${plain}`,
  ];
};
const hosts = ['site.example', 'SITE.Example', 'site.example.', 'site.example:80', 'Site.example.:8080'];

for (const [name, kind] of Object.entries(serverKinds))
  describeWith(['root', ...kind.needs], `a real ${name} with our rules`, () => {
    let server: RealServer;
    beforeAll(async () => {
      server = await startServer(
        kind,
        files,
        [...blocked.map(address), ...(kind.queries === false ? [] : ['/up/show.php?id=5&v=a%20b%26'])].map(
          (path) => `https://Site.example${path}`,
        ),
      );
    }, 60_000);
    afterAll(() => server?.stop());

    it('serves no blocked file, however its address is written', { timeout: 60_000 }, async () => {
      const holes: string[] = [];
      let reached = 0;
      for (const path of blocked)
        for (const target of writings(path))
          for (const host of target.startsWith('/') && path !== blocked[0] ? hosts.slice(0, 3) : hosts) {
            const open = await ask(server.openPort, host, target);
            if (open.body.includes(secret)) reached += 1;
            const { body, status } = await ask(server.port, host, target);
            if (body.includes(secret) || (open.body.includes(secret) && status < 400))
              holes.push(`${host} ${target}: ${status}`);
          }
      expect(holes.slice(0, 30)).toEqual([]);
      // Without rules the server does serve it, under many of them.
      expect(reached).toBeGreaterThan(100);
    });

    it('still serves other files, and these files at other hosts', async () => {
      const lost: string[] = [];
      const expectServed = async (host: string, target: string) => {
        const { status } = await ask(server.port, host, target);
        const open = await ask(server.openPort, host, target);
        if (status !== open.status) lost.push(`${host} ${target}: ${status}, not ${open.status}`);
      };
      for (const path of served) await expectServed('site.example', address(path));
      for (const host of ['other.example', 'xsite.example', 'siteXexample', 'site.example.evil.example'])
        await expectServed(host, '/up/plain.jpg');
      expect(lost).toEqual([]);
    });

    if (kind.queries !== false)
      it('knows a query in every encoding, and no other query', async () => {
        const statusOf = async (query: string) =>
          (await ask(server.port, 'site.example', `/up/show.php${query}`)).status;
        const blocks = kind.status ?? 451;
        for (const query of [
          '?id=5&v=a%20b%26',
          '?id=5&v=a+b%26',
          '?%69d=%35&v=%61%20b%26',
          '?id=5&v=a%20b%26#top',
        ])
          expect([400, blocks], query).toContain(await statusOf(query));
        for (const query of [
          '',
          '?id=5',
          '?id=55&v=a%20b%26',
          '?id=5&v=a%20b&',
          '?id%3d5&v=a%20b%26',
          '?id=5&v=a%2520b%26',
        ])
          expect(await statusOf(query), query).toBe(200);
      });

    it('answers 451, over HTTP/2 as well', async () => {
      expect((await ask(server.port, 'site.example', '/up/a%20b.jpg')).status).toBe(kind.status ?? 451);
      if (kind.http2 === false) return;
      expect(await askHttp2(server.port, 'site.example', '/up/a%20b.jpg')).toBe(kind.status ?? 451);
      expect(await askHttp2(server.port, 'Site.example.:443', '/up/./%61%20b.jpg')).toBe(kind.status ?? 451);
    });
  });
