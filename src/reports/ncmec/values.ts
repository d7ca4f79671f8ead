import { printable } from '../../core/index.js';
import {
  algorithmTitle,
  basisNote,
  basisOf,
  distinct,
  fullName,
  insideNotes,
  matchSentences,
  pageOf,
  pieceOf,
  seenAt,
} from '../case/index.js';
import type { Case, CaseFile, ContactPerson, IpEvent, Operator, Uploader } from '../types.js';
import {
  fileIdPlaceholder,
  fitXml,
  isPlainUrl,
  type LeftOut,
  reportIdPlaceholder,
  type TextContext,
  type XmlObject,
  type XmlValue,
} from '../xml/index.js';
import { addressParts } from './address.js';
import { fileDetailsRule, industryClassifications, reportRule } from './tables.js';

/** Converts a case to the content of the CyberTipline's elements, as `writeXml` takes it. */

type LeaveOut = (what: LeftOut) => void;

const incidentType = 'Child Pornography (possession, manufacture, and distribution)';

/** The parts of which an element takes one: a given one takes the place of the derived one. */
const alternatives: Readonly<Record<string, string>> = {
  potentialMeme: 'fileAnnotations',
  fileAnnotations: 'potentialMeme',
};

/** Merges objects part by part. Any other given value replaces the derived one, and so does another kind of incident. */
export function override(derived: XmlValue | undefined, given: XmlValue | undefined): XmlValue | undefined {
  const isObject = (value: XmlValue | undefined): value is XmlObject =>
    typeof value === 'object' && !Array.isArray(value);
  if (given === undefined) return derived;
  if (!isObject(derived) || !isObject(given)) return given;
  const merged: Record<string, XmlValue | undefined> = { ...derived };
  for (const [key, value] of Object.entries(given)) {
    const other = alternatives[key];
    if (other !== undefined && merged[other] !== undefined && given[other] === undefined) {
      if (value === false) continue;
      delete merged[other];
    }
    merged[key] = key === 'internetDetails' ? incident(merged[key], value) : override(merged[key], value);
  }
  return merged;
}

/** The kind of incident that is given, with what is derived where that is of the same kind. */
function incident(derived: XmlValue | undefined, given: XmlValue | undefined): XmlValue | undefined {
  const kinds = (value: XmlValue | undefined) =>
    typeof value === 'object' && !Array.isArray(value) ? Object.keys(value).join() : undefined;
  return kinds(derived) === kinds(given) ? override(derived, given) : (given ?? derived);
}

/** An address that a browser can open: the service refuses any other. */
function webAddress(url: string | undefined, element: string, leaveOut: LeaveOut): string | undefined {
  if (url === undefined || isPlainUrl(url)) return url;
  leaveOut({ element, reason: 'holds blanks or control characters, or is no web address', text: url });
  return undefined;
}

const contact = (person: ContactPerson): XmlObject => ({
  firstName: person.firstName,
  lastName: person.lastName,
  phone: person.phone,
  email: person.email,
  address: person.address ? addressParts(person.address) : undefined,
});

const reporter = (operator: Operator): XmlObject => ({
  reportingPerson: contact(operator.reporter),
  contactPerson: operator.contact ? contact(operator.contact) : undefined,
  companyTemplate: operator.companyTemplate,
  termsOfService: operator.termsOfService,
  legalURL: operator.legalUrl,
});

const ipCapture = (event: IpEvent, eventName: string | undefined): XmlObject => ({
  ipAddress: event.ip,
  eventName: event.event ?? eventName,
  dateTime: event.at,
  possibleProxy: event.proxy,
  port: event.port,
});

function account(found: Case, uploader: Uploader): XmlObject {
  const person: XmlObject = {
    firstName: uploader.firstName,
    lastName: uploader.lastName,
    phone: uploader.phones ?? [],
    email: (uploader.emails ?? []).map(
      (email): XmlObject => ({
        '#': email.address,
        '@verified': email.verified,
        '@verificationDate': email.verifiedAt,
      }),
    ),
    dateOfBirth: uploader.dateOfBirth,
  };
  return {
    personOrUserReportedPerson: person,
    espIdentifier: uploader.id,
    screenName: uploader.screenName,
    displayName: uploader.displayNames ?? [],
    profileUrl: uploader.profileUrls ?? [],
    profileBio: uploader.bio,
    ipCaptureEvent: (uploader.ips ?? []).map((event) => ipCapture(event, undefined)),
    deviceId: (uploader.devices ?? []).map(
      (device): XmlObject => ({ idType: device.type, idValue: device.value, dateTime: device.at }),
    ),
    priorCTReports: [...new Set([...(uploader.priorReports ?? []), ...found.priorReports])],
    accountPermanentlyDisabled: uploader.disabledAt
      ? { '#': true, '@disabledDate': uploader.disabledAt }
      : undefined,
    additionalInfo: uploader.note,
  };
}

/**
 * The time of the incident: that of the latest upload, else the latest time at which a file was seen. Never in the
 * future.
 */
function incidentTime(found: Case): { readonly at: string; readonly about: string } {
  const uploads = found.files.flatMap((file) => file.context.uploadedAt ?? []);
  const seen = found.files.map((file) => seenAt(found, file));
  const latest = (times: readonly string[]): string =>
    times.reduce((a, b) => (Date.parse(a) >= Date.parse(b) ? a : b));
  return uploads.length > 0
    ? { at: latest(uploads), about: 'Time of the latest known upload.' }
    : { at: latest(seen), about: 'Time at which a scan found the file. The time of upload is not known.' };
}

const zoned = ({ now, zone }: Case): TextContext => ({ now, zone });

