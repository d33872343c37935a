import { answer } from '@gatecast/api-client';
import { artifactPaths } from '../artifact-paths.js';
import { artifactReference } from '../artifact-reference.js';
import { command } from '../command.js';
import { conclude, decisionOptions, gatewaysOf } from '../decisions.js';

export const deploy = command({
  name: 'deploy',
  summary: 'Deploys an artifact, as it is now, to gateways: to all of them or, if one cannot be told, to none.',
  isDeciding: true,
  arguments: ['KIND/NAME'],
  options: {
    ...decisionOptions,
    base: { type: 'string', value: 'DEPLOYMENT', help: 'take the snapshot of this deployment again' },
    name: { type: 'string', value: 'TEXT', help: "the deployment's name, for people (default: deployment)" },
  },
  async run(invocation) {
    const { values, positionals, api } = invocation;
    const reference = artifactReference(positionals[0] as string);
    const { name = 'deployment', base = 'current' } = values;
    const params = { path: { artifactId: reference.id } };
    const body = { name, base, gatewayIds: [...gatewaysOf(values)] };
    const made = await answer(api().POST(artifactPaths(reference.kind).deployments, { params, body }));
    return conclude(invocation, reference, 'DEPLOYED', 'list' in made ? made.list : [made]);
  },
});
