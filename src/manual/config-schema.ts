import {
  chatKeys,
  chatServices,
  type configBlocks,
  isSettable,
  type OptionSpec,
  type OptionTable,
  settingNames,
} from '../config/index.js';
import { exchangeTypes } from '../exchanges/index.js';
import { matcherTypes } from '../matchers/index.js';
import { operatorSchema } from '../reports/context/index.js';

/** A JSON Schema of draft 7, or a part of one. */
type Schema = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema (draft 7) of the configuration file: every option by its names, and every block. It says what can be
 * said without the machine; whether files of secrets are there and private, the program finds when it reads them.
 */
export function configSchema(options: OptionTable): Schema {
  const properties: Record<string, Schema> = {};
  for (const [own, spec] of Object.entries(options)) {
    if (!isSettable(spec)) continue;
    for (const { name, negates } of settingNames(own, spec, options)) {
      const about = negates ? `${spec.about} (the opposite of "${own}")` : spec.about;
      const value = { description: `${about}. On the command line: ${spec.flags}`, ...schemaOf(spec) };
      // Commands may share a name with different values: each of them is allowed.
      properties[name] = properties[name] ? { anyOf: [properties[name], value] } : value;
    }
  }
  const blocks: Readonly<Record<(typeof configBlocks)[number], Schema>> = {
    $schema: text('Address or path of this schema, for editors.'),
    $comment: remark,
    operator: operatorSchema,
    notify,
    exchanges: named('Lists that `list sync` keeps current (docs/lists.md), by name.', listName, exchange()),
    matchers: named('Matching services (docs/matching-services.md), by name.', listName, matcher()),
    plugins: named('Plug-ins (docs/plugins.md), by the name of their algorithm.', '.', plugin),
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'hashsieve/config/1',
    title: 'Configuration of hashsieve (docs/settings.md)',
    type: 'object',
    properties: { ...blocks, ...properties },
    additionalProperties: false,
  };
}

const listName = '^[a-z0-9][a-z0-9_-]{0,62}$';
const remark = { description: 'Any remark.' };
const text = (description: string): Schema => ({ type: 'string', minLength: 1, description });
const flag = (description: string): Schema => ({ type: 'boolean', description });
const texts = (description: string): Schema => ({
  type: 'array',
  items: { type: 'string', minLength: 1 },
  minItems: 1,
  description,
});
const duration = '^\\s*\\d+(\\.\\d+)?\\s*([mM]?[sS]|[mMhHdD])?\\s*$';

/** What a kind of option takes in a configuration: `fromConfig` reads it. */
function schemaOf({ kind, choices }: Pick<OptionSpec, 'kind' | 'choices'>): Schema {
  const word: Schema = choices ? { enum: choices } : { type: 'string', minLength: 1 };
  switch (kind) {
    case 'flag':
      return { type: 'boolean' };
    case 'reasons':
      return { anyOf: [{ type: 'boolean' }, word, { type: 'array', items: word, minItems: 1 }] };
    case 'texts':
      return { anyOf: [word, { type: 'array', items: word, minItems: 1 }] };
    case 'names': {
      const list = { type: 'string', minLength: 1 };
      return { anyOf: [list, { type: 'array', items: list, minItems: 1 }] };
    }
    case 'pairs':
      return { type: 'object', additionalProperties: { type: ['string', 'number'] } };
    case 'count':
      return {
        anyOf: [
          { type: 'integer', minimum: 1 },
          { type: 'string', pattern: '^\\d{1,15}$' },
        ],
      };
    case 'number':
      return {
        anyOf: [
          { type: 'number', exclusiveMinimum: 0 },
          { type: 'string', minLength: 1 },
        ],
      };
    case 'bytes':
      return {
        anyOf: [
          { type: 'number', minimum: 1 },
          { type: 'string', pattern: '^\\s*\\d+(\\.\\d+)?\\s*([KMGTkmgt]?[iI]?[bB]?)\\s*$' },
        ],
      };
    case 'duration':
      return {
        anyOf: [
          { type: 'number', exclusiveMinimum: 0 },
          { type: 'string', pattern: duration },
        ],
      };
    default:
      return choices ? word : { type: ['string', 'number'], minLength: 1 };
  }
}

/** An object with entries by name; names that begin with $ are remarks. */
const named = (description: string, name: string, entry: Schema): Schema => ({
  type: 'object',
  description,
  patternProperties: { '^\\$': remark, [name === '.' ? '^[^$]' : name]: entry },
  additionalProperties: false,
});

