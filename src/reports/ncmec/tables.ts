/**
 * The CyberTipline reporting service's elements, in our own words: their order, how often they may occur, their values,
 * and the lengths in the service's documentation, as of November 2025. `--xsd` checks against the operator's own copy
 * of the schema.
 */

import { fileAnnotations } from '../context/index.js';
import { type ElementRule, fileIdPlaceholder, reportIdPlaceholder, table } from '../xml/index.js';
import {
  additionalInfo,
  address,
  boolean,
  contactPerson,
  country,
  dateTime,
  deviceId,
  email,
  intendedRecipient,
  ipCaptureEvent,
  long,
  oneOf,
  person,
  personOrUserReported,
  phone,
  string,
  upTo,
  url,
  victim,
} from './people.js';

const { one, optional, many, several, sequence, all, choice } = table;
const el = table.text;

const flags = (...names: readonly string[]): ElementRule =>
  all(names.map((name) => optional(name, el({ type: 'flag' }))));

export const incidentTypes = [
  'Child Pornography (possession, manufacture, and distribution)',
  'Child Sex Trafficking',
  'Child Sex Tourism',
  'Child Sexual Molestation',
  'Misleading Domain Name',
  'Misleading Words or Digital Images on the Internet',
  'Online Enticement of Children for Sexual Acts',
  'Unsolicited Obscene Material Sent to a Child',
] as const;

export const industryClassifications = ['A1', 'A2', 'B1', 'B2'] as const;
export const reportAnnotations = [
  'sextortion',
  'csamSolicitation',
  'minorToMinorInteraction',
  'spam',
  'sadisticOnlineExploitation',
  'informational',
] as const;

const content = optional('content', el(string));
const internetDetails = choice([
  one(
    'webPageIncident',
    sequence([many('url', el(url)), additionalInfo], { thirdPartyHostedContent: boolean }),
  ),
  one('emailIncident', sequence([many('emailAddress', email), content, additionalInfo])),
  one(
    'newsgroupIncident',
    sequence([optional('name', el(upTo(255))), many('emailAddress', email), content, additionalInfo]),
  ),
  one(
    'chatImIncident',
    sequence([
      optional('chatClient', el(upTo(255))),
      optional('chatRoomName', el(upTo(255))),
      content,
      additionalInfo,
    ]),
  ),
  one(
    'onlineGamingIncident',
    sequence([
      optional('gameName', el(upTo(255))),
      optional('console', el(upTo(255))),
      content,
      additionalInfo,
    ]),
  ),
  one(
    'cellPhoneIncident',
    sequence([
      optional('phoneNumber', phone),
      optional('latitude', el({ type: 'double', range: [-90, 90] })),
      optional('longitude', el({ type: 'double', range: [-180, 180] })),
      additionalInfo,
    ]),
  ),
  one(
    'nonInternetIncident',
    sequence([optional('locationName', el(string)), many('incidentAddress', address), additionalInfo]),
  ),
  one(
    'peer2peerIncident',
    sequence([
      optional('client', el(string)),
      many('ipCaptureEvent', ipCaptureEvent),
      optional('fileNames', el(string)),
      additionalInfo,
    ]),
  ),
]);

export const reportRule: ElementRule = sequence([
  optional('batchedReport', sequence([], { reason: { ...oneOf('VIRAL_POTENTIAL_MEME'), required: true } })),
  one(
    'incidentSummary',
    sequence([
      one('incidentType', el(oneOf(...incidentTypes))),
      optional('platform', el(upTo(256))),
      optional('escalateToHighPriority', el(upTo(3000))),
      optional('reportAnnotations', flags(...reportAnnotations)),
      one('incidentDateTime', el(dateTime)),
      optional('incidentDateTimeDescription', el(upTo(3000))),
    ]),
  ),
  many('internetDetails', internetDetails),
  optional(
    'lawEnforcement',
    sequence([
      one('agencyName', el(upTo(255))),
      optional('caseNumber', el(upTo(100))),
      optional('officerContact', contactPerson),
      optional('reportedToLe', el(boolean)),
      optional('servedLegalProcessDomestic', el(boolean)),
      optional('servedLegalProcessInternational', el(boolean, { fleaCountry: country })),
    ]),
  ),
  one(
    'reporter',
    sequence([
      one('reportingPerson', person),
      optional('contactPerson', contactPerson),
      optional('companyTemplate', el(string)),
      optional('termsOfService', el(upTo(3000))),
      optional('legalURL', el({ ...url, max: 2083 })),
    ]),
  ),
  many('personOrUserReported', personOrUserReported),
  many('intendedRecipient', intendedRecipient),
  many('victim', victim),
  optional('additionalInfo', el(upTo(3000))),
]);

export const fileDetailsRule: ElementRule = sequence([
  one('reportId', el({ ...long, placeholder: reportIdPlaceholder })),
  one('fileId', el({ type: 'string', pattern: /^\S+$/, placeholder: fileIdPlaceholder })),
  optional('fileName', el(upTo(2056))),
  optional('originalFileName', el(upTo(2056))),
  optional('uploadedToEspTimestamp', el(dateTime)),
  optional('locationOfFile', el({ ...url, max: 2083 })),
  optional('fileViewedByEsp', el(boolean)),
  optional('exifViewedByEsp', el(boolean)),
  optional('publiclyAvailable', el(boolean)),
  optional('fileRelevance', el(oneOf('Reported', 'Supplemental Reported'))),
  optional('potentialMeme', el(boolean)),
  optional('fileAnnotations', flags(...fileAnnotations)),
  optional('industryClassification', el(oneOf(...industryClassifications))),
  many('originalFileHash', el(string, { hashType: { ...upTo(64), required: true } })),
  optional('ipCaptureEvent', ipCaptureEvent),
  many('deviceId', deviceId),
  many(
    'details',
    sequence([several('nameValuePair', sequence([one('name', el(upTo(64))), one('value', el(string))]))], {
      type: oneOf('EXIF', 'HASH'),
    }),
  ),
  many('additionalInfo', el(string)),
]);
