/**
 * Owns what is wrong with the channels that a source of alerts.yaml names: those over which Muster
 * pages the pager that the source is.
 */
import { unknownName } from '../../domain';
import { pagerOfPreset } from '../alert-presets';
import type { AlertsFile } from '../files/alert-shapes';
import type { ChannelsFile } from '../files/channel-shapes';
import type { ConfigError, Located } from '../files/yaml-file';

/** Channels that nothing has, that page another pager, or that a source names in vain. */
export function checkPagedChannels(
  file: Located<AlertsFile>,
  { channels }: Pick<ChannelsFile, 'channels'>,
): ConfigError[] {
  return Object.entries(file.value.sources).flatMap(([id, { preset, channels: named }]) => {
    if (named === undefined) return [];
    const path = ['sources', id, 'channels'];
    const pager = preset === undefined ? undefined : pagerOfPreset(preset);
    if (pager === undefined)
      return [file.at(path, 'only a pager that tells of pages of Muster has channels; take them out')];
    const names = Object.keys(channels).filter((name) => channels[name]!.type === pager);
    return named.flatMap((name, index) =>
      names.includes(name) ? [] : [file.at([...path, index], unknownName(`${pager} channel`, name, names))],
    );
  });
}
