/** Owns tokens in words: the table of those that there are. Knows no HTTP. */
import type { TokenRow } from '../../contracts/view';
import { localTime } from '../terminal/format';
import { table, type Layout } from '../terminal/table';

/** Each token, on the clock of this machine. */
export function tokenTable(items: readonly TokenRow[], now: number, layout: Layout): string[] {
  return table<TokenRow>(
    [
      { title: 'ID', cell: ({ id }) => id },
      { title: 'NAME', cell: ({ kind, name }) => (kind === 'ci' ? `ci.${name}` : name), gives: 'cut' },
      { title: 'OWNER', cell: ({ owner }) => owner, gives: 'cut' },
      {
        title: 'UNTIL',
        cell: (row) => untilWords(row, now),
        tone: ({ standing }) => (standing === 'counts' ? 'plain' : 'warn'),
      },
      { title: 'LAST USE', cell: ({ lastUsedOn }) => lastUsedOn ?? 'never' },
      { title: 'ONLY FOR', cell: ({ operations }) => operations?.join(', ') ?? '-', wide: true },
      { title: 'SERVICES', cell: ({ services }) => services?.join(', ') ?? '-', wide: true },
      { title: 'MADE BY', cell: ({ createdBy }) => createdBy, wide: true },
    ],
    items,
    layout,
  );
}

/** How long a token counts, or how it ended. */
export function untilWords({ standing, expiresAt, revokedBy }: TokenRow, now: number): string {
  const until = localTime(Date.parse(expiresAt), now, { date: true });
  if (standing === 'revoked') return `revoked by ${revokedBy}`;
  return standing === 'expired' ? `expired ${until}` : until;
}
