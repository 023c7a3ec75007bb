/**
 * Owns the rules for channels.yaml and for the channels that people use: channels exist and can do
 * their task, secrets are set, addresses are there where needed. An error is placed in the file
 * that it is about.
 */
import { placeOfSecret, readSecret } from '../files/secrets';
import { statSync } from 'node:fs';
import { tokenProblem } from '../../activities/channels/slack/config';
import { secretProblem } from '../../activities/channels/webhook/config';
import { addressesFor, own, unknownName } from '../../domain';
import { checkAudienceAddresses, checkPeopleAddresses, checkServiceAddresses } from './addresses';
import type { ChannelFile, ChannelsFile } from '../files/channel-shapes';
import { channelTypes, isPager, secretsOf } from './channel-types';
import type { PeopleFile, ServicesFile } from '../files/shapes';
import type { ConfigError, Located } from '../files/yaml-file';

/**
 * Reports channels that do not exist or cannot do their task, and secrets that are missing in `env`
 * (null: secrets are not checked).
 */
export function checkChannels(file: Located<ChannelsFile>, env: NodeJS.ProcessEnv | null): ConfigError[] {
  const { channels, audiences, drill, follow } = file.value;
  const known = Object.keys(channels);
  const errors: ConfigError[] = [];
  const found = (path: readonly PropertyKey[], name: string): ChannelFile | undefined => {
    if (!known.includes(name)) errors.push(file.at(path, unknownName('channel', name, known)));
    return own(channels, name);
  };
  for (const [id, audience] of Object.entries(audiences)) {
    if (audience['auto-publish'] && !audience.public)
      errors.push(
        file.at(
          ['audiences', id, 'auto-publish'],
          'only a public audience hears what nobody wrote for it by this line; add "public: true", or leave it out',
        ),
      );
    audience.channels.forEach((name, index) => {
      const path = ['audiences', id, 'channels', index];
      const channel = found(path, name);
      if (!channel) return;
      if (audience.channels.indexOf(name) < index) errors.push(file.at(path, `${name} is listed twice`));
      const { delivers, publicOnly, needsAddress, pager } = channelTypes[channel.type];
      if (!delivers) errors.push(file.at(path, carriesNothing(name, channel)));
      if (pager) errors.push(file.at(path, `${name} (${channel.type}) calls people; announce over another channel`));
      if (publicOnly && !audience.public)
        errors.push(
          file.at(path, `everybody can read ${name} (${channel.type}), so the audience must be public: true`),
        );
      if (needsAddress && id !== 'affected-teams' && addressesFor(audience.addresses, name, channel.type).length === 0)
        errors.push(file.at(path, missingAddress(`audiences.${id}`, name, channel)));
    });
  }
  drill.forEach((name, index) => {
    const channel = found(['drill', index], name);
    if (channel && channelTypes[channel.type].publicOnly)
      errors.push(file.at(['drill', index], `everybody can read ${name} (${channel.type}); a drill is never public`));
  });
  follow.forEach(({ channel: name, incidents, releases }, index) => {
    const channel = found(['follow', index, 'channel'], name);
    const problem = channel && followProblem(name, channel, incidents);
    if (problem !== undefined) errors.push(file.at(['follow', index, 'channel'], problem));
    if (follow.findIndex((other) => other.channel === name) < index)
      errors.push(file.at(['follow', index, 'channel'], `${name} is listed twice`));
    if (incidents.length === 0 && !releases)
      errors.push(
        file.at(
          ['follow', index],
          `${name} would follow nothing: say incidents: all, or some levels, or releases: true`,
        ),
      );
  });
  for (const [id, channel] of Object.entries(channels)) {
    errors.push(...checkChannel(file, id, channel));
    if (env) errors.push(...checkSecrets(file, id, channel, env));
  }
  return [...errors, ...checkAudienceAddresses(file)];
}

function checkChannel(file: Located<ChannelsFile>, id: string, channel: ChannelFile): ConfigError[] {
  const errors: ConfigError[] = [];
  const allowed = allowedHosts(channel);
  if ('url' in channel && channel.url !== undefined) {
    const { username, password } = new URL(channel.url);
    if (isInTheClear(channel.url, allowed))
      errors.push(
        file.at(['channels', id, 'url'], 'expected https; plain http only to a host that is listed in allow-hosts'),
      );
    if (username !== '' || password !== '')
      errors.push(
        file.at(['channels', id, 'url'], 'a name or password in the address is not allowed; use the secret fields'),
      );
  }
  if (
    channel.type === 'email' &&
    channel.security === 'none' &&
    !isOwnMachine(channel.host) &&
    !allowed.includes(bareHost(channel.host))
  )
    errors.push(
      file.at(
        ['channels', id, 'security'],
        `mail to ${channel.host} would travel in the clear; expected starttls or tls, or list the host in allow-hosts`,
      ),
    );
  if (channel.type === 'email' && (channel.user === undefined) !== (channel.password === undefined))
    errors.push(file.at(['channels', id], 'user and password belong together: give both or neither'));
  return errors;
}

// The files and folders of a channel are checked here too, because only the machine of a worker has
// them.
function checkSecrets(
  file: Located<ChannelsFile>,
  id: string,
  channel: ChannelFile,
  env: NodeJS.ProcessEnv,
): ConfigError[] {
  const secrets = secretsOf(channel).flatMap(({ path, word }) => {
    const read = readSecret(word, env);
    const problem = read.ok ? secretValueProblem(channel, placeOfSecret(word), read.value) : read.because;
    return problem === undefined ? [] : [file.at(['channels', id, ...path], problem)];
  });
  const paths = pathsOf(channel).flatMap(({ key, path, kind }) =>
    existsAs(kind, path) ? [] : [file.at(['channels', id, key], `there is no ${kind} ${path}; give one that exists`)],
  );
  return [...secrets, ...paths];
}

