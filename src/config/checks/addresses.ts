/**
 * Owns the rules for addresses of people, audiences, teams and services: each address belongs to an
 * existing channel and has the form that the channel takes. Knows nothing of who is reached over
 * which channel. An error is placed in the file with the address.
 */
import { own, unknownName, type Addresses } from '../../domain';
import type { ChannelFile, ChannelsFile } from '../files/channel-shapes';
import { channelTypes } from './channel-types';
import { isMailAddress } from '../../contracts/address-shapes';
import type { PeopleFile, ServicesFile } from '../files/shapes';
import type { ConfigError, Located } from '../files/yaml-file';

type Channels = ChannelsFile['channels'];
type At = (path: readonly PropertyKey[], message: string) => ConfigError;

export function checkAudienceAddresses({ value, at }: Located<ChannelsFile>): ConfigError[] {
  return Object.entries(value.audiences).flatMap(([id, { addresses }]) =>
    odd(at, ['audiences', id, 'addresses'], addresses, value.channels, isSlackPlace),
  );
}

export function checkPeopleAddresses({ value, at }: Located<PeopleFile>, channels: Channels): ConfigError[] {
  return Object.entries(value.people).flatMap(([id, { addresses }]) =>
    odd(at, ['people', id, 'addresses'], addresses, channels, isSlackId),
  );
}

export function checkServiceAddresses({ value, at }: Located<ServicesFile>, channels: Channels): ConfigError[] {
  const inSection = (section: 'teams' | 'services') =>
    Object.entries<{ readonly addresses?: Addresses | undefined }>(value[section]).flatMap(([id, { addresses }]) =>
      odd(at, [section, id, 'addresses'], addresses, channels, isSlackPlace),
    );
  return [...inSection('teams'), ...inSection('services')];
}

function odd(
  at: At,
  path: readonly PropertyKey[],
  addresses: Addresses | undefined,
  channels: Channels,
  isSlack: (address: string) => boolean,
): ConfigError[] {
  return Object.entries(addresses ?? {}).flatMap(([key, given]) => {
    const type = own(channels, key)?.type ?? addressed.find((one) => one === key);
    if (type === undefined)
      return [at([...path, key], unknownName('channel', key, [...new Set([...Object.keys(channels), ...addressed])]))];
    return (typeof given === 'string' ? [given] : given).flatMap((address, index) => {
      const where = typeof given === 'string' ? [...path, key] : [...path, key, index];
      if (type === 'email' && !isMailAddress(address)) return [at(where, `"${address}" is no e-mail address`)];
      if (type === 'slack' && !isSlack(address)) return [at(where, noSlackAddress(address, isSlack === isSlackId))];
      return [];
    });
  });
}

/** The channel types for which people and audiences need an address. */
const addressed = (Object.keys(channelTypes) as ChannelFile['type'][]).filter(
  (type) => channelTypes[type].needsAddress,
);

function isSlackId(address: string): boolean {
  return /^[A-Z][A-Z0-9]{1,30}$/.test(address);
}
// Slack also takes the name of a channel in place of its id.
function isSlackPlace(address: string): boolean {
  return isSlackId(address) || /^#?[\p{Ll}\p{Lo}\p{N}_-]{1,80}$/u.test(address);
}
function noSlackAddress(address: string, ofPerson: boolean): string {
  return `"${address}" is no Slack id; expected one such as ${ofPerson ? 'U024BE7LH' : 'C024BE91L'}`;
}
