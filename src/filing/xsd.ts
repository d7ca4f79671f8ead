import { printable, UsageError } from '../core/index.js';
import { readText } from '../files/index.js';
import { schemaReady } from '../reports/ncmec/index.js';
import type { Finding } from '../reports/types.js';

/**
 * Validates a draft's XML documents against the operator's own copy of the schema. Raises UsageError where the copy
 * cannot be used.
 */
export async function checkXsd(
  path: string,
  files: ReadonlyMap<string, string>,
): Promise<readonly Finding[]> {
  const { XmlDocument, XmlLibError, XsdValidator } = await import('libxml2-wasm');
  const text = await readText(path, 'schema');
  const details = (error: unknown): readonly { readonly message: string; readonly line?: number }[] => {
    if (!(error instanceof XmlLibError)) throw error;
    return error.details.length > 0 ? error.details : [{ message: error.message }];
  };
  let schema: InstanceType<typeof XmlDocument> | undefined;
  let validator: InstanceType<typeof XsdValidator> | undefined;
  try {
    schema = XmlDocument.fromString(text);
    validator = XsdValidator.fromDoc(schema);
  } catch (error) {
    schema?.dispose();
    throw new UsageError(`schema ${printable(path)}: ${printable(details(error)[0]!.message.trim())}`);
  }
  const findings: Finding[] = [];
  for (const [file, xml] of files) {
    if (!file.endsWith('.xml')) continue;
    let document: InstanceType<typeof XmlDocument> | undefined;
    try {
      document = XmlDocument.fromString(schemaReady(xml));
      validator.validate(document);
    } catch (error) {
      for (const { message, line } of details(error)) {
        findings.push({ file, element: line ? `line ${line}` : '/', rule: 'xsd', message: message.trim() });
      }
    } finally {
      document?.dispose();
    }
  }
  validator.dispose();
  schema.dispose();
  return findings;
}