/**
 * The content of `<report>`. Text from outside that does not fit is left out; the operator's own text is left for
 * `writeXml` to check.
 */
export function reportValue(found: Case, given: XmlObject | undefined, leaveOut: LeaveOut): XmlObject {
  const { operator, uploader } = found;
  const { at, about } = incidentTime(found);
  const page = '/report/internetDetails/webPageIncident/url';
  const urls = distinct(found.files.flatMap((file) => file.url ?? [])).flatMap(
    (url) => webAddress(url, page, leaveOut) ?? [],
  );
  const lists = distinct(found.files.flatMap((file) => file.matches.map((match) => match.list)));
  const isKnown = found.files.every((file) => basisOf(file) === 'csam');
  const outside: XmlObject = {
    internetDetails: urls.length > 0 ? { webPageIncident: { url: urls } } : undefined,
    personOrUserReported: uploader && account(found, uploader),
  };
  const own: XmlObject = {
    incidentSummary: {
      incidentType,
      platform: operator.service,
      incidentDateTime: at,
      incidentDateTimeDescription: about,
    },
    reporter: reporter(operator),
    personOrUserReported: uploader && operator.service ? { espService: operator.service } : undefined,
    additionalInfo: printable(
      `${operator.organisation}: ${found.files.length} file(s) were found automatically by comparing hashes with ` +
        `${lists.length === 1 ? 'a list' : `${lists.length} lists`} of ${isKnown ? 'known' : 'listed'} material (${lists.join(', ')}). ` +
        `Reporting person: ${fullName(operator.reporter)}.`,
    ),
  };
  const derived = override(own, fitXml('report', reportRule, outside, zoned(found), leaveOut));
  return override(derived, given) as XmlObject;
}

const plainViews = new Set(['upright', 'as-stored']);

const unlike = (items: readonly XmlObject[]): readonly XmlObject[] => [
  ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
];

/**
 * The digests, and the fingerprints of the unaltered picture. Those of altered views and of pieces of the file go into
 * `details`, which says so.
 */
function hashes(file: CaseFile): {
  readonly original: readonly XmlObject[];
  readonly altered: readonly XmlObject[];
} {
  const prints = file.event.fingerprints;
  const isPlain = (view: string | undefined) => view === undefined || plainViews.has(view);
  const plain = [
    ...Object.entries(file.event.digests).map(([algorithm, hex]) => ({ algorithm, hex })),
    ...prints.filter((print) => isPlain(print.view)),
  ];
  const piece = pieceOf(file);
  const original = piece === undefined ? plain : [];
  const ofPiece = plain
    .filter(() => piece !== undefined)
    .map(({ algorithm, hex }) => ({
      name: `${algorithmTitle(algorithm)} of the piece ${piece}`,
      value: hex,
    }));
  const altered = prints
    .filter((print) => !isPlain(print.view))
    .map((print) => ({ name: `${algorithmTitle(print.algorithm)} of view ${print.view}`, value: print.hex }));
  const named = original.map(({ algorithm, hex }) => ({ '#': hex, '@hashType': algorithmTitle(algorithm) }));
  return { original: unlike(named), altered: unlike([...ofPiece, ...altered]) };
}

function fileNotes(found: Case, file: CaseFile): readonly string[] {
  const { event, context } = file;
  return [
    `Found by comparing hashes: ${matchSentences(file).join('; ')}.`,
    ...[basisNote(found, file)].flatMap((note) => note ?? []),
    ...(event.frame === undefined
      ? []
      : [`Frame ${event.frame} (counted from 0) of ${event.asset.frames ?? 'several'} frames matched best.`]),
    ...insideNotes(file),
    ...(pageOf(file) === undefined ? [] : [`Shown on the page ${pageOf(file)}`]),
    ...(context.title === undefined ? [] : [`Title or text that went with it: ${context.title}`]),
    ...(context.removed ? [`Taken offline${context.removedAt ? ` at ${context.removedAt}` : ''}.`] : []),
    ...(context.note === undefined ? [] : [context.note]),
  ];
}

/** The content of one `<fileDetails>`. Only a recorded review says what someone viewed, and how it is graded. */
export function fileValue(
  found: Case,
  file: CaseFile,
  given: XmlObject | undefined,
  leaveOut: LeaveOut,
): XmlObject {
  const { context } = file;
  const { original, altered } = hashes(file);
  // A file that only gives context to others has no grade.
  const isContext = given?.fileRelevance === 'Supplemental Reported';
  const graded = isContext
    ? undefined
    : industryClassifications.find((grade) => grade === context.review?.classification);
  const derived: XmlObject = {
    reportId: reportIdPlaceholder,
    fileId: fileIdPlaceholder,
    fileName: file.fileName,
    originalFileName: context.fileName,
    uploadedToEspTimestamp: context.uploadedAt,
    locationOfFile: webAddress(file.url, '/fileDetails/locationOfFile', leaveOut),
    fileViewedByEsp: context.review?.fileViewed ?? false,
    exifViewedByEsp: context.review?.exifViewed ?? false,
    publiclyAvailable: context.publiclyAvailable,
    fileRelevance: 'Reported',
    fileAnnotations: context.review?.annotations?.length
      ? Object.fromEntries(context.review.annotations.map((name) => [name, true]))
      : undefined,
    industryClassification: graded,
    originalFileHash: original,
    ipCaptureEvent: context.uploadIp ? ipCapture(context.uploadIp, 'Upload') : undefined,
    details: altered.length > 0 ? { '@type': 'HASH', nameValuePair: altered } : undefined,
    additionalInfo: fileNotes(found, file),
  };
  return override(
    fitXml('fileDetails', fileDetailsRule, derived, zoned(found), leaveOut),
    given,
  ) as XmlObject;
}
