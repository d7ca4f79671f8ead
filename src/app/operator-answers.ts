import { printable, UsageError } from '../core/index.js';
import { type Answers, postKinds, serviceKinds } from '../supply/index.js';

/** What a script says about the service in place of answers: the options of `hashsieve init`. */
export interface InitOptions {
  /** Country of two letters, ISO 3166; UK means GB. */
  readonly country?: string | undefined;
  readonly kind?: string | undefined;
  /** Pictures that users upload in a month. */
  readonly uploads?: number | undefined;
  readonly company?: boolean | undefined;
  readonly cloudflare?: boolean | undefined;
  readonly posts?: string | undefined;
}

/** A question to the operator, and how its answer is read. */
export interface OperatorQuestion {
  readonly key: keyof Answers;
  readonly text: string;
  /** The answer that an empty line gives; absent where there is none. */
  readonly otherwise?: string;
  /** Raises UsageError where the text is no answer. */
  read(text: string): Answers[keyof Answers];
}

const yesOrNo = (text: string): boolean => {
  if (/^(y|yes|true|1)$/i.test(text)) return true;
  if (/^(n|no|false|0)$/i.test(text)) return false;
  throw new UsageError(`"${printable(text)}" is neither yes nor no`);
};

const oneOf =
  <T extends string>(choices: readonly T[]) =>
  (text: string): T => {
    const found = choices.find((choice) => choice === text.toLowerCase());
    if (found) return found;
    throw new UsageError(`"${printable(text)}" is unknown; choose one of ${choices.join(', ')}`);
  };

function countryOf(text: string): string {
  const code = text.toUpperCase() === 'UK' ? 'GB' : text.toUpperCase();
  const name = /^[A-Z]{2}$/.test(code)
    ? new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' }).of(code)
    : undefined;
  if (name !== undefined) return code;
  throw new UsageError(`"${printable(text)}" is no country code; write two letters, for example DE or US`);
}

function countOf(text: string): number {
  const digits = text.replaceAll(/[ ,._']/g, '');
  if (/^\d{1,15}$/.test(digits)) return Number(digits);
  throw new UsageError(`"${printable(text)}" is no whole number`);
}

/** The questions of `hashsieve init`, in their order. */
export const operatorQuestions: readonly OperatorQuestion[] = [
  {
    key: 'country',
    text: 'In which country is the service run? Two letters, for example DE, GB or US',
    read: countryOf,
  },
  {
    key: 'kind',
    text: `What is it? ${serviceKinds.join(', ')}`,
    otherwise: 'other',
    read: oneOf(serviceKinds),
  },
  {
    key: 'uploads',
    text: 'How many pictures do users upload in a month, about?',
    otherwise: '10000',
    read: countOf,
  },
  {
    key: 'company',
    text: 'Is it run by a registered company or organisation? yes, no',
    otherwise: 'no',
    read: yesOrNo,
  },
  { key: 'cloudflare', text: 'Does Cloudflare serve its pictures? yes, no', otherwise: 'no', read: yesOrNo },
  {
    key: 'posts',
    text: `Who sees what users upload? public: everybody or a group; private: whom it is sent to; both`,
    otherwise: 'public',
    read: oneOf(postKinds),
  },
];

/**
 * Collects the answers: those of the options, then those of `ask` for each question that is left, or else the default.
 * Raises UsageError for an option that is no answer, and for a question without a default and without `ask`.
 * @param ask gets a question, asks until the answer can be read, and gives what was read.
 */
export async function readAnswers(
  options: InitOptions,
  ask?: (question: OperatorQuestion) => Promise<Answers[keyof Answers]>,
): Promise<Answers> {
  const answers: Partial<Record<keyof Answers, Answers[keyof Answers]>> = {};
  for (const question of operatorQuestions) {
    const { key, otherwise, read } = question;
    const given = options[key];
    if (given !== undefined) answers[key] = named(key, () => read(String(given)));
    else if (ask) answers[key] = await ask(question);
    else if (otherwise !== undefined) answers[key] = read(otherwise);
    else throw new UsageError(`--${key} is missing: ${question.text}`);
  }
  return answers as Answers;
}

/** Runs `read` and puts the option's name before its error. */
function named<T>(key: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`--${key}: ${error.message}`);
    throw error;
  }
}
