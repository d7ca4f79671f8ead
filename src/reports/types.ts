import type { DetectionEvent, Match } from '../core/types.js';
import type { Jurisdiction } from './jurisdictions.js';
import type { Issue, LeftOut, XmlObject } from './xml/index.js';

/** A street address as people write it. */
export interface PostalAddress {
  readonly street?: string;
  readonly city?: string;
  readonly postcode?: string;
  /** State or province: the two-letter code where the country is the US. */
  readonly state?: string;
  /** Two letters: `US`. */
  readonly country?: string;
}

/** A person who can be reached. */
export interface ContactPerson {
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly address?: PostalAddress;
}

/** Who reports: the block `operator` of the configuration. */
export interface Operator {
  /** Legal name of the organisation, or of the person who runs the site. */
  readonly organisation: string;
  /** Host name of the organisation: `example.org`. */
  readonly domain: string;
  /** What the users know the service as. */
  readonly service?: string;
  /** Whose law applies; `--jurisdiction` overrides it. */
  readonly jurisdiction?: string;
  /** Who signs a report. */
  readonly reporter: ContactPerson;
  /** Who answers the authority's questions, when it is somebody else. */
  readonly contact?: ContactPerson;
  /** Text for every report: how legal process is served, the emergency number, … */
  readonly companyTemplate?: string;
  readonly termsOfService?: string;
  readonly legalUrl?: string;
  /** Where files on this machine are seen from outside. */
  readonly publicAddresses?: readonly { readonly files: string; readonly url: string }[];
}

/** An address that somebody used, and when. */
export interface IpEvent {
  readonly ip: string;
  /** `Login`, `Registration`, `Purchase`, `Upload`, `Other` or `Unknown`. */
  readonly event?: string;
  /** ISO 8601. */
  readonly at?: string;
  /** 1…65535. */
  readonly port?: number;
  readonly proxy?: boolean;
}

export interface AccountEmail {
  readonly address: string;
  readonly verified?: boolean;
  /** ISO 8601. */
  readonly verifiedAt?: string;
}

/** The account that brought an asset. */
export interface Uploader {
  /** The service's own id of the account. */
  readonly id: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly screenName?: string;
  readonly displayNames?: readonly string[];
  readonly emails?: readonly AccountEmail[];
  readonly phones?: readonly string[];
  readonly profileUrls?: readonly string[];
  readonly bio?: string;
  /** YYYY-MM-DD. */
  readonly dateOfBirth?: string;
  readonly ips?: readonly IpEvent[];
  readonly devices?: readonly { readonly type: string; readonly value: string; readonly at?: string }[];
  /** ISO 8601: when the account was closed for good. */
  readonly disabledAt?: string;
  /** Numbers of earlier CyberTipline reports on this account, production service only. */
  readonly priorReports?: readonly number[];
  readonly note?: string;
}

/** What a human saw and decided. Nothing of it is ever derived from a match. */
export interface Review {
  /** Who looked. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  /** The whole file was looked at. */
  readonly fileViewed: boolean;
  /** The EXIF data was looked at. */
  readonly exifViewed?: boolean;
  readonly classification?: 'baseline' | 'A1' | 'A2' | 'B1' | 'B2';
  /** Names of the CyberTipline's file annotations. */
  readonly annotations?: readonly string[];
}

/** What the operator knows about one asset, beyond what was detected. */
export interface AssetContext {
  /** Public address, where the event names a local file. */
  readonly url?: string;
  readonly uploader?: Uploader;
  /** ISO 8601. */
  readonly uploadedAt?: string;
  readonly uploadIp?: IpEvent;
  /** The name that the file was uploaded under. */
  readonly fileName?: string;
  /** Title or text that went with the asset. */
  readonly title?: string;
  readonly publiclyAvailable?: boolean;
  readonly removed?: boolean;
  /** ISO 8601. */
  readonly removedAt?: string;
  /** Address of the machine that serves it. */
  readonly hostIp?: string;
  readonly review?: Review;
  readonly note?: string;
  /** Further elements of the CyberTipline's `<report>` and `<fileDetails>`, under their own names. */
  readonly ncmec?: { readonly report?: XmlObject; readonly file?: XmlObject };
}

/** One detection as it goes into a report. */
export interface CaseFile {
  readonly event: DetectionEvent;
  /** Times are in UTC. */
  readonly context: AssetContext;
  /** The event's matches that may be reported, nearest first; never empty. */
  readonly matches: readonly Match[];
  /** Public web address, where there is one. */
  readonly url?: string;
  /** Name of the file without folders; empty where the address has none. */
  readonly fileName: string;
}

export const groupings = ['user', 'host', 'event'] as const;
export type Grouping = (typeof groupings)[number];

/** Everything that one report is about. */
export interface Case {
  /** 16 hex digits, the same for the same events. */
  readonly id: string;
  readonly group: { readonly by: Grouping; readonly key: string };
  /** The account, where all files come from one that is known. */
  readonly uploader?: Uploader;
  /** By time of detection, then address; never empty. */
  readonly files: readonly CaseFile[];
  readonly operator: Operator;
  readonly jurisdiction: Jurisdiction;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly zone?: string;
  readonly toolVersion: string;
  /** Production report numbers that earlier drafts on the same account led to. */
  readonly priorReports: readonly number[];
  /** Grade that a human gave all files on the command line. */
  readonly classification?: Review['classification'];
  /** Leave the reporter out, where the law allows it. */
  readonly anonymous?: boolean;
  /** Whom a notice goes to, best first. */
  readonly recipients?: readonly Recipient[];
  /** Who was told already: `NCMEC CyberTipline, report 123`. */
  readonly told?: readonly string[];
}

/** Where a notice may be sent. */
export interface Recipient {
  /** E-mail address. */
  readonly email: string;
  /** What its owner can do: runs the network, registered the name, is the convention for a domain, or was given. */
  readonly scope: 'network' | 'registrar' | 'convention' | 'given';
}

/** A part of a draft that is not as it should be. */
export interface Finding extends Issue {
  /** Name of the file in the draft's directory. */
  readonly file: string;
}

/** What an authority makes of a case. */
export interface Draft {
  /** File name → text. */
  readonly files: Readonly<Record<string, string>>;
  /** What is missing or what a human must decide, one sentence each. */
  readonly open: readonly string[];
  /** Text from outside that an element of a file can't take: it stands in the manifest instead. */
  readonly leftOut?: readonly (LeftOut & { readonly file: string })[];
  /** Text for `summary.txt`, where the usual one would say more than this authority may be told. */
  readonly summary?: string;
}

/** A receiver of reports. Pure: takes a case, returns text; sends nothing. */
export interface Authority {
  /** Full name. */
  readonly title: string;
  /** One line for docs. */
  readonly about: string;
  /** How the draft gets there; one step each. */
  readonly filing: readonly string[];
  /** One report per … unless told otherwise. */
  readonly groupBy: Grouping;
  /** True where its text calls the files illegal: those that are listed as merely exploitative need a grade. */
  readonly statesIllegality?: true;
  /** Why the reporter can't be left out; absent where they can. */
  readonly named?: string;
  /**
   * Drafts the case. Raises UsageError, naming event or field and the way out, where something that this authority
   * can't do without is missing or breaks its rules. `uuid` returns a fresh random UUID.
   */
  draft(found: Case, uuid: () => string): Draft;
  /** What a (perhaps edited) draft breaks. `files` holds the text of every file in its directory. */
  check(files: ReadonlyMap<string, string>, now: number): readonly Finding[];
}
