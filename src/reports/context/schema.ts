import { eventNames, fileAnnotations } from './ncmec-words.js';

/** The schema of what an operator knows about assets, of which `docs/schemas/context.schema.json` is a copy. */
const text = (description: string, maxLength = 3000) => ({
  type: 'string',
  minLength: 1,
  maxLength,
  description,
});
const time = (description: string) =>
  text(`${description} ISO 8601 with zone: 2026-01-31T12:00:00Z. Without a zone only with --time-zone.`, 40);
const flag = (description: string) => ({ type: 'boolean', description });
const list = (items: object, description: string) => ({ type: 'array', items, maxItems: 1000, description });
const object = (properties: Record<string, object>, required: readonly string[], description?: string) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
  ...(description ? { description } : {}),
});
const hex = (digits: number, description: string) => ({
  type: 'string',
  pattern: `^[0-9a-fA-F]{${digits}}$`,
  description,
});
const free = (description: string) => ({ type: 'object', description });

const ipEvent = object(
  {
    ip: text('IPv4 or IPv6 address.', 45),
    event: { type: 'string', enum: eventNames, description: 'What was done from there.' },
    at: time('When it was used.'),
    port: { type: 'integer', minimum: 1, maximum: 65535, description: 'Source port.' },
    proxy: flag('True when it may be a proxy; leave out when not known.'),
  },
  ['ip'],
);

const uploader = {
  ...object(
    {
      id: text(
        "The service's own id of the account. Leave it out where there are no accounts: a person is then known by IP, e-mail or name.",
      ),
      firstName: text('Given name.'),
      lastName: text('Family name.'),
      screenName: text('Name that the account logs in with or is shown as.'),
      displayNames: list(text('A name.'), 'Further names that were shown.'),
      emails: list(
        object(
          {
            address: text('E-mail address.'),
            verified: flag('True when the service verified it.'),
            verifiedAt: time('When it was verified.'),
          },
          ['address'],
        ),
        'E-mail addresses.',
      ),
      phones: list(text('A telephone number.'), 'Telephone numbers.'),
      profileUrls: list(text('An address.'), 'Addresses of the profile.'),
      bio: text('Text of the profile.', 100_000),
      dateOfBirth: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'YYYY-MM-DD.' },
      ips: list(ipEvent, 'Addresses that the account used.'),
      devices: list(
        object(
          {
            type: text('IMEI, advertising id, …'),
            value: text('The id.'),
            at: time('When it was seen.'),
          },
          ['type', 'value'],
        ),
        'Devices of the account.',
      ),
      disabledAt: time('When the account was closed for good.'),
      priorReports: list(
        { type: 'integer', minimum: 1, description: 'A report number.' },
        'Earlier CyberTipline reports on this account; numbers of the production service only.',
      ),
      note: text('Anything else about the account.', 100_000),
    },
    [],
    'The account or person that brought the asset.',
  ),
  minProperties: 1,
};

const review = object(
  {
    by: text('Who looked.'),
    at: time('When.'),
    fileViewed: flag('True only when the whole file was looked at.'),
    exifViewed: flag('True only when its EXIF data was looked at.'),
    classification: {
      type: 'string',
      enum: ['baseline', 'A1', 'A2', 'B1', 'B2'],
      description: 'Grade that this person gave.',
    },
    annotations: list(
      { type: 'string', enum: fileAnnotations },
      "Names of the CyberTipline's file annotations.",
    ),
  },
  ['by', 'at', 'fileViewed'],
  'What a human saw and decided. Leave it out when nobody looked: nobody has to.',
);

export const assetProperties = {
  url: text('Public web address of the asset, where the event names a local file.', 8000),
  uploader,
  uploadedAt: time('When it was uploaded.'),
  uploadIp: ipEvent,
  fileName: text('Name that it was uploaded under.', 8000),
  title: text('Title or text that went with it.', 100_000),
  publiclyAvailable: flag('True when anyone could open it.'),
  removed: flag('True when it is offline already.'),
  removedAt: time('When it was taken offline.'),
  hostIp: text('Address of the machine that serves it.', 45),
  review,
  note: text('Anything else about the asset.', 100_000),
  ncmec: object(
    {
      report: free(
        "Elements of the CyberTipline's <report>, under their own names; @name is an attribute, # the text.",
      ),
      file: free("Elements of the CyberTipline's <fileDetails>, in the same form."),
    },
    [],
    'What only the CyberTipline asks for. It is added to, and overrides, what is drafted.',
  ),
};

const keys = {
  event: { type: 'string', pattern: '^[0-9a-f]{32}$', description: 'Id of the event.' },
  uri: text('Address of the asset, as the event has it.', 20_000),
  sha256: hex(64, 'SHA-256 of the asset.'),
  sha1: hex(40, 'SHA-1 of the asset.'),
  md5: hex(32, 'MD5 of the asset.'),
};

export const contextKeys = Object.keys(keys) as readonly (keyof typeof keys)[];

export const contextSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'hashsieve/context/1',
  title: 'What an operator knows about assets that were detected',
  ...object(
    {
      schema: { const: 'hashsieve/context/1' },
      assets: {
        type: 'array',
        description: 'One entry per asset. Each names its asset by event id, address or digest.',
        items: {
          ...object({ ...keys, ...assetProperties }, []),
          anyOf: contextKeys.map((key) => ({ required: [key] })),
        },
      },
    },
    ['schema', 'assets'],
  ),
};

/** What a context command prints: an entry without a key, because the program asks about one event. */
export const assetSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'hashsieve/context-asset/1',
  ...object(assetProperties, []),
};

const person = (description: string) =>
  object(
    {
      firstName: text('Given name.'),
      lastName: text('Family name.'),
      email: { type: 'string', pattern: '^[^\\s@]+@[^\\s@]+$', description: 'E-mail address.' },
      phone: text('Telephone number, with country code.'),
      address: object(
        {
          street: text('Street and number, or post box.'),
          city: text('Town.'),
          postcode: text('Postal code.'),
          state: text('State or province; two letters in the US.'),
          country: { type: 'string', pattern: '^[A-Z]{2}$', description: 'Two letters: US.' },
        },
        [],
      ),
    },
    [],
    description,
  );

/** The configuration's block `operator`. */
export const operatorSchema = {
  ...object(
    {
      $comment: { type: 'string', description: 'Any remark.' },
      organisation: text('Legal name of the organisation, or of the person who runs the site.', 200),
      domain: {
        type: 'string',
        pattern: '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$',
        description: 'Host name: example.org.',
      },
      service: text('What the users know the service as.'),
      jurisdiction: { type: 'string', description: 'us, uk, ca, eu, de or au.' },
      reporter: person('Who signs a report.'),
      contact: person("Who answers the authority's questions, when it is somebody else."),
      companyTemplate: text(
        'Text for every report: how legal process is served, an emergency number.',
        100_000,
      ),
      termsOfService: text('The terms that forbid such content.'),
      legalUrl: text('Address of a page for law enforcement.'),
      publicAddresses: list(
        object(
          {
            files: text('Folder on this machine: /srv/www/uploads/', 8000),
            url: {
              type: 'string',
              pattern: '^https?://',
              description: 'Where it is seen: https://example.org/uploads/',
            },
          },
          ['files', 'url'],
        ),
        'Where files on this machine are seen from outside.',
      ),
    },
    ['organisation', 'domain', 'reporter'],
  ),
};
