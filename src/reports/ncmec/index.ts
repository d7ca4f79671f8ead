import { UsageError } from '../../core/index.js';
import { commonOpenPoints, hashesOf, manifestName, readManifest } from '../case/index.js';
import { mergeContext } from '../context/index.js';
import type { Authority, Case, Draft, Finding, Review } from '../types.js';
import {
  checkXml,
  fileIdPlaceholder,
  type Issue,
  type LeftOut,
  reportIdPlaceholder,
  textAt,
  writeXml,
  type XmlElement,
  type XmlObject,
} from '../xml/index.js';
import { fileDetailsRule, reportRule } from './tables.js';
import { fileValue, reportValue } from './values.js';

const fileInfoName = /^fileinfo-\d{3,}\.xml$/;
const infoName = (index: number): string => `fileinfo-${String(index + 1).padStart(3, '0')}.xml`;

function refuse(file: string, issues: readonly Issue[], found: Case): void {
  const first = issues[0];
  if (!first) return;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  throw new UsageError(
    `case ${found.group.key}: ${file} ${first.element} ${first.message}${more}; correct the context or the operator block`,
  );
}

/** 18 U.S.C. 2258A(a)(1)(B): mailing address, telephone number, e-mail address, individual point of contact. */
function needReporter({ operator: { reporter } }: Case): void {
  const needed: readonly (readonly [string, unknown])[] = [
    ['firstName', reporter.firstName],
    ['lastName', reporter.lastName],
    ['email', reporter.email],
    ['phone', reporter.phone],
    ['address.street', reporter.address?.street],
    ['address.city', reporter.address?.city],
    ['address.country', reporter.address?.country],
  ];
  const missing = needed
    .filter(([, value]) => value === undefined)
    .map(([name]) => `operator.reporter.${name}`);
  if (missing.length > 0) {
    throw new UsageError(
      `A report to NCMEC must say who reports (18 U.S.C. 2258A): set ${missing.join(', ')}.`,
    );
  }
}

function openPoints(found: Case): readonly string[] {
  const open = [...commonOpenPoints(found)];
  open.push('Check the incident type; nothing but a human can tell a more fitting one.');
  open.push(
    'If a child is in danger now, add escalateToHighPriority with the reason (ncmec.report in --context) and call the police.',
  );
  if (found.uploader && !found.uploader.ips?.length)
    open.push('No IP address of the account is given (uploader.ips).');
  if (found.uploader && !found.uploader.emails?.length)
    open.push('No e-mail address of the account is given (uploader.emails).');
  if (found.files.some((file) => file.context.publiclyAvailable === undefined)) {
    open.push('Say whether the files were open to the public (publiclyAvailable).');
  }
  if (found.files.some((file) => file.context.review?.classification)) {
    open.push(
      'industryClassification is only for companies with the Industry Hash Sharing agreement: remove it if you have none.',
    );
  }
  const replaced = found.files.filter(
    ({ context: { review, ncmec: given } }) =>
      review?.annotations?.length && given?.file?.potentialMeme === true,
  ).length;
  if (replaced > 0) {
    open.push(
      `potentialMeme was given for ${replaced} file(s): NCMEC takes it only in place of the annotations that the review records. Keep the one that matters.`,
    );
  }
  const inner = found.files.filter((file) => hashesOf(file) !== undefined).length;
  if (inner > 0) {
    open.push(
      `${inner} file(s) here are pieces of files or pictures of documents. The outer file can't be attached with report submit: its digests were not what matched, so nothing tells that it is still the one that was scanned. File without it (--without-files), say in the report (ncmec.report, additionalInfo) what its fileinfo-NNN.xml says, and preserve the outer file.`,
    );
  }
  if (found.files.some((file) => file.event.member !== undefined && hashesOf(file) === undefined)) {
    open.push(
      'A file inside an archive can be attached only by itself, taken out unchanged: report submit tells it by its digest. Ask before you take one out: that makes a copy.',
    );
  }
  if (found.files.every((file) => file.url === undefined)) {
    open.push('No web address is known: say where the files were found (url, or operator.publicAddresses).');
  }
  return open;
}

/** Checks what the tables of single documents cannot express. */
function checkFileInfo(
  file: string,
  root: XmlElement,
  review: Review | null | undefined,
): readonly Finding[] {
  const findings: Finding[] = [];
  const add = (element: string, rule: string, message: string) => {
    findings.push({ file, element: `/fileDetails/${element}`, rule, message });
  };
  const has = (name: string) => textAt(root, name) !== undefined;
  if (has('potentialMeme') && has('fileAnnotations'))
    add('potentialMeme', 'choice', 'excludes fileAnnotations');
  if (textAt(root, 'fileRelevance') === 'Supplemental Reported') {
    for (const name of ['industryClassification', 'potentialMeme']) {
      if (has(name)) add(name, 'supplemental', 'has no place in a supplemental file');
    }
  }
  const isTrue = (name: string) => textAt(root, name)?.trim() === 'true';
  const claims = {
    fileViewedByEsp: isTrue('fileViewedByEsp') && review?.fileViewed !== true,
    exifViewedByEsp: isTrue('exifViewedByEsp') && review?.exifViewed !== true,
    industryClassification: has('industryClassification') && review?.classification === undefined,
  };
  for (const [name, isBare] of Object.entries(claims)) {
    if (isBare && review !== undefined)
      add(name, 'review', 'needs a recorded review: give "review" in --context and draft again');
  }
  const lengths: Record<string, number> = { MD5: 32, SHA1: 40, SHA256: 64, PDQ: 64 };
  root.children
    .filter((child) => child.name === 'originalFileHash')
    .forEach((hash, i) => {
      const length = lengths[hash.attributes.hashType?.toUpperCase().replace('-', '') ?? ''];
      if (length !== undefined && !new RegExp(`^[0-9a-fA-F]{${length}}$`).test(hash.text)) {
        add(`originalFileHash[${i + 1}]`, 'hash', `must be ${length} hexadecimal digits`);
      }
    });
  return findings;
}