/** Why the value of a secret cannot work, or undefined. The sentence does not contain the value. */
function secretValueProblem(channel: ChannelFile, place: string, value: string): string | undefined {
  switch (channel.type) {
    case 'webhook':
      return secretProblem(value);
    case 'slack':
      return tokenProblem(value);
    case 'teams': {
      if (!isWebAddress(value)) return `what ${place} holds is no http or https address`;
      return isInTheClear(value, allowedHosts(channel))
        ? `what ${place} holds is no https address; plain http only to a host that is listed in allow-hosts`
        : undefined;
    }
    // Only the vendor knows whether a key of another channel is right.
    default:
      return undefined;
  }
}

function pathsOf(channel: ChannelFile): { key: string; path: string; kind: 'file' | 'folder' }[] {
  if (channel.type === 'folder') return [{ key: 'path', path: channel.path, kind: 'folder' }];
  return channel.type === 'email' && channel['ca-file'] !== undefined
    ? [{ key: 'ca-file', path: channel['ca-file'], kind: 'file' }]
    : [];
}
function existsAs(kind: 'file' | 'folder', path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return kind === 'folder' ? found?.isDirectory() === true : found?.isFile() === true;
}

function followProblem(
  name: string,
  { type }: ChannelFile,
  incidents: ChannelsFile['follow'][number]['incidents'],
): string | undefined {
  const { follows, pager } = channelTypes[type];
  if (!follows)
    return pager
      ? `${name} (${type}) closes by itself what its pages opened; take it out`
      : `${name} (${type}) cannot follow a process; it only carries messages`;
  return pager && incidents.length > 0
    ? `${name} (${type}) closes by itself what its pages opened; list it with releases: true alone, for its change events`
    : undefined;
}

/**
 * Reports entries of `reach` that cannot work: a channel that carries no messages, a channel
 * without an address of the person, or a list with only pagers.
 */
export function checkReach(people: Located<PeopleFile>, channels: ChannelsFile): ConfigError[] {
  const ways = Object.entries(people.value.people).flatMap(([id, person]) => {
    const problems = person.reach.flatMap((name, index) => {
      const twice = person.reach.indexOf(name) < index ? `${name} is listed twice` : undefined;
      const problem = twice ?? reachProblem(id, person, name, channels);
      return problem === undefined ? [] : [people.at(['people', id, 'reach', index], problem)];
    });
    const loud = person.reach.filter((name) => isPager(channels, name));
    return loud.length > 0 && loud.length === person.reach.length
      ? [
          ...problems,
          people.at(
            ['people', id, 'reach'],
            `a reminder would ring ${loud.join(', ')}: add a quieter way, such as inbox`,
          ),
        ]
      : problems;
  });
  return [...ways, ...checkPeopleAddresses(people, channels.channels)];
}

/**
 * Why the person `id` cannot be reached over the channel `name`; undefined when there is no
 * problem.
 */
export function reachProblem(
  id: string,
  { addresses }: PeopleFile['people'][string],
  name: string,
  { channels }: ChannelsFile,
): string | undefined {
  const channel = own(channels, name);
  if (!channel) return unknownName('channel', name, Object.keys(channels));
  const { delivers, publicOnly, needsAddress } = channelTypes[channel.type];
  if (!delivers) return carriesNothing(name, channel);
  if (publicOnly) return `everybody can read ${name} (${channel.type}); nobody can be paged over it`;
  if (!needsAddress) return undefined;
  return addressesFor(addresses, name, channel.type).length === 0
    ? missingAddress(`people.${id}`, name, channel)
    : undefined;
}

/**
 * Reports services without an address, of their own or of their team, for a channel of
 * `affected-teams`; and addresses of a wrong form.
 */
export function checkTeamAddresses(
  services: Located<ServicesFile>,
  { channels, audiences }: ChannelsFile,
): ConfigError[] {
  const odd = checkServiceAddresses(services, channels);
  const audience = audiences['affected-teams'];
  if (!audience) return odd;
  const unreached = audience.channels.flatMap((name) => {
    const channel = own(channels, name);
    if (!channel || !channelTypes[channel.type].needsAddress) return [];
    if (addressesFor(audience.addresses, name, channel.type).length > 0) return [];
    return Object.entries(services.value.services).flatMap(([id, service]) => {
      const team = own(services.value.teams, service.team);
      const reached = [service.addresses, team?.addresses].some(
        (stated) => addressesFor(stated, name, channel.type).length > 0,
      );
      return reached
        ? []
        : [
            services.at(
              ['services', id],
              `affected-teams is announced to by ${name} (${channel.type}), but neither this service nor its team ${service.team} has an address for it: write addresses: { ${name}: ... }`,
            ),
          ];
    });
  });
  return [...odd, ...unreached];
}

function carriesNothing(name: string, channel: ChannelFile): string {
  return `${name} (${channel.type}) carries no messages; list it under follow`;
}
function missingAddress(whose: string, name: string, channel: ChannelFile): string {
  return `there is no address for ${name} (${channel.type}); write ${whose}.addresses: { ${name}: ... }`;
}

function allowedHosts(channel: ChannelFile): string[] {
  return 'allow-hosts' in channel ? channel['allow-hosts'].map(bareHost) : [];
}
/** Whether messages to `url` would travel unencrypted to a host that is not in `allowed`. */
function isInTheClear(url: string, allowed: readonly string[]): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !allowed.includes(bareHost(hostname));
}
function bareHost(host: string): string {
  return host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
}
/** Whether `host` is a name of this machine, for itself alone. */
export function isOwnMachine(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/.test(bareHost(host));
}
function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
