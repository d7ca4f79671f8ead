/**
 * A second opinion on the CyberTipline's documents, written from the published tables and sharing no code with
 * src/reports: another parser (libxml2), content models as regular expressions over the names of children.
 */
import { XmlDocument, XmlElement, XmlText } from 'libxml2-wasm';

// `?` 0–1, `*` 0–many, none: exactly one; `|` separates alternatives; `&` any order.
const account =
  'espIdentifier? espService? compromisedAccount? screenName? displayName* profileUrl* profileBio? ipCaptureEvent* deviceId*';
const disabled = 'accountTemporarilyDisabled? accountPermanentlyDisabled?';
const person = 'firstName? lastName? phone* email* address* age? ageAssertionDiscrepancy? dateOfBirth?';
const contactPerson = 'firstName? lastName? phone* email* address*';
const address = 'address? city? zipCode? state? nonUsaState? country?';

const models: Record<string, string> = {
  report:
    'batchedReport? incidentSummary internetDetails* lawEnforcement? reporter personOrUserReported* intendedRecipient* victim* additionalInfo?',
  batchedReport: '',
  incidentSummary:
    'incidentType platform? escalateToHighPriority? reportAnnotations? incidentDateTime incidentDateTimeDescription?',
  reportAnnotations:
    '& sextortion csamSolicitation minorToMinorInteraction spam sadisticOnlineExploitation informational',
  internetDetails:
    '| webPageIncident emailIncident newsgroupIncident chatImIncident onlineGamingIncident cellPhoneIncident nonInternetIncident peer2peerIncident',
  webPageIncident: 'url* additionalInfo?',
  emailIncident: 'emailAddress* content? additionalInfo?',
  newsgroupIncident: 'name? emailAddress* content? additionalInfo?',
  chatImIncident: 'chatClient? chatRoomName? content? additionalInfo?',
  onlineGamingIncident: 'gameName? console? content? additionalInfo?',
  cellPhoneIncident: 'phoneNumber? latitude? longitude? additionalInfo?',
  nonInternetIncident: 'locationName? incidentAddress* additionalInfo?',
  peer2peerIncident: 'client? ipCaptureEvent* fileNames? additionalInfo?',
  lawEnforcement:
    'agencyName caseNumber? officerContact? reportedToLe? servedLegalProcessDomestic? servedLegalProcessInternational?',
  officerContact: contactPerson,
  reporter: 'reportingPerson contactPerson? companyTemplate? termsOfService? legalURL?',
  reportingPerson: person,
  contactPerson,
  personOrUserReported: `personOrUserReportedPerson? vehicleDescription? ${account} thirdPartyUserReported? priorCTReports* groupIdentifier? ${disabled} estimatedLocation? allEmailsReported? associatedAccount* additionalInfo?`,
  personOrUserReportedPerson: person,
  intendedRecipient: `intendedRecipientPerson? ${account} priorCTReports* groupIdentifier? ${disabled} estimatedLocation? allEmailsReported? additionalInfo*`,
  intendedRecipientPerson: person,
  victim: `victimPerson ${account} schoolName? priorCTReports* ${disabled} estimatedLocation? allEmailsReported? associatedAccount* additionalInfo?`,
  victimPerson: person,
  incidentAddress: address,
  ipCaptureEvent: 'ipAddress eventName? dateTime? possibleProxy? port?',
  deviceId: 'idType idValue eventName? dateTime?',
  estimatedLocation: 'city? region? countryCode?',
  associatedAccount: `platform? firstName? middleName? lastName? approximateAge? ageAssertionDiscrepancy? dateOfBirth? phone* email* allEmailsReported? address* espService? espIdentifier? profileUrl* screenName? displayName* profileBio? groupIdentifier? compromisedAccount? ${disabled} ipCaptureEvent* deviceId* priorCTReport* additionalInfo?`,
  fileDetails:
    'reportId fileId fileName? originalFileName? uploadedToEspTimestamp? locationOfFile? fileViewedByEsp? exifViewedByEsp? publiclyAvailable? fileRelevance? (potentialMeme|fileAnnotations)? industryClassification? originalFileHash* ipCaptureEvent? deviceId* details* additionalInfo*',
  fileAnnotations:
    '& animeDrawingVirtualHentai potentialMeme viral possibleSelfProduction physicalHarm violenceGore bestiality liveStreaming infant generativeAi',
  details: '(nameValuePair)+',
  nameValuePair: 'name value',
};

