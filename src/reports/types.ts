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

/** A person whom the receiver can reach. */
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
  /** The name by which users know the service. */
  readonly service?: string;
  /** The place whose law applies; `--jurisdiction` takes precedence. */
  readonly jurisdiction?: string;
  /** The person who signs a report. */
  readonly reporter: ContactPerson;
  /** The person who answers the authority's questions, where that is someone else. */
  readonly contact?: ContactPerson;
  /** Text for every report: how to serve legal process, the emergency number, … */
  readonly companyTemplate?: string;
  readonly termsOfService?: string;
  readonly legalUrl?: string;
  /** The public addresses of files on this machine. */
  readonly publicAddresses?: readonly { readonly files: string; readonly url: string }[];
}

/** An IP address that someone used, and when. */
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

/** The account that uploaded an asset, or the person where the service has no accounts. */
export interface Uploader {
  /** The service's own id of the account. */
  readonly id?: string;
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
  /** ISO 8601: when the account was closed permanently. */
  readonly disabledAt?: string;
  /** Numbers of earlier CyberTipline reports about this account, from the production service only. */
  readonly priorReports?: readonly number[];
  readonly note?: string;
}

/** What a person saw and decided. None of it is ever derived from a match. */
export interface Review {
  /** The person who looked. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  /** The person looked at the whole file. */
  readonly fileViewed: boolean;
  /** The person looked at the EXIF data. */
  readonly exifViewed?: boolean;
  readonly classification?: 'baseline' | 'A1' | 'A2' | 'B1' | 'B2';
  /** Names of the CyberTipline's file annotations. */
  readonly annotations?: readonly string[];
}

/** What the operator knows about one asset, besides the detection. */
export interface AssetContext {
  /** Public address, where the event names a local file. */
  readonly url?: string;
  readonly uploader?: Uploader;
  /** ISO 8601. */
  readonly uploadedAt?: string;
  readonly uploadIp?: IpEvent;
  /** The name under which the file was uploaded. */
  readonly fileName?: string;
  /** Title or text that came with the asset. */
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

/** One detection in the form in which reports use it. */
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
  /** The account or person, where they are known and all files come from them. `ips` includes the uploads. */
  readonly uploader?: Uploader;
  /** Sorted by time of detection, then address; never empty. */
  readonly files: readonly CaseFile[];
  readonly operator: Operator;
  readonly jurisdiction: Jurisdiction;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly zone?: string;
  readonly toolVersion: string;
  /** Numbers of production reports to which earlier drafts about the same account led. */
  readonly priorReports: readonly number[];
  /** The grade that the user gave all files on the command line. */
  readonly classification?: Review['classification'];
  /** Leave the reporter out, where the law allows it. */
  readonly anonymous?: boolean;
  /** The receivers of a notice, best first. */
  readonly recipients?: readonly Recipient[];
  /** Numbers of reports to NCMEC's production service that cover events of this case, by event id. */
  readonly filed?: ReadonlyMap<string, number>;
  /** Those who have been told already: `NCMEC CyberTipline, report 123`. */
  readonly told?: readonly string[];
}

/** An address to which a notice may be sent. */
export interface Recipient {
  /** E-mail address. */
  readonly email: string;
  /**
   * Who its owner is: the network's operator, the registrar of the name, by convention a domain's mailbox, or as the
   * user said.
   */
  readonly scope: 'network' | 'registrar' | 'convention' | 'given';
}

/** Something that is wrong with a draft. */
export interface Finding extends Issue {
  /** Name of the file in the draft's directory. */
  readonly file: string;
}

/** What an authority's draft of a case consists of. */
export interface Draft {
  /** File name → text. */
  readonly files: Readonly<Record<string, string>>;
  /** What is missing, or what a person must decide, one sentence each. */
  readonly open: readonly string[];
  /** Text from outside that does not fit into an element of a file. The manifest has it instead. */
  readonly leftOut?: readonly (LeftOut & { readonly file: string })[];
  /** Text for `summary.txt`, where the usual text would say more than this authority may be told. */
  readonly summary?: string;
}

/** A receiver of reports. Pure: takes a case and returns text, and sends nothing. */
export interface Authority {
  /** Full name. */
  readonly title: string;
  /** One line for docs. */
  readonly about: string;
  /** How to file the draft, one step each. */
  readonly filing: readonly string[];
  /** What one report covers, unless the user says otherwise. */
  readonly groupBy: Grouping;
  /** True where its text calls the files illegal. Files that are listed as merely exploitative then need a grade. */
  readonly statesIllegality?: true;
  /** Why the reporter must be named; absent where they may stay anonymous. */
  readonly named?: string;
  /**
   * Drafts the case. Raises UsageError, which names the event or field and the way out, where something that this
   * authority requires is missing or breaks its rules. `uuid` returns a fresh random UUID.
   */
  draft(found: Case, uuid: () => string): Draft;
  /** What is wrong with a draft that someone may have edited. `files` holds the text of every file in its directory. */
  check(files: ReadonlyMap<string, string>, now: number): readonly Finding[];
}
