/**
 * Owns the headers that a proxy in front of Muster asks for: those of --header, and those of
 * MUSTER_HEADERS, one a line. They go with every request, and no error shows their values, which
 * may be secrets.
 */
import type { Io } from '../terminal/io';
import { secretIn } from './credential';
import { usageError } from './errors';

const variable = 'MUSTER_HEADERS';
const form = `expected 'Name: value', such as 'CF-Access-Client-Id: 88bf3b'`;
/** What the command line itself, or HTTP, says of a request. */
const taken: Readonly<Record<string, string>> = {
  authorization: 'the token says who signs in (--token, MUSTER_TOKEN or `muster login`)',
  'muster-actor': '--as says who acts',
  'idempotency-key': '--idempotency-key of a command says it',
  ...Object.fromEntries(
    ['host', 'content-length', 'content-type', 'content-encoding', 'accept', 'if-match']
      .concat('connection', 'transfer-encoding', 'upgrade', 'expect', 'te', 'trailer', 'keep-alive')
      .map((name) => [name, 'the command line sets it itself']),
  ),
};

/** The headers of the flag and of the variable, by name in small letters; the flag comes first. */
export function extraHeaders(flags: readonly string[], env: Io['env']): Readonly<Record<string, string>> {
  const lines = (secretIn(variable, env) ?? '').split(/\r?\n/).filter((line) => line.trim() !== '');
  return Object.fromEntries([
    ...lines.map((line, index) => headerOf(line, `line ${index + 1} of ${variable}`)),
    ...flags.map((text) => headerOf(text, '--header')),
  ]);
}

function headerOf(text: string, where: string): readonly [name: string, value: string] {
  const [, name = '', value = ''] = /^\s*([\w!#$%&'*+.^`|~-]+):[ \t]*(.*?)[ \t]*$/s.exec(text) ?? [];
  const known = name.toLowerCase();
  if (name === '' || value === '') throw usageError(`${where} is no header; ${form}`);
  if (!/^[\t\x20-\x7e]+$/.test(value))
    throw usageError(`${where}: the value of ${name} holds a line break, or letters that no header can carry`);
  if (Object.hasOwn(taken, known)) throw usageError(`${where}: ${name} cannot be set: ${taken[known]}`);
  return [known, value];
}
