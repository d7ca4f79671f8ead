import { exitCodes } from '../../core/index.js';
import { commonOptions, limitOptions, listOptions, sourceOptions } from '../../options/index.js';
import type { CommandContext, CommandSpec } from '../command.js';

/** The command `hashsieve calibrate`. */
export const calibrate: CommandSpec = {
  name: 'calibrate',
  about: 'measure on pictures that you trust how near chance comes to the lists; shows no picture',
  args: [{ name: '[target...]', about: 'files, directories and http(s) URLs of harmless pictures' }],
  options: [
    ...listOptions,
    'threshold',
    'views',
    'strictness',
    'maxExpected',
    ...sourceOptions,
    ...limitOptions,
    'html',
    'writeConfig',
    ...commonOptions,
  ],
  examples: ['hashsieve calibrate ./known-good --list known.hsx --html calibration.html --write-config'],
  run: runCalibrate,
};

async function runCalibrate(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const { calibrate: measure, calibrationText, keepCalibration } = await import('../../app/index.js');
  const report = await measure(args, values, context);
  if (report.interrupted) return exitCodes.interrupted;
  await terminal.write(calibrationText(report.algorithms, report.pictures));
  await keepCalibration(report, values, context);
  if (report.missed > 0)
    terminal.say(`hashsieve: ${report.missed} files were no pictures or could not be read`);
  return report.pictures > 0 ? exitCodes.clean : exitCodes.incomplete;
}
