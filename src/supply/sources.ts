import type { Fact, Mark, Source } from './types.js';

/** When the facts were last looked up (YYYY-MM-DD). Raise it only after looking all of them up again. */
export const checkedOn = '2026-11-30';

const fact =
  (mark: Mark) =>
  (text: string, at: string, date = checkedOn): Fact => ({ text, mark, date, at });
const ownPage = fact('own-page');
const quoted = fact('quoted');
const unknown = (text: string): Fact => ({ text, mark: 'not-public', date: checkedOn });

const onApplication = 'by application; how long it takes';

/**
 * The sources with all their facts: no other file holds any. `hashsieve init` and docs/get-a-list.md use them; after a
 * change run `npm run sources`.
 */
export const sources = {
  own: {
    name: 'Your own list',
    by: 'you',
    gives: ownPage('every picture that you removed is found when somebody uploads it again', 'docs/lists.md'),
    costs: ownPage('nothing', 'docs/lists.md'),
    terms: [ownPage('nobody has to be asked', 'docs/lists.md')],
    form: ownPage('none', 'docs/lists.md'),
    takes: ownPage('a minute', 'docs/lists.md'),
    sees: 'nothing leaves the machine',
    use: 'own',
    door: 'hashsieve list add --from-image FILE',
  },
  cloudflare: {
    name: "Cloudflare's CSAM scanning tool",
    by: 'Cloudflare',
    gives: quoted(
      'compares pictures that enter the cache of a zone; mails you the paths once a day and blocks the addresses; no log, ' +
        'no score, no list; you still file your own reports',
      "Cloudflare's blog, quoted by three documents",
      '2026-10-04',
    ),
    costs: ownPage('nothing, for any zone', 'developers.cloudflare.com', '2025-02-04'),
    terms: [
      quoted('does not see presigned, no-store and private objects', 'three documents', '2026-10-04'),
      ownPage('the API holds settings only, and no detections', 'developers.cloudflare.com'),
    ],
    form: ownPage('a verified e-mail address', 'developers.cloudflare.com', '2025-02-04'),
    takes: ownPage('minutes', 'developers.cloudflare.com', '2025-02-04'),
    sees: 'the pictures that it serves for you anyway',
    use: 'elsewhere',
    door: 'the settings of the zone at Cloudflare',
  },
  shield: {
    name: 'Shield by Project Arachnid',
    by: 'Canadian Centre for Child Protection (C3P)',
    gives: quoted(
      'answers for a PDQ hash, a picture or a video: csam, harmful-abusive-material (about a third of what C3P verified in ' +
        '2018-20, and not illegal everywhere), test, or no-known-match; no look-up by MD5 or SHA-1',
      "two documents on C3P's interface 1.1.0",
      '2026-10-04',
    ),
    costs: quoted('nothing', 'three documents', '2026-10-04'),
    terms: [
      ownPage('made for electronic service providers', 'projetarachnid.ca'),
      quoted('one small sole operator was told that they may use it', 'one document', '2026-07-16'),
      unknown('terms of the interface, rate, how long a picture is kept, whether C3P reports the sender'),
    ],
    form: quoted('organisation, title, jurisdiction', 'one document on the form', '2026-07-16'),
    takes: unknown(onApplication),
    sees: 'PDQ hashes, if you send only those; C3P is in Canada',
    use: 'matcher',
    door: 'projectarachnid.ca, or shield@projectarachnid.com',
  },
  ncmec: {
    name: 'NCMEC hash sharing',
    by: 'National Center for Missing & Exploited Children (USA)',
    gives: quoted(
      'lists of MD5, SHA-1, PDQ, PhotoDNA and video hashes; 12.1 million shared with 78 providers at the end of 2025; the ' +
        'share of PDQ is not public',
      "NCMEC's figures, quoted",
      '2026-10-04',
    ),
    costs: quoted('nothing', 'one document', '2026-10-04'),
    terms: [
      quoted(
        'user name and password are asked for from NCMEC, apart from those of the CyberTipline, for which you register as a provider first; who gets them NCMEC decides',
        'the documentation of hash sharing, quoted',
        '2026-10-04',
      ),
      ownPage('NCMEC wrote of U.S. based providers', 'missingkids.org', '2016-01-01'),
      ownPage('companies in the United States and beyond', 'iwf.org.uk', '2019-12-12'),
    ],
    form: unknown('what the form for hash sharing asks'),
    takes: quoted('registration as a provider is not instant', 'four documents', '2026-10-04'),
    sees: 'nothing: the list comes to you',
    use: 'sync',
    door: 'esp.ncmec.org/registration, then ask for hash sharing: ESPteam@ncmec.org',
    exchange: {
      type: 'ncmec',
      base: '{{industry, npo, exploitative, …}}',
      credentialsFile: '{{/etc/hashsieve/ncmec.credentials}}',
    },
  },
  takeItDown: {
    name: 'Take It Down',
    by: 'NCMEC',
    gives: ownPage(
      'hash values of pictures that minors reported of themselves, for public or unencrypted parts of a service',
      'a press release of NCMEC',
      '2023-02-27',
    ),
    costs: unknown('the cost for a small host'),
    terms: [ownPage('platforms sign up', 'a press release of NCMEC', '2023-02-27')],
    form: unknown('the form, the format and the interface'),
    takes: unknown('how long it takes'),
    sees: 'nothing: the list comes to you',
    use: 'file',
    door: "NCMEC's team for providers: ESPteam@ncmec.org",
  },
  intercept: {
    name: 'Image Intercept',
    by: 'Internet Watch Foundation (IWF, United Kingdom)',
    gives: quoted(
      "compares pictures and videos with the IWF's list, by PhotoDNA",
      "the IWF's page, quoted by five documents",
      '2026-10-10',
    ),
    costs: quoted(
      'nothing up to a million checks a month',
      "the IWF's page, quoted by five documents",
      '2026-10-10',
    ),
    terms: [
      quoted('for eligible smaller platforms; every application is reviewed', 'five documents', '2026-10-10'),
      unknown('whether an operator outside of the United Kingdom can have it; the interface'),
    ],
    form: quoted(
      'name, role, e-mail, phone, country, entity, website, trading since, employees, addresses, registration number and ' +
        'certificate, group, service in the United Kingdom, whether its law applies, other countries, what users upload, uploads a month',
      'one document on the form',
      '2026-10-10',
    ),
    takes: unknown(onApplication),
    sees: 'not public: ask whether pictures or hashes leave your machine',
    use: 'matcher',
    door: 'iwf.org.uk/our-technology/image-intercept',
  },
  offlimits: {
    name: 'Instant Image Identifier (Hash Check Service)',
    by: 'Offlimits, formerly EOKM (Netherlands)',
    gives: ownPage(
      'answers for MD5, SHA-1 and PhotoDNA hashes out of the lists of the Dutch police, INTERPOL and NCMEC',
      'meldpunt-kinderporno.nl',
    ),
    costs: ownPage('nothing, for every hosting provider', 'meldpunt-kinderporno.nl'),
    terms: [unknown('whether hosts outside of the Netherlands can have it; the interface')],
    form: ownPage('a contact form', 'meldpunt-kinderporno.nl'),
    takes: unknown('how long it takes'),
    sees: 'digests. A picture that your service re-encodes has another digest: hash the original at upload',
    use: 'matcher',
    door: 'offlimits.nl',
  },
  arachnidList: {
    name: "Project Arachnid's hash list",
    by: 'C3P',
    gives: quoted('the list itself, for services of high volume', 'one document', '2026-09-11'),
    costs: unknown('the cost'),
    terms: [quoted('by application', 'one document', '2026-09-11')],
    form: unknown('the form, the format and the interface'),
    takes: unknown('how long it takes'),
    sees: 'nothing: the list comes to you',
    use: 'file',
    door: 'projectarachnid.ca',
  },
  stopncii: {
    name: 'StopNCII',
    by: 'SWGfL (United Kingdom)',
    gives: ownPage(
      'hashes of intimate pictures and videos of adults, made by the people in them; never a matter for NCMEC',
      'swgfl.org.uk',
    ),
    costs: unknown('the cost for a small host'),
    terms: [ownPage('platforms can join, by writing', 'swgfl.org.uk')],
    form: unknown('terms of joining'),
    takes: unknown('how long it takes'),
    sees: 'nothing: the list comes to you',
    use: 'sync',
    door: 'write to SWGfL: swgfl.org.uk',
    exchange: { type: 'stopncii', credentialsFile: '{{/etc/hashsieve/stopncii.credentials}}' },
  },
  disrupt: {
    name: 'Disrupt',
    by: 'Point de Contact (France)',
    gives: ownPage('hashes of intimate pictures, given to platforms', 'pointdecontact.net'),
    costs: unknown('the price'),
    terms: [unknown('the terms')],
    form: unknown('the form and the format'),
    takes: unknown('how long it takes'),
    sees: 'nothing: the list comes to you',
    use: 'file',
    door: 'pointdecontact.net',
  },
  iwf: {
    name: 'IWF membership',
    by: 'Internet Watch Foundation (IWF, United Kingdom)',
    gives: quoted(
      "the IWF's list of more than 3.2 million hashes: PhotoDNA, MD5, SHA-1 and SHA-256; PDQ is not named",
      'one document',
      '2026-10-04',
    ),
    costs: quoted(
      'from £5,000 to more than £100,000 a year, by sector and size',
      "the IWF's page, quoted by three documents",
      '2026-10-10',
    ),
    terms: [
      quoted(
        'a registered organisation, older than 12 months, with more than two unrelated full-time staff',
        "the IWF's page, quoted by three documents",
        '2026-10-10',
      ),
    ],
    form: unknown('the form'),
    takes: unknown(onApplication),
    sees: 'nothing: the list comes to you',
    use: 'file',
    door: 'iwf.org.uk/membership',
  },
  photodna: {
    name: 'PhotoDNA Cloud',
    by: 'Microsoft',
    gives: ownPage(
      'compares pictures (no videos); content is not stored; there is a benign test database',
      'microsoft.com',
    ),
    costs: ownPage('nothing, for qualified customers', 'microsoft.com'),
    terms: [
      ownPage('for online services that host what users upload', 'microsoft.com'),
      ownPage(
        'you allow audits, and that NCMEC gets counts; the duty to report stays yours',
        'microsoft.com',
        '2018-05-01',
      ),
      quoted('a third party vets you; a limited number of checks a month', 'two documents', '2026-10-10'),
    ],
    form: unknown('what the form asks'),
    takes: unknown(onApplication),
    sees: 'the pictures themselves',
    use: 'matcher',
    door: 'microsoft.com/photodna',
  },
  korea: {
    name: 'State database of Korea',
    by: 'Korean Communications Commission',
    gives: ownPage('a database with which obliged services compare uploads', 'kcc.go.kr', '2025-03-11'),
    costs: unknown('the cost'),
    terms: [
      ownPage(
        'obligatory above a threshold; 91 services were inspected and 7 fined',
        'kcc.go.kr',
        '2025-03-11',
      ),
    ],
    form: unknown('the form'),
    takes: unknown('how long it takes'),
    sees: 'not public',
    use: 'none',
    door: 'kcc.go.kr',
  },
  communities: {
    name: 'Lists of communities: HMA banks, Matrix policy lists',
    by: 'moderators whom you trust',
    gives: ownPage('pictures that others removed; only as good as those who add them', 'docs/lists.md'),
    costs: ownPage('nothing', 'docs/lists.md'),
    terms: [ownPage('whatever the community agreed on', 'docs/lists.md')],
    form: ownPage('none', 'docs/lists.md'),
    takes: ownPage('minutes', 'docs/lists.md'),
    sees: 'nothing: the list comes to you',
    use: 'sync',
    door: 'ask the moderators of neighbouring services',
  },
  safer: {
    name: 'Safer',
    by: 'Thorn',
    gives: quoted('matching and review; the classifier only in Enterprise', 'three documents', '2026-10-04'),
    costs: quoted(
      'Essential from $30,720 for 12 months (a million queries a month), Enterprise from $45,384',
      'three documents',
      '2026-10-04',
    ),
    terms: [quoted('no programme for small platforms was found', 'three documents', '2026-10-04')],
    form: unknown('the form'),
    takes: unknown('how long it takes'),
    sees: 'hashes or pictures, by how it is set up',
    use: 'elsewhere',
    door: 'safer.io',
  },
} as const satisfies Readonly<Record<string, Source>>;

/** Key of a source in the table. */
export type SourceKey = keyof typeof sources;
