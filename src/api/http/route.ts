/**
 * Owns what a route is: one entry of the table from which both the Express app and the OpenAPI
 * document are made, so that the two cannot differ. Also owns what every route gets to work with.
 */
import type { Request } from 'express';
import type { z } from 'zod';
import type { AlertsInForce, Config } from '../../config';
import type { CommandName } from '../../contracts/command-table';
import type { ConfigurationHealth } from '../../contracts/configuration-view';
import type { Stuck } from '../../contracts/readiness-view';
import type { Need } from '../../contracts/access';
import type { AccessRules, AccessState, Asked, Directory, Instant, Principal, Schedule, Target } from '../../domain';
import type { AccessStore } from '../temporal/access-store';
import type { AlertStore } from '../temporal/alert-store';
import type { ChangeStore } from '../temporal/change-store';
import type { Access } from './reach';
import type { Limits } from './rate-limit';
import type { Authenticator } from './authenticator';
import type { SignIn } from './sign-in';
import type { EventStream } from './event-stream';
import type { OpenNews, ProcessNews } from './stream-news';
import type { Every, Streams } from './streams';
import type { ProcessStore } from '../temporal/process-store';
import type { AlertMetrics } from './alert-metrics';
import type { ApiMetrics } from './metrics';
import type { OverrideStore } from '../temporal/override-store';
import type { ProblemName } from './problem';
import type { Parameters } from './query';
import type { AskSns, SnsDoor } from './sns';
import type { TroubleStore } from '../temporal/trouble-store';
import type { TimelineWatch } from '../temporal/timeline-watch';
import type { LiveOpen } from '../temporal/live-open';
import type { LiveProcesses } from '../temporal/live-processes';
import type { AskedLately } from '../temporal/asked-lately';
import type { LongWorker } from '../../words/long-work';
import type { Words } from '../../words/words';

export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
}

/** The parts from which the API is built. */
export interface ApiDeps {
  readonly store: ProcessStore;
  /** The configuration of the start. */
  readonly config: Config;
  /**
   * The configuration with people, teams, services and schedules as they are now: new processes
   * begin with it.
   */
  readonly inForce: () => Config;
  /** The texts for people: built-in, or from templates of the installation. */
  readonly words: Words;
  /** People, teams and services as they are now. */
  readonly directory: () => Directory;
  /** The schedules as they are now, good at least until `until`. */
  readonly schedules: (until: Instant) => Readonly<Record<string, Schedule>>;
  /** Whether the files of people and on-call in the folder are in force. */
  readonly configuration: () => ConfigurationHealth;
  /** When those of these files that are in force were read. */
  readonly configurationReadAt: () => Instant;
  readonly overrides: OverrideStore;
  readonly alerts: AlertStore;
  /** The log of changes. */
  readonly changes: ChangeStore;
  /** What people were told of processes that Muster no longer runs. */
  readonly troubles: Pick<TroubleStore, 'read'>;
  /** Who may send alerts, and where they lead. */
  readonly alertRules: AlertsInForce;
  /** The questions that go out to SNS: its certificates, and the confirmation of a subscription. */
  readonly askSns: AskSns;
  /** Does what takes long without holding up other requests. */
  readonly longWork: LongWorker;
  readonly clock: () => Instant;
  readonly log: Log;
  readonly access: Access;
  /** The kinds of credentials that are taken, where somebody has to prove who they are. */
  readonly authenticators: readonly Authenticator[];
  /** Who has which role now. */
  readonly accessRules: () => AccessRules;
  /** Tokens, and who may sign in by what counts once. */
  readonly accessBook: AccessStore;
  /** By what people sign in with a browser. */
  readonly signIn: SignIn;
  /** Whether `text` is the code by which somebody becomes the first admin of this installation. */
  readonly isFirstAdminCode: (book: AccessState, text: string) => boolean;
  /** Reads the token of a one-tap acknowledge link. */
  readonly readAckToken: (token: string, now: Instant) => ReadAckLink;
  /** The processes that stand still. Never rejects. */
  readonly stuck: () => Promise<Stuck>;
  /** Further numbers for /metrics, in the Prometheus text format. */
  readonly moreMetrics?: () => string;
  /** Aborted when the program stops: streams end. */
  readonly ending?: AbortSignal;
  /** What happens every so often; default: by a timer. */
  readonly every?: Every;
}