/** An object whose key `type` says which of the other keys it takes. */
const byType = (
  types: Readonly<Record<string, { properties: Record<string, Schema>; required: string[] }>>,
): Schema => ({
  type: 'object',
  properties: { type: { enum: Object.keys(types) } },
  required: ['type'],
  allOf: Object.entries(types).map(([type, { properties, required }]) => ({
    if: { properties: { type: { const: type } }, required: ['type'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: {
      properties: { type: true, ...properties },
      patternProperties: { '^\\$': remark },
      required,
      additionalProperties: false,
    },
  })),
});

const address = (description: string): Schema => ({ type: 'string', pattern: '^https?://', description });
const allowPrivate = flag('The address is in your own network: http and private addresses are allowed.');
const webTimeout = { ...schemaOf({ kind: 'duration' }), description: 'How long a request may take.' };

function exchange(): Schema {
  const common = {
    path: text('File of the list; default: lists/NAME.jsonl beside the ledger.'),
    credentialsFile: text('File of mode 0600 with lines name=value.'),
    allowPrivate,
    timeout: webTimeout,
    maxBytes: { ...schemaOf({ kind: 'bytes' }), description: 'Most bytes of one answer.' },
  };
  return byType(
    Object.fromEntries(
      Object.entries(exchangeTypes).map(([type, { settings }]) => [
        type,
        { properties: { ...common, ...settingsOf(settings) }, required: requiredOf(settings) },
      ]),
    ),
  );
}

const secret: Schema = {
  type: 'object',
  properties: { env: text('Variable of the environment.'), file: text('File of mode 0600.') },
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: false,
};

function matcher(): Schema {
  const common = {
    send: { ...schemaOf({ kind: 'names' }), description: 'What leaves for the service, spelled out.' },
    looks: { enum: ['upright', 'dihedral', 'basic'], description: 'Which looks are asked about.' },
    connections: { ...schemaOf({ kind: 'count' }), description: 'Simultaneous requests, at most 32.' },
    rate: { ...schemaOf({ kind: 'number' }), description: 'Most requests a second.' },
    timeout: webTimeout,
    keepNo: { ...schemaOf({ kind: 'duration' }), description: 'How long "no match" is remembered.' },
    allowPrivate,
  };
  return byType(
    Object.fromEntries(
      Object.entries(matcherTypes).map(([type, { settings, secrets }]) => [
        type,
        {
          properties: {
            ...common,
            ...settingsOf(settings),
            ...Object.fromEntries(Object.keys(secrets).map((name) => [name, secret])),
          },
          required: requiredOf(settings),
        },
      ]),
    ),
  );
}

type Settings = Readonly<
  Record<string, { kind: string; about: string; choices?: readonly string[]; required?: true }>
>;

const settingsOf = (settings: Settings): Record<string, Schema> =>
  Object.fromEntries(
    Object.entries(settings).map(([name, { kind, about, choices }]) => [
      name,
      {
        description: about,
        ...(kind === 'json'
          ? {}
          : kind === 'headers'
            ? { type: 'object', additionalProperties: { anyOf: [{ type: 'string' }, secret] } }
            : schemaOf({ kind: kind as OptionSpec['kind'], ...(choices ? { choices } : {}) })),
      },
    ]),
  );

const requiredOf = (settings: Settings): string[] =>
  Object.keys(settings).filter((name) => settings[name]!.required === true);

const chatTexts: Readonly<Record<string, Schema>> = {
  url: address('Base address of the service.'),
  urlFile: text('File of mode 0600 with the whole address, which is the secret.'),
  tokenFile: text('File of mode 0600 with the token.'),
  room: text('Id of the room.'),
  chat: text('Id of the chat.'),
  topic: text('Name of the topic.'),
  allowPrivate,
};

const notify: Schema = {
  type: 'object',
  description: 'Who is told of detections (docs/notify.md).',
  properties: {
    when: { enum: ['at-once', 'daily'] },
    interval: { type: 'number', minimum: 1, maximum: 3600, description: 'Seconds that one notice collects.' },
    targets: {
      type: 'object',
      minProperties: 1,
      additionalProperties: byType({
        email: {
          properties: {
            host: text('Name of the mail server.'),
            port: { type: 'integer', minimum: 1, maximum: 65_535 },
            tls: { enum: ['implicit', 'starttls', 'none'] },
            user: text('Name that it is logged in with.'),
            passwordFile: text('File of mode 0600 with the password.'),
            caFile: text('PEM certificates that are trusted instead of the system’s.'),
            from: text('Sender.'),
            to: texts('Recipients, each a text of its own.'),
          },
          required: ['host', 'from', 'to'],
        },
        webhook: {
          properties: {
            url: address('Address that gets the request.'),
            secretFile: text('File of mode 0600 with the key of the signature.'),
            allowPrivate,
          },
          required: ['url', 'secretFile'],
        },
        command: { properties: { command: texts('Program and arguments.') }, required: ['command'] },
        ...Object.fromEntries(
          Object.entries(chatServices).map(([type, { needs }]) => [
            type,
            {
              properties: Object.fromEntries(
                chatKeys(type as keyof typeof chatServices).map((key) => [key, chatTexts[key]!]),
              ),
              required: [...needs],
            },
          ]),
        ),
      }),
    },
  },
  required: ['targets'],
  additionalProperties: false,
};

const plugin: Schema = {
  type: 'object',
  oneOf: [
    { properties: { module: text('Path of a module.') }, required: ['module'], additionalProperties: false },
    {
      properties: {
        program: texts('Path of a program, and its arguments.'),
        bits: { type: 'number' },
        metric: { enum: ['hamming', 'l1', 'l2-squared'] },
        threshold: { type: 'number' },
        recipe: { type: 'string', description: 'Name of the algorithm with its version.' },
      },
      required: ['program', 'bits', 'threshold', 'recipe'],
      additionalProperties: false,
    },
  ],
};
