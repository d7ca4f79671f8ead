import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readXml, textAt } from '../../src/reports/xml/read.js';
import { table } from '../../src/reports/xml/table.js';
import { writeXml } from '../../src/reports/xml/write.js';
import { event, now, operator } from './cases.js';
import { draftsOf } from './draft-case.js';

const text = { type: 'string' } as const;
const rule = table.sequence([
  table.one('plain', table.text(text)),
  table.one('with', table.text(text, { attribute: text })),
]);
const written = (value: string) =>
  writeXml('root', rule, { plain: value, with: { '#': value, '@attribute': value } }, { now });

/** What markup is made of, and what it looks like; something that is no blank always stands in it. */
const markup = fc
  .array(
    fc.constantFrom('&', '#', ';', 'a', 'x', '6', 'lt', 'amp', '"', "'", '<', '>', ']]>', '<!--', ' ', 'é'),
  )
  .map((parts) => `${parts.join('')}.`);

describe('text in XML', () => {
  it('reads back as it was given, whatever markup it looks like, in an element and in an attribute', () => {
    fc.assert(
      fc.property(markup, (value) => {
        const { xml, issues } = written(value);
        const root = readXml(xml);
        expect(issues).toEqual([]);
        expect(textAt(root, 'plain')).toBe(value);
        expect(textAt(root, 'with')).toBe(value);
        expect(root.children[1]!.attributes.attribute).toBe(value);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['a&amp;b.jpg', 'x&copy;.jpg', 'n&#0;.jpg', '&#39;&lt;&#x41;.jpg', 'a;b&c#1;.jpg'])(
    'keeps the name and the address of %s',
    (name) => {
      const drafted = draftsOf(
        {
          events: [event(1, `file:///srv/up/${name.replaceAll('#', '%23')}`)],
          operator: {
            ...operator,
            publicAddresses: [{ files: '/srv/up', url: 'https://a.example/?a=1&lt;=' }],
          },
          to: [],
        },
        'ncmec',
      )[0]!;
      const info = readXml(drafted.files['fileinfo-001.xml']!);
      const address = `https://a.example/?a=1&lt;=/${name.replaceAll('#', '%23')}`;
      expect(textAt(info, 'fileName')).toBe(name);
      expect(textAt(info, 'locationOfFile')).toBe(address);
      const report = readXml(drafted.files['report.xml']!);
      expect(textAt(report, 'internetDetails', 'webPageIncident', 'url')).toBe(address);
    },
  );
});
