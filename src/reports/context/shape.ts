import { UsageError } from '../../core/index.js';

interface Complaint {
  readonly instancePath: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

function explain({ instancePath, message, params }: Complaint): string {
  const at = instancePath === '' ? 'top level' : instancePath;
  const extra = params.additionalProperty ?? params.allowedValues;
  return `${at}: ${message ?? 'is wrong'}${extra === undefined ? '' : ` (${String(extra).replaceAll(',', ', ')})`}`;
}

/** Checks a value against a JSON Schema. Raises UsageError, which names `where`, the first wrong place, and `hint`. */
export async function checkShape(schema: object, value: unknown, where: string, hint: string): Promise<void> {
  const { Ajv } = await import('ajv');
  const ajv = new Ajv({ allErrors: false, strict: false });
  const validate = ajv.compile(schema);
  if (validate(value)) return;
  const complaints = (validate.errors ?? []) as readonly Complaint[];
  const first = complaints[0];
  throw new UsageError(`${where}: ${first ? explain(first) : 'is not as it should be'}; ${hint}`);
}
