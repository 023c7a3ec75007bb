/**
 * Owns completion: the scripts for the shells, and the candidates at the cursor. Most candidates
 * come from the tree of verbs. Ids, people and items come from the server, within a short limit;
 * without an answer there are no candidates.
 */
import { isUnmetStatus } from '../../contracts/deadline-kinds';
import type { Command } from 'commander';
import { coverageKinds } from '../../contracts/coverage-view';
import { commandTable, type CommandSpec, type FieldSpec, type ProcessKind } from '../../contracts/command-table';
import type {
  AlertRow,
  ItemView,
  ListRow,
  OnCallView,
  OverrideRow,
  Page,
  PersonRow,
  ProcessView,
  ServiceRow,
  TemplateRow,
  TokenRow,
  UnmatchedPage,
} from '../../contracts/view';
import { flagOf } from '../client/body';
import { createClient, type Client } from '../client/client';
import { defaultServer, formats } from '../client/context';
import { usageError } from '../client/errors';
import { identityOf } from '../client/credential';
import { extraHeaders } from '../client/extra-headers';
import { operations } from '../../contracts/operations';
import { createTokenOrder, loginLinkOrder, rotateTokenOrder } from '../../contracts/token-orders';
import type { Io } from '../terminal/io';
import { alertName } from '../render/alert-lines';
import { offlineCode } from './late';
import { reportFormats } from './report';
import { within } from '../../time-limit';
import { namedProcess, processPath } from '../client/named';
import { conditionsOf } from './wait';
import { given } from '../../given';

const scripts: Readonly<Record<string, string>> = {
  bash: `# muster completion; load it with: source <(muster completion bash)
_muster() {
  local IFS=$'\\n'
  COMPREPLY=($(muster __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -F _muster muster
`,
  zsh: `#compdef muster
# muster completion; load it with: source <(muster completion zsh)
_muster() {
  local -a found
  found=("\${(@f)$(muster __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -a found
}
compdef _muster muster
`,
  fish: `# muster completion; load it with: muster completion fish | source
complete -c muster -f -a '(muster __complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
`,
};

/** The script for a shell. Throws a usage error for an unknown shell. */
export function completionScript(shell: string): string {
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (script === undefined)
    throw usageError(`there is no completion for "${shell}"; expected ${Object.keys(scripts).join(', ')}`);
  return script;
}

// A shell puts a candidate unquoted on the command line, so a candidate must hold no character that
// a shell acts on.
const harmless = /^[\w.,:@+=/-]{1,120}$/;
const answerWithinMs = 1500;

/** The candidates for the last of `words` (which may be empty), given the words before it. */
export async function candidates(program: Command, words: readonly string[], io: Io): Promise<string[]> {
  const partial = words.at(-1) ?? '';
  const place = placeOf(program, words.slice(0, -1));
  const found = await within(answerWithinMs, [io.signal], (signal) =>
    possible(program, place, partial, { ...io, signal }),
  ).catch((): string[] => []);
  return [...new Set(found)].filter((word) => word.startsWith(partial) && harmless.test(word));
}

interface Place {
  readonly command: Command;
  /** Words after the verb that are no flags. */
  readonly positionals: readonly string[];
  /** The long flag whose value comes next. Not called `valueOf`, because every object has that. */
  readonly flag?: string;
  /** The values of --server, --as and --token among the flags so far. */
  readonly server?: string;
  readonly as?: string;
  readonly token?: string;
  /** The values of --header. */
  readonly headers: readonly string[];
}

function placeOf(program: Command, before: readonly string[]): Place {
  let command = program;
  let flag: string | undefined;
  let server: string | undefined;
  let as: string | undefined;
  let token: string | undefined;
  const headers: string[] = [];
  const positionals: string[] = [];
  for (const word of before) {
    if (flag !== undefined) {
      if (flag === '--server') server = word;
      if (flag === '--as') as = word;
      if (flag === '--token') token = word;
      if (flag === '--header') headers.push(word);
      flag = undefined;
    } else if (word.startsWith('-')) {
      const option = [...command.options, ...program.options].find(
        (known) => known.long === word || known.short === word,
      );
      if (option?.required === true) flag = option.long ?? undefined;
    } else {
      const next = command.commands.find((known) => known.name() === word || known.aliases().includes(word));
      if (next) command = next;
      else positionals.push(word);
    }
  }
  return {
    command,
    positionals,
    headers,
    ...given({ flag, server, as, token }),
  };
}

