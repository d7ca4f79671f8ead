/** The parts of the CyberTipline's elements that describe people, accounts and devices (see ncmec-tables.ts). */

import { eventNames } from '../context/index.js';
import { type TextRule, table } from '../xml/index.js';
import { countryCodes, usStates } from './codes.js';

const { one, optional, many, sequence } = table;
const el = table.text;

export const string: TextRule = { type: 'string' };
export const upTo = (max: number): TextRule => ({ type: 'string', max });
export const boolean: TextRule = { type: 'boolean' };
export const dateTime: TextRule = { type: 'dateTime' };
export const long: TextRule = { type: 'integer', range: [0, Number.MAX_SAFE_INTEGER] };
/** The service refuses an address with blanks or control characters. A script is no address, and passwords stay here. */
export const url: TextRule = {
  type: 'string',
  pattern:
    /^(?!(?:javascript|vbscript|data|blob|about):)(?!(?:https?:[/\\]*|[a-z][a-z0-9+.-]*:[/\\]+)[^/?#\\]*@)[^\s\u0000-\u0020\u007f-\u009f]+$/i,
  problem: 'is no web address, or holds blanks, control characters, or a user name before the host',
};
export const oneOf = (...values: readonly string[]): TextRule => ({ type: 'string', oneOf: values });

export const country = oneOf(...countryCodes, '');
const port: TextRule = { type: 'integer', range: [1, 65535] };
const age: TextRule = { type: 'integer', range: [0, 150] };
export const additionalInfo = optional('additionalInfo', el(string));

export const address = sequence(
  [
    optional('address', el(upTo(255))),
    optional('city', el(upTo(100))),
    optional('zipCode', el(upTo(20))),
    optional('state', el(oneOf(...usStates))),
    optional('nonUsaState', el(upTo(100))),
    optional('country', el(country)),
  ],
  { type: oneOf('Home', 'Business', 'Billing', 'Shipping', 'Technical') },
);
export const email = el(upTo(255), {
  type: oneOf('Home', 'Work', 'Business', 'Recovery'),
  verified: boolean,
  verificationDate: dateTime,
});
export const phone = el(upTo(50), {
  type: oneOf('Mobile', 'Home', 'Business', 'Work', 'Fax', 'Internet', 'Recovery'),
  verified: boolean,
  verificationDate: dateTime,
  countryCallingCode: { type: 'string', pattern: /^\+[0-9]{1,3}$/ },
  extension: { type: 'string', pattern: /^[0-9]+$/, max: 10 },
});
const contactChildren = [
  optional('firstName', el(upTo(100))),
  optional('lastName', el(upTo(100))),
  many('phone', phone),
  many('email', email),
  many('address', address),
];
export const contactPerson = sequence(contactChildren);
export const person = sequence([
  ...contactChildren,
  optional('age', el(age)),
  optional('ageAssertionDiscrepancy', el(boolean)),
  optional('dateOfBirth', el({ type: 'date' })),
]);

const eventName = optional('eventName', el(oneOf(...eventNames)));
export const ipCaptureEvent = sequence([
  one('ipAddress', el({ type: 'ip' })),
  eventName,
  optional('dateTime', el(dateTime)),
  optional('possibleProxy', el(boolean)),
  optional('port', el(port)),
]);
export const deviceId = sequence([
  one('idType', el(upTo(255))),
  one('idValue', el(upTo(2083))),
  eventName,
  optional('dateTime', el(dateTime)),
]);
const disabled = { disabledDate: dateTime, userNotified: boolean, userNotifiedDate: dateTime };
const accountDisabled = [
  optional('accountTemporarilyDisabled', el(boolean, { ...disabled, reenabledDate: dateTime })),
  optional('accountPermanentlyDisabled', el(boolean, disabled)),
];
const estimatedLocation = optional(
  'estimatedLocation',
  sequence(
    [
      optional('city', el(upTo(255))),
      optional('region', el(upTo(255))),
      optional('countryCode', el(country)),
    ],
    { verified: boolean, timestamp: dateTime },
  ),
);
const associatedAccount = sequence(
  [
    optional('platform', el(upTo(256), { thirdPartyUser: boolean })),
    optional('firstName', el(upTo(100))),
    optional('middleName', el(upTo(100))),
    optional('lastName', el(upTo(100))),
    optional('approximateAge', el(age)),
    optional('ageAssertionDiscrepancy', el(boolean)),
    optional('dateOfBirth', el({ type: 'date' })),
    many('phone', phone),
    many('email', email),
    optional('allEmailsReported', el(boolean)),
    many('address', address),
    optional('espService', el(upTo(100))),
    optional('espIdentifier', el(upTo(255))),
    many('profileUrl', el(url)),
    optional('screenName', el(upTo(256))),
    many('displayName', el(string)),
    optional('profileBio', el(string)),
    optional('groupIdentifier', el(upTo(255))),
    optional('compromisedAccount', el(boolean)),
    ...accountDisabled,
    many('ipCaptureEvent', ipCaptureEvent),
    many('deviceId', deviceId),
    many('priorCTReport', el(long)),
    additionalInfo,
  ],
  {
    type: {
      ...oneOf('Billing', 'Linked', 'Business', 'Creator', 'Parent/Guardian', 'Other'),
      required: true,
    },
  },
);

/** What the reported person, a recipient and a victim have in common, up to the devices. */
const account = [
  optional('espIdentifier', el(upTo(255))),
  optional('espService', el(upTo(100))),
  optional('compromisedAccount', el(boolean)),
  optional('screenName', el(upTo(256))),
  many('displayName', el(string)),
  many('profileUrl', el(url)),
  optional('profileBio', el(string)),
  many('ipCaptureEvent', ipCaptureEvent),
  many('deviceId', deviceId),
];
const allEmailsReported = optional('allEmailsReported', el(boolean));
const groupIdentifier = optional('groupIdentifier', el(upTo(255)));
const priorCTReports = many('priorCTReports', el(long));

export const personOrUserReported = sequence([
  optional('personOrUserReportedPerson', person),
  optional('vehicleDescription', el(upTo(300))),
  ...account,
  optional('thirdPartyUserReported', el(boolean)),
  priorCTReports,
  groupIdentifier,
  ...accountDisabled,
  estimatedLocation,
  allEmailsReported,
  many('associatedAccount', associatedAccount),
  additionalInfo,
]);
export const intendedRecipient = sequence([
  optional('intendedRecipientPerson', person),
  ...account,
  priorCTReports,
  groupIdentifier,
  ...accountDisabled,
  estimatedLocation,
  allEmailsReported,
  many('additionalInfo', el(string)),
]);
export const victim = sequence([
  one('victimPerson', person),
  ...account,
  optional('schoolName', el(upTo(255))),
  priorCTReports,
  ...accountDisabled,
  estimatedLocation,
  allEmailsReported,
  many('associatedAccount', associatedAccount),
  additionalInfo,
]);
