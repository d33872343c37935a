import { answer } from '@gatecast/api-client';
import { kinds } from '@gatecast/contracts/kinds';
import { artifactPaths } from '../artifact-paths.js';
import { artifactName, kindNames, kindOf } from '../artifact-reference.js';
import { command } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { misused } from '../failure.js';
import { readList } from '../pages.js';
import { writeTable } from '../table.js';
import { ago } from '../time.js';

export const artifacts = command({
  name: 'artifacts',
  summary: 'Lists the artifacts.',
  arguments: [],
  options: {
    kind: { type: 'string', value: 'KIND', help: `only those of one kind: ${kindNames.join(', ')}` },
    query: { type: 'string', value: 'TEXT', help: 'only those whose name contains this' },
  },
  async run({ values, terminal, api }) {
    const kind = values.kind === undefined ? undefined : kindOf(values.kind);
    if (values.kind !== undefined && !kind) throw misused(`--kind takes one of ${kindNames.join(', ')}, not '${values.kind}'.`);
    const query = { sortBy: 'name', sortOrder: 'asc', ...(values.query !== undefined && { query: values.query }) } as const;
    const lists = await Promise.all(
      (kind ? [kind] : kinds.map((traits) => traits.kind)).map((one) =>
        readList(Number.POSITIVE_INFINITY, (page) =>
          answer(api().GET(artifactPaths(one).all, { params: { query: { ...query, ...page } } })),
        ),
      ),
    );
    const rows = lists.flatMap(({ items }) => items);
    if (values.json) terminal.json(rows);
    else if (rows.length === 0) terminal.note('There are no artifacts: gatecast apply -f FILE makes some.');
    else
      writeTable(
        terminal,
        [
          { title: 'ARTIFACT', of: artifactName },
          { title: 'TITLE', of: ({ displayName }) => displayName },
          { title: 'VERSION', of: ({ version }) => version },
          { title: 'PROJECT', of: ({ projectId }) => projectId ?? '' },
          { title: 'CHANGED', of: ({ updatedAt }) => ago(updatedAt) },
        ],
        rows,
      );
    return exitCodes.done;
  },
});