function checkReport(root: XmlElement): readonly Finding[] {
  const findings: Finding[] = [];
  const add = (element: string, rule: string, message: string) => {
    findings.push({ file: 'report.xml', element: `/report/${element}`, rule, message });
  };
  const persons = root.children.filter((child) => child.name === 'personOrUserReported').length;
  if (persons > 1 && textAt(root, 'batchedReport') === undefined) {
    add('personOrUserReported', 'occurrence', 'may be there once, unless the report is a batch');
  }
  for (const name of ['firstName', 'lastName', 'phone', 'email', 'address']) {
    if (textAt(root, 'reporter', 'reportingPerson', name) === undefined) {
      add(`reporter/reportingPerson/${name}`, 'law', 'is missing (18 U.S.C. 2258A(a)(1)(B))');
    }
  }
  return findings;
}

/**
 * The review of each file by its fileinfo name, null where no one has looked. Undefined without a readable manifest.
 */
function manifestReviews(files: ReadonlyMap<string, string>): ReadonlyMap<string, Review | null> | undefined {
  const manifest = readManifest(files.get(manifestName) ?? '');
  return manifest && new Map(manifest.events.map(({ review }, i) => [infoName(i), review]));
}

function check(files: ReadonlyMap<string, string>, now: number): readonly Finding[] {
  const findings: Finding[] = [];
  // One by one, because a broken file may have more issues than a call can have arguments.
  const add = (some: readonly Finding[]) => {
    for (const one of some) findings.push(one);
  };
  const context = { now };
  const report = files.get('report.xml');
  if (report === undefined) {
    findings.push({ file: 'report.xml', element: '/', rule: 'required', message: 'the file is missing' });
  } else {
    const { issues, root } = checkXml('report', reportRule, report, context);
    add(issues.map((issue) => ({ file: 'report.xml', ...issue })));
    if (root) add(checkReport(root));
  }
  const reviews = manifestReviews(files);
  const reportIds = new Map<string, string>();
  const fileIds = new Map<string, string>();
  for (const file of [...files.keys()].filter((name) => fileInfoName.test(name)).sort()) {
    const { issues, root } = checkXml('fileDetails', fileDetailsRule, files.get(file)!, context);
    add(issues.map((issue) => ({ file, ...issue })));
    if (!root) continue;
    const isListed = reviews === undefined || reviews.has(file);
    if (!isListed)
      findings.push({ file, element: '/', rule: 'reference', message: 'manifest.json names no such file' });
    add(checkFileInfo(file, root, reviews?.get(file)));
    reportIds.set(file, textAt(root, 'reportId')?.trim() ?? '');
    const fileId = textAt(root, 'fileId')?.trim() ?? '';
    const other = fileIds.get(fileId);
    if (fileId !== fileIdPlaceholder && other) {
      findings.push({
        file,
        element: '/fileDetails/fileId',
        rule: 'reference',
        message: `is the same as in ${other}`,
      });
    }
    fileIds.set(fileId, file);
  }
  const [first] = reportIds.values();
  for (const [file, id] of reportIds) {
    if (id !== first) {
      findings.push({
        file,
        element: '/fileDetails/reportId',
        rule: 'reference',
        message: 'names another report than the other files',
      });
    }
  }
  for (const file of reviews?.keys() ?? []) {
    if (!files.has(file))
      findings.push({ file, element: '/', rule: 'required', message: 'the file is missing' });
  }
  return findings;
}

export const ncmec: Authority = {
  title: 'NCMEC CyberTipline (United States)',
  about: 'CyberTipline report.xml and one fileinfo-NNN.xml per file, in the order of its schema',
  filing: [
    'With an account of the reporting service: hashsieve report submit DIR --to ncmec (test service unless --production).',
    "Without one: register at https://esp.ncmec.org/registration, or use the CyberTipline's public web form and paste summary.txt.",
    'A finished report cannot be changed or taken back. An unfinished one is deleted by the service 24 hours after it was opened, or 1 hour after its last change, whichever is later.',
  ],
  groupBy: 'user',
  named: 'the law demands who reports (18 U.S.C. 2258A)',

  draft(found) {
    needReporter(found);
    const leftOut: NonNullable<Draft['leftOut']>[number][] = [];
    const from = (file: string) => (what: LeftOut) => leftOut.push({ file, ...what });
    const given = found.files
      .map((file) => file.context.ncmec?.report)
      .reduce<XmlObject | undefined>(
        (all, one) => mergeContext(all, one, `case ${found.group.key}: ncmec.report`),
        undefined,
      );
    const context = { now: found.now, zone: found.zone };
    const report = writeXml('report', reportRule, reportValue(found, given, from('report.xml')), context);
    refuse('report.xml', report.issues, found);
    const files: Record<string, string> = { 'report.xml': report.xml };
    found.files.forEach((file, i) => {
      const value = fileValue(found, file, file.context.ncmec?.file, from(infoName(i)));
      const info = writeXml('fileDetails', fileDetailsRule, value, context);
      refuse(infoName(i), info.issues, found);
      files[infoName(i)] = info.xml;
    });
    return { files, open: openPoints(found), leftOut };
  },

  check,
};

/** The documents in a form that a schema can check: placeholders stand for the ids that only the service assigns. */
export const schemaReady = (xml: string): string =>
  xml.replaceAll(reportIdPlaceholder, '1').replaceAll(fileIdPlaceholder, '00000000000000000000000000000000');
