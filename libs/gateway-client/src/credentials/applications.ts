import { Type } from '@gatecast/contracts';
import { reader, Text } from '../reading.js';
import type { ChangeReaders } from './changes.js';

const read = reader(
  'application.updated',
  Type.Object({
    applicationId: Text,
    applicationUuid: Text,
    applicationName: Text,
    applicationType: Text,
    mappings: Type.Array(Type.Object({ apiKeyUuid: Text })),
  }),
);

/** The event about an application: its keys are those that it names, as far as they are held (gateway protocol 1.5, 1.6). */
export const applicationEvents: ChangeReaders = {
  'application.updated': (payload) => {
    const said = read(payload);
    return {
      artifactId: '',
      entityId: said.applicationUuid,
      apply(transaction) {
        const held = new Set(transaction.apiKeys.all().map(({ uuid }) => uuid));
        transaction.applications.put({
          id: said.applicationUuid,
          handle: said.applicationId,
          name: said.applicationName,
          type: said.applicationType,
          apiKeyUuids: said.mappings.map(({ apiKeyUuid }) => apiKeyUuid).filter((uuid) => held.has(uuid)),
        });
        return 'applied';
      },
    };
  },
};
