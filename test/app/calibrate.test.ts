import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { calibrate, keepCalibration } from '../../src/app/index.js';
import { drawnFolder, here, listener } from './pictures.js';

it('a calibration tells how near trusted pictures come, and recommends nothing where one is listed', async () => {
  const { uploads, at, list } = await drawnFolder(3);
  writeFileSync(at('uploads/readme.txt'), 'no picture');
  const options = { ...here, list: [await list('known.csv', [1])] };
  const report = await calibrate([uploads], options);
  expect(report).toMatchObject({ pictures: 3, missed: 1, interrupted: false });
  const [pdq] = report.algorithms;
  expect(pdq).toMatchObject({ algorithm: 'pdq', falseMatches: 1, histogram: [{ distance: 0, pictures: 1 }] });
  expect(pdq).not.toHaveProperty('recommended');
  await keepCalibration(report, { html: at('page.html') });
  expect(readFileSync(at('page.html'), 'utf8')).toContain(
    '<td>a picture that you trust lies on the list itself',
  );
});

it('a calibration writes its page, and its thresholds into the configuration, which keeps what else it says', async () => {
  const { uploads, at, list, picture } = await drawnFolder(3);
  writeFileSync(at('config.json'), JSON.stringify({ quiet: true, threshold: { phash: 4 } }));
  const options = {
    ...here,
    list: [await list('known.csv', [1])],
    exclude: ['1.png'],
    html: at('page.html'),
    writeConfig: true,
  };
  const { heard, voice } = listener();
  const around = { voice, config: { path: at('config.json') } };
  const report = await calibrate([uploads], options, around);
  expect(report.pictures).toBe(2);
  await keepCalibration(report, options, around);
  const { recommended } = report.algorithms[0]!;
  expect(recommended).toBeGreaterThan(0);
  expect(JSON.parse(readFileSync(at('config.json'), 'utf8'))).toEqual({
    quiet: true,
    threshold: { phash: 4, pdq: recommended },
  });
  const page = readFileSync(at('page.html'), 'utf8');
  expect(page).toContain('2 trusted pictures');
  expect(page).toMatch(/Lists: known \(1 entries\)\. Made \d{4}-\d{2}-\d{2}/);
  expect(page).toContain('prefers-color-scheme:dark');
  expect(heard).toEqual([`hashsieve: thresholds written to ${at('config.json')}`]);
  const over = { ...options, html: picture(2) };
  await expect(calibrate([picture(2)], over, around)).rejects.toThrow('would be replaced');
});
