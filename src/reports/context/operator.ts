import { UsageError } from '../../core/index.js';
import type { Operator } from '../types.js';
import { operatorSchema } from './schema.js';
import { checkShape } from './shape.js';

const blank = /\{\{[^{}]*\}\}/;

function findPlaceholder(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') return blank.test(value) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, part] of Object.entries(value)) {
    const found = key === '$comment' ? undefined : findPlaceholder(part, `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Reads the configuration's block `operator`. Raises UsageError where it is missing, wrong, or not filled in. */
export async function readOperator(block: unknown, where: string): Promise<Operator> {
  const hint = 'docs/reporting.md lists the keys';
  if (block === undefined) {
    throw new UsageError(`${where}: no block "operator"; run hashsieve init and fill it in (${hint})`);
  }
  const left = findPlaceholder(block, 'operator');
  if (left !== undefined)
    throw new UsageError(`${where}: ${left} is not filled in yet; write it, or remove the line`);
  await checkShape(operatorSchema, block, `${where} operator`, hint);
  return block as Operator;
}

/** A block for the user to fill in, for `hashsieve init`. */
export const operatorTemplate = {
  $comment:
    'Who reports. Replace every {{…}}, or remove the line. Nothing is sent by drafting. Keys: docs/reporting.md',
  organisation: '{{legal name of the organisation, or of the person who runs the site}}',
  domain: '{{host name of the organisation: example.org}}',
  service: '{{what the users know the service as}}',
  jurisdiction: '{{us, uk, ca, eu, de or au}}',
  reporter: {
    firstName: '{{given name of the person who signs}}',
    lastName: '{{family name}}',
    email: '{{name}}@{{example.org}}',
    phone: '{{+1 555 0100}}',
    address: {
      street: '{{street and number, or post box}}',
      city: '{{town}}',
      postcode: '{{postal code}}',
      country: '{{two letters: US}}',
    },
  },
  publicAddresses: [{ files: '{{/srv/www/uploads/}}', url: 'https://{{example.org}}/uploads/' }],
};