/** The day on which all drafts of the tests are made. */
const latest = Date.parse('2026-06-01T12:00:00Z');

const lengths: Record<string, number> = {
  escalateToHighPriority: 3000,
  incidentDateTimeDescription: 3000,
  'report/additionalInfo': 3000,
  termsOfService: 3000,
  legalURL: 2083,
  locationOfFile: 2083,
  idValue: 2083,
  originalFileName: 2056,
  platform: 256,
  screenName: 256,
  espIdentifier: 255,
  groupIdentifier: 255,
  email: 255,
  emailAddress: 255,
  'address/address': 255,
  'incidentAddress/address': 255,
  agencyName: 255,
  schoolName: 255,
  gameName: 255,
  console: 255,
  chatClient: 255,
  chatRoomName: 255,
  'newsgroupIncident/name': 255,
  idType: 255,
  'estimatedLocation/city': 255,
  'estimatedLocation/region': 255,
  vehicleDescription: 300,
  espService: 100,
  firstName: 100,
  lastName: 100,
  city: 100,
  nonUsaState: 100,
  caseNumber: 100,
  'nameValuePair/name': 64,
  '@hashType': 64,
  phone: 50,
  phoneNumber: 50,
  '@extension': 10,
  zipCode: 20,
};

const zoned = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const bool = /^(true|false)$/;
const whole = /^\d+$/;
const shapes: Record<string, RegExp> = {
  incidentType:
    /^(Child Pornography \(possession, manufacture, and distribution\)|Child Sex Trafficking|Child Sex Tourism|Child Sexual Molestation|Misleading Domain Name|Misleading Words or Digital Images on the Internet|Online Enticement of Children for Sexual Acts|Unsolicited Obscene Material Sent to a Child)$/,
  incidentDateTime: zoned,
  dateTime: zoned,
  uploadedToEspTimestamp: zoned,
  '@verificationDate': zoned,
  '@disabledDate': zoned,
  '@userNotifiedDate': zoned,
  '@reenabledDate': zoned,
  '@timestamp': zoned,
  dateOfBirth: /^\d{4}-\d\d-\d\d$/,
  fileViewedByEsp: bool,
  exifViewedByEsp: bool,
  publiclyAvailable: bool,
  compromisedAccount: bool,
  thirdPartyUserReported: bool,
  possibleProxy: bool,
  allEmailsReported: bool,
  reportedToLe: bool,
  '@verified': bool,
  '@thirdPartyUser': bool,
  '@thirdPartyHostedContent': bool,
  fileRelevance: /^(Reported|Supplemental Reported)$/,
  industryClassification: /^[AB][12]$/,
  eventName: /^(Login|Registration|Purchase|Upload|Other|Unknown)$/,
  port: whole,
  age: whole,
  priorCTReports: whole,
  priorCTReport: whole,
  state: /^[A-Z]{2}$/,
  country: /^([A-Z][A-Z0-9])?$/,
  countryCode: /^([A-Z][A-Z0-9])?$/,
  url: /^\S+$/,
  locationOfFile: /^\S+$/,
  '@countryCallingCode': /^\+[0-9]{1,3}$/,
  '@extension': /^[0-9]+$/,
  '@reason': /^VIRAL_POTENTIAL_MEME$/,
  '@hashType': /^(MD5|SHA1|SHA256|PDQ|PHASH|DHASH|BLOCKHASH)$/,
  reportId: /^(\d+|\{\{REPORT-ID\}\})$/,
  fileId: /^([0-9a-f]{32}|\{\{FILE-ID\}\})$/,
  'details/@type': /^(EXIF|HASH)$/,
  'phone/@type': /^(Mobile|Home|Business|Work|Fax|Internet|Recovery)$/,
  'email/@type': /^(Home|Work|Business|Recovery)$/,
  'address/@type': /^(Home|Business|Billing|Shipping|Technical)$/,
  'associatedAccount/@type': /^(Billing|Linked|Business|Creator|Parent\/Guardian|Other)$/,
};
const attributes: Record<string, string> = {
  batchedReport: 'reason!',
  webPageIncident: 'thirdPartyHostedContent',
  address: 'type',
  incidentAddress: 'type',
  email: 'type verified verificationDate',
  emailAddress: 'type verified verificationDate',
  phone: 'type verified verificationDate countryCallingCode extension',
  phoneNumber: 'type verified verificationDate countryCallingCode extension',
  estimatedLocation: 'verified timestamp',
  accountTemporarilyDisabled: 'disabledDate userNotified userNotifiedDate reenabledDate',
  accountPermanentlyDisabled: 'disabledDate userNotified userNotifiedDate',
  associatedAccount: 'type!',
  platform: 'thirdPartyUser',
  servedLegalProcessInternational: 'fleaCountry',
  originalFileHash: 'hashType!',
  details: 'type',
};

