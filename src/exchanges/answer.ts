import { type Answer, ExchangeFailure } from './types.js';

async function readText(answer: Answer): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Reads the body as a JSON object. Raises ExchangeFailure. */
export async function readObject(answer: Answer): Promise<Readonly<Record<string, unknown>>> {
  const text = await readText(answer);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // The parser's message is left out because it quotes the text, which is confidential.
  }
  throw new ExchangeFailure('damaged', 'the answer is no JSON object (cut short?)', true);
}
