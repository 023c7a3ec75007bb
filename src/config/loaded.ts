/**
 * Owns what a loaded configuration is, as types. Knows nothing of how files are read (load.ts).
 */
import type { ProcessKind } from '../domain';
import type { MessageTemplates } from '../words/words';
import type { AccessFile } from './files/access-shapes';
import type { AlertsFile } from './files/alert-shapes';
import type { CompiledTemplate } from './compile/policy';
import type { CalendarFile } from './files/calendar-shapes';
import type { FreezesFile } from './files/freeze-shapes';
import type { PeopleFile, ServicesFile, ContactsFile } from './files/shapes';
import type { OnCallFile } from './files/on-call-shapes';
import type { ChannelsFile } from './files/channel-shapes';
import type { ConfigError } from './files/yaml-file';

export interface LoadedTemplate {
  readonly name: string;
  readonly version: string;
  readonly hash: string;
  readonly kind: ProcessKind;
  /** Marked `default: true`: processes that name no template follow this one. */
  readonly isDefault: boolean;
  readonly compiled: CompiledTemplate;
  /** Recipients and roles that it names. */ readonly asks: readonly string[];
}
export interface Config {
  readonly folder: string;
  readonly templates: readonly LoadedTemplate[];
  readonly people: PeopleFile;
  readonly services: ServicesFile;
  readonly onCall: OnCallFile;
  readonly channels: ChannelsFile;
  readonly calendar: CalendarFile;
  readonly contacts: ContactsFile;
  readonly alerts: AlertsFile;
  readonly freezes: FreezesFile;
  /** Without the file, roles are given by nobody. */
  readonly access: AccessFile | undefined;
  /** The installation's own templates of messages and reports. */
  readonly messages: MessageTemplates;
}

/** The files of people, services, on-call, freezes and access; read again while Muster runs. */
export type DirectoryFiles = Pick<Config, 'people' | 'services' | 'onCall' | 'freezes' | 'access'>;

export type Loaded<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly errors: ConfigError[];
      /**
       * The configuration in spite of the errors, when each file by itself is valid and only
       * references between files are wrong.
       */
      readonly readable?: T;
    };
