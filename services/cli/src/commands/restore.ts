import { answer, type Deployment } from '@gatecast/api-client';
import { artifactPaths } from '../artifact-paths.js';
import { artifactName, artifactReference } from '../artifact-reference.js';
import { command } from '../command.js';
import { conclude, decisionOptions, gatewaysOf } from '../decisions.js';
import { deploymentsOn } from '../deployments.js';
import { Failure, misused } from '../failure.js';

export const restore = command({
  name: 'restore',
  summary: 'Deploys an earlier deployment again.',
  details: 'Without --deployment it is what was undeployed last, or else the one before what is deployed now.',
  isDeciding: true,
  arguments: ['KIND/NAME'],
  options: {
    ...decisionOptions,
    deployment: { type: 'string', value: 'DEPLOYMENT', help: 'which one; for one gateway only' },
  },
  async run(invocation) {
    const { values, positionals, api } = invocation;
    const reference = artifactReference(positionals[0] as string);
    const gateways = gatewaysOf(values);
    if (values.deployment !== undefined && gateways.length > 1)
      throw misused('A deployment is for one gateway: with --deployment name one gateway only.');
    const earlier = await Promise.all(
      gateways.map(async (gatewayId) => {
        if (values.deployment !== undefined) return { deploymentId: values.deployment, gatewayId };
        const deployments = await deploymentsOn(api(), reference, gatewayId);
        const wanted =
          deployments.find(({ status }) => status === 'UNDEPLOYED') ?? deployments.find(({ status }) => status === 'ARCHIVED');
        if (wanted) return wanted;
        throw new Failure(`${artifactName(reference)} has no earlier deployment on ${gatewayId}: gatecast deploy makes one.`);
      }),
    );
    const decided: Deployment[] = [];
    for (const { deploymentId, gatewayId } of earlier) {
      const params = { path: { artifactId: reference.id, deploymentId }, query: { gatewayId } };
      decided.push(await answer(api().POST(artifactPaths(reference.kind).restore, { params })));
    }
    return conclude(invocation, reference, 'DEPLOYED', decided);
  },
});