async function possible(program: Command, place: Place, partial: string, io: Io): Promise<string[]> {
  const { command, positionals, flag } = place;
  const live = () => new Live(place, io);
  if (flag !== undefined) return valuesOfFlag(command, flag, live);
  if (partial.startsWith('-')) {
    return [...command.options, ...program.options].filter(({ hidden }) => !hidden).map(({ long }) => long ?? '');
  }
  if (command.commands.length > 0)
    return command
      .createHelp()
      .visibleCommands(command)
      .map((known) => known.name());
  if (command.name() === 'completion') return Object.keys(scripts);
  if (command.parent?.name() === 'alert') return valuesOfAlert(command, positionals.length, live);
  if (command.parent?.name() === 'override') return valuesOfOverride(command, positionals.length, live);
  if (command.parent?.name() === 'token') return valuesOfToken(command, positionals.length, live);
  if (command.parent?.name() === 'drill') return command.name() === 'stop' ? live().drills() : [];
  const kinds = kindsOf(command);
  if (kinds.length === 0) return command.parent?.name() === 'template' ? live().templates() : [];
  const spec = specOf(command);
  const takesId = positionals.length === 0 || spec?.severalIds || command.name() === 'show';
  if (!spec?.starts && takesId) return command.name() === 'list' ? [] : live().ids(kinds);
  const asWords = Object.entries(spec?.fields ?? {}).filter(([, field]) => field.required ?? field.lastWord);
  const index = positionals.length - (spec?.starts ? 0 : 1);
  // A list takes all following words; the field after the list is free text.
  const [name, field] = asWords.find(([, its], at) => at === index || (its.list && at < index)) ?? [];
  return name === undefined || field === undefined ? [] : live().valuesOf(command, name, field);
}

const kindOf = (command: Command): ProcessKind | undefined => {
  const name = command.parent?.name();
  return name === 'incident' || name === 'release' ? name : undefined;
};
/** The kinds of process whose ids a verb takes; without a noun the id says the kind. */
function kindsOf(command: Command): readonly ProcessKind[] {
  const kind = kindOf(command);
  if (kind !== undefined) return [kind];
  if (command.parent?.name() !== 'muster') return [];
  return command.name() === 'show' ? ['incident', 'release'] : (specOf(command)?.for ?? []);
}
const specOf = (command: Command): CommandSpec | undefined => {
  const table: Readonly<Record<string, CommandSpec>> = commandTable;
  return Object.hasOwn(table, command.name()) ? table[command.name()] : undefined;
};

/** `alert resolve KEY`, `show SOURCE/KEY`, `presets NAME`, `try SOURCE FILE`. */
async function valuesOfAlert(command: Command, index: number, live: () => Live): Promise<string[]> {
  if (index > 0) return [];
  switch (command.name()) {
    case 'resolve':
      return (await live().alerts()).filter(({ state }) => state === 'firing').flatMap(({ key }) => key ?? []);
    case 'show':
      return (await live().alerts()).filter(({ key }) => key !== undefined).map(alertName);
    case 'presets':
      return [...new Set([...offlineCode().alertPresets, ...offlineCode().changePresets])];
    case 'try':
      return live().alertSources();
    default:
      return [];
  }
}

/** `override add SCHEDULE PERSON`, `override remove ID`. */
async function valuesOfOverride(command: Command, index: number, live: () => Live): Promise<string[]> {
  if (command.name() === 'remove') return index === 0 ? live().overrides() : [];
  if (command.name() !== 'add' || index > 1) return [];
  return index === 0 ? live().schedules() : live().people();
}

/** `token rotate ID`, `revoke ID ...`, `link PERSON`. */
async function valuesOfToken(command: Command, index: number, live: () => Live): Promise<string[]> {
  if (command.name() === 'revoke' || (command.name() === 'rotate' && index === 0)) return live().tokens();
  return command.name() === 'link' && index === 0 ? live().people() : [];
}
const tokenOrders: Readonly<Record<string, Pick<CommandSpec, 'fields'>>> = {
  create: createTokenOrder,
  rotate: rotateTokenOrder,
  link: loginLinkOrder,
};
/** Fields whose flags a verb takes. A verb of alerts may be called as a command is: `resolve`. */
function fieldsOf(command: Command): CommandSpec['fields'] {
  switch (command.parent?.name()) {
    case 'alert':
      return {};
    case 'token':
      return tokenOrders[command.name()]?.fields ?? {};
    default:
      return specOf(command)?.fields ?? {};
  }
}

async function valuesOfFlag(command: Command, flag: string, live: () => Live): Promise<string[]> {
  const kind = kindOf(command);
  if (flag === '--output') return [...formats];
  if (flag === '--for' && kind) return conditionsOf(kind);
  if (flag === '--format') return reportFormats;
  if (flag === '--as') return live().people();
  if (flag === '--template') return live().templates(kind);
  const known = Object.entries(fieldsOf(command)).find(([name, field]) => `--${flagOf(name, field)}` === flag);
  if (known) return live().valuesOf(command, ...known);
  if (flagsOfPeople.has(flag)) return live().people();
  if (flag === '--schedule') return live().schedules();
  if (flag === '--source') return live().alertSources();
  if (flag === '--service') return live().services();
  if (flag === '--severity') return live().levels(kind);
  if (flag === '--allow') return [...coverageKinds];
  return flag === '--process' ? live().ids(['incident', 'release']) : [];
}

const flagsOfPeople = new Set(['--owner', '--person', '--set', '--replaces', '--all-of']);

/** Asks the server for names. */
class Live {
  private readonly client: Client;