function modelOf(name: string, parent: string): string | undefined {
  if (name === 'address' && parent !== 'address' && parent !== 'incidentAddress') return address;
  return name === 'address' ? undefined : models[name];
}

function fits(model: string, names: readonly string[]): boolean {
  const words = model.split(' ').filter((word) => word !== '');
  if (words[0] === '&') return new Set(names).size === names.length && names.every((n) => words.includes(n));
  if (words[0] === '|') return names.length === 1 && words.includes(names[0]!);
  const pattern = words
    .map((word) => {
      const [, body, times] = /^(.*?)([?*+]?)$/.exec(word)!;
      return `(?:${body!.startsWith('(') ? `(?:${body!.slice(1, -1)})` : body},)${times}`;
    })
    .join('');
  return new RegExp(`^${pattern}$`).test(names.map((name) => `${name},`).join(''));
}

function judgeText(name: string, parent: string, text: string, at: string, wrong: string[]): void {
  const shape = shapes[`${parent}/${name}`] ?? shapes[name];
  if (shape && !shape.test(text)) wrong.push(`${at}: "${text}" has the wrong form`);
  const max = lengths[`${parent}/${name}`] ?? lengths[name];
  if (max !== undefined && Array.from(text).length > max) wrong.push(`${at}: longer than ${max}`);
  if (zoned.test(text) && Date.parse(text) > latest) wrong.push(`${at}: in the future`);
}

function judge(element: XmlElement, parent: string, at: string, wrong: string[]): void {
  const allowed = (attributes[element.name] ?? '').split(' ').filter(Boolean);
  for (const attribute of element.attrs) {
    if (!allowed.some((name) => name.replace('!', '') === attribute.name))
      wrong.push(`${at}: @${attribute.name}`);
    judgeText(`@${attribute.name}`, element.name, attribute.value, `${at}/@${attribute.name}`, wrong);
  }
  for (const name of allowed.filter((word) => word.endsWith('!'))) {
    if (!element.attr(name.slice(0, -1))) wrong.push(`${at}: no @${name}`);
  }
  const children: XmlElement[] = [];
  for (let node = element.firstChild; node; node = node.next) {
    if (node instanceof XmlElement) children.push(node);
    else if (!(node instanceof XmlText)) wrong.push(`${at}: neither element nor text inside`);
  }
  const model = modelOf(element.name, parent);
  if (model === undefined) {
    if (children.length > 0) wrong.push(`${at}: takes text only`);
    if (element.content === '' && !['spam', 'sextortion'].includes(element.name)) wrong.push(`${at}: empty`);
    judgeText(element.name, parent, element.content, at, wrong);
    return;
  }
  const names = children.map((child) => child.name);
  if (!fits(model, names)) wrong.push(`${at}: children ${names.join(' ')} do not fit ${model}`);
  for (const child of children) judge(child, element.name, `${at}/${child.name}`, wrong);
}

/** Everything that is wrong with a `<report>` or `<fileDetails>` document; empty when it is right. */
export function judgeXml(xml: string): readonly string[] {
  const document = XmlDocument.fromString(xml);
  try {
    const wrong: string[] = [];
    if (!['report', 'fileDetails'].includes(document.root.name)) wrong.push(`root ${document.root.name}`);
    judge(document.root, '', `/${document.root.name}`, wrong);
    return wrong;
  } finally {
    document.dispose();
  }
}

/** Names of all elements that can stand under `root`. */
export function namesUnder(root: string): ReadonlySet<string> {
  const names = new Set([root]);
  const visit = (model: string) => {
    for (const [name] of model.matchAll(/[a-zA-Z0-9]+/g)) {
      if (names.has(name)) continue;
      names.add(name);
      if (models[name] !== undefined) visit(models[name]);
    }
  };
  visit(models[root]!);
  return names.has('address') ? new Set([...names, ...(address.match(/\w+/g) ?? [])]) : names;
}