/** What a one-tap acknowledge link says. */
export interface AckLink {
  readonly process: string;
  /** The process with this mark, and no other of the same id. */
  readonly mark?: string;
  readonly person: string;
  /** Epoch ms. */
  readonly exp: number;
  /** The round of the response that it acknowledges, and no later one; absent: any. */
  readonly round?: number;
}
export type ReadAckLink =
  | { readonly ok: true; readonly claim: AckLink }
  | { readonly ok: false; readonly because: 'forged' }
  | { readonly ok: false; readonly because: 'expired'; readonly claim: AckLink };
/** The parts that all routes share. */
export interface Shared extends ApiDeps {
  readonly metrics: ApiMetrics;
  readonly alertMetrics: AlertMetrics;
  readonly sns: SnsDoor;
  readonly watch: TimelineWatch;
  readonly limits: Limits;
  /** What the views across all processes share. */
  readonly lately: AskedLately;
  readonly streams: Streams;
  /** The processes that somebody watches. */
  readonly liveProcesses: LiveProcesses<ProcessNews>;
  /** The list of what is open, for those who watch it. */
  readonly liveOpen: LiveOpen<OpenNews>;
  /** This API began the process or gave it a command: whoever remembers or watches it hears. */
  readonly noteChange: (id: string) => void;
}

export interface Call {
  readonly request: Request;
  /** Who asks; may do what the route needs. */
  readonly principal: Principal;
  /** Parameters from the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly requestId: string;
  /** Aborted when the client has gone. */
  readonly gone: AbortSignal;
}
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** A JSON value; with `type`, a string. */
  readonly body?: unknown;
  readonly type?: string;
  /**
   * For a browser: a page of HTML, written by the way from its address to the root of the
   * installation (`../`), because a proxy may serve Muster under a path. With a `body`, a program
   * gets that.
   */
  readonly page?: (root: string) => string;
  /** Instead of all these: events. Begins to write them; the headers have gone. */
  readonly stream?: (out: EventStream) => void;
}
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** In the form of Express: `/v1/incidents/:id`. */
  readonly path: string;
  readonly name: string;
  readonly about: string;
  /** What whoever asks has to be. Of a command: as the command table says. */
  readonly needs: Need;
  /** No program of a CI may, whatever its token says. */
  readonly peopleOnly?: true;
  /**
   * What this request needs besides, and what it is about, where the path and `needs` do not say.
   */
  readonly asks?: (call: Call) => Promise<Partial<Asked> & { readonly target?: Target }>;
  /** It tells whoever watches over the server how that is, and answers to any Host. */
  readonly forWatchers?: true;
  /** Whoever follows a link on a page of another site gets there. */
  readonly openedByLinks?: true;
  readonly query?: Parameters;
  /** The parameter of the query that names the process it is about, where the path does not. */
  readonly processIn?: string;
  /** Any query is accepted: mail programs and chats add parameters to links. */
  readonly anyQuery?: true;
  /**
   * Requests a minute that one asker may send to this route, wherever the server listens: who has
   * signed in, else an address. Absent: only the general limit.
   */
  readonly perMinute?: number;
  /** The answer depends on who asks; that of a command or an order always does. */
  readonly asksWho?: true;
  /** The request may ask to wait, so the limit of 5 s does not apply: always, or to this one. */
  readonly waits?: true | ((request: Request) => boolean);
  /**
   * The body may be what a monitoring or deployment tool sends: any media type, up to 1 MiB,
   * compressed. `door`: the sender proves itself, so that the route answers other machines too.
   */
  readonly alerts?: 'door' | 'read';
  /** The command whose body this route takes. */
  readonly command?: CommandName;
  /** The body is a form of one of our pages, whatever the command takes. */
  readonly form?: true;
  /** People read the answer in a browser, a refusal too. */
  readonly forReaders?: true;
  /** The body of a request that is no command to a process. */
  readonly order?: { readonly body: z.ZodType; readonly required: boolean };
  readonly success: {
    readonly status: number;
    readonly about: string;
    readonly schema?: z.ZodType;
    readonly types?: readonly string[];
    /** Of a stream: what the data of each event says. */
    readonly events?: Readonly<Record<string, z.ZodType>>;
  };
  /** Problems besides those that any route may have. */
  readonly problems?: readonly ProblemName[];
  readonly handle: (call: Call) => Promise<Answer> | Answer;
}