  constructor(
    private readonly place: Place,
    io: Io,
  ) {
    const set = io.env['MUSTER_URL'];
    const url = place.server ?? (set === undefined || set === '' ? defaultServer : set);
    // R37: what is restricted is completed for those who see it.
    this.client = createClient({
      url,
      ...identityOf(place, io, url),
      headers: extraHeaders(place.headers, io.env),
      signal: io.signal,
    });
  }

  async ids(kinds: readonly ProcessKind[]): Promise<string[]> {
    return (await this.rows(kinds)).map(({ id }) => id);
  }
  async rows(kinds: readonly ProcessKind[]): Promise<readonly ListRow[]> {
    return (await Promise.all(kinds.map((kind) => this.list<ListRow>(`/v1/${kind}s`)))).flat();
  }
  async drills(): Promise<string[]> {
    const rows = await this.rows(['incident', 'release']);
    return rows.filter(({ drill }) => drill).map(({ id }) => id);
  }
  async people(): Promise<string[]> {
    return (await this.list<PersonRow>('/v1/people')).map(({ id }) => id);
  }
  async roles(): Promise<string[]> {
    return (await this.list<PersonRow>('/v1/people')).flatMap(({ roles }) => roles);
  }
  async alerts(): Promise<readonly AlertRow[]> {
    return this.list<AlertRow>('/v1/alerts');
  }
  async alertSources(): Promise<string[]> {
    const { body } = await this.client.get<UnmatchedPage>('/v1/alerts/unmatched');
    return body.sources.map(({ source }) => source);
  }
  async tokens(): Promise<string[]> {
    return (await this.list<TokenRow>('/v1/tokens')).map(({ id }) => id);
  }
  async services(): Promise<string[]> {
    return (await this.list<ServiceRow>('/v1/services')).map(({ id }) => id);
  }
  async schedules(): Promise<string[]> {
    return (await this.client.get<OnCallView>('/v1/on-call')).body.schedules.map(({ id }) => id);
  }
  async overrides(): Promise<string[]> {
    return (await this.list<OverrideRow>('/v1/on-call/overrides')).map(({ id }) => id);
  }
  /** The templates of one kind of process, or of both. */
  async templates(kind?: ProcessKind): Promise<string[]> {
    return (await this.templateRows(kind)).map(({ id }) => id);
  }
  /** The levels of the templates of one kind of process, or of both. */
  async levels(kind?: ProcessKind): Promise<string[]> {
    return (await this.templateRows(kind)).flatMap(({ levels }) => levels);
  }
  private async templateRows(wanted: ProcessKind | undefined): Promise<readonly TemplateRow[]> {
    const rows = await this.list<TemplateRow>('/v1/templates');
    return rows.filter(({ kind }) => wanted === undefined || kind === wanted);
  }

  /** Values of one field of a command. */
  async valuesOf(command: Command, name: string, field: FieldSpec): Promise<string[]> {
    switch (field.type) {
      case 'severity':
        return this.levels(kindOf(command));
      case 'enum':
        return [...(field.values ?? [])];
      case 'person':
        return [...(await this.people()), ...(field.nullable ? ['none'] : [])];
      case 'reader':
      case 'recipient':
        return [...(await this.people()), ...(await this.roles())];
      case 'role':
        return this.roles();
      case 'service':
        return this.services();
      case 'schedule':
        return this.schedules();
      case 'process':
        return this.ids(['incident']);
      case 'item':
        return (await this.items())
          .filter(({ status }) => (status === 'open') !== (command.name() === 'reopen-items'))
          .map(({ id }) => id);
      default:
        return this.named(name);
    }
  }

  private async named(field: string): Promise<string[]> {
    switch (field) {
      case 'deadline':
        return (await this.view()).deadlines.filter(({ status }) => isUnmetStatus(status)).map(({ id }) => id);
      case 'removeServices':
        return (await this.view()).services;
      case 'gate':
        return (await this.view()).gates.map(({ id }) => id);
      case 'actionItem':
        return (await this.view()).actionItems
          .filter(({ doneAt, dropped }) => doneAt === undefined && dropped === undefined)
          .map(({ id }) => id);
      // What a token may do.
      case 'operations':
        return [...operations];
      case 'phases':
        return (await this.view()).phases
          .filter(({ status }) => status === 'upcoming' || status === 'open')
          .map(({ id }) => id);
      case 'check':
        return (await this.items()).flatMap(({ check }) => (check === undefined ? [] : [check]));
      default:
        return [];
    }
  }

  private async items(): Promise<ItemView[]> {
    return (await this.view()).phases.flatMap(({ groups }) => groups.flatMap(({ items }) => items));
  }
  private async view(): Promise<ProcessView> {
    const [id = ''] = this.place.positionals;
    const process = await namedProcess(this.client, id, kindOf(this.place.command));
    return (await this.client.get<ProcessView>(processPath(process))).body;
  }
  private async list<Row>(path: string): Promise<readonly Row[]> {
    return (await this.client.get<Page<Row>>(path)).body.items;
  }
}
