import { answer, type Deployment } from '@gatecast/api-client';
import { artifactPaths } from '../artifact-paths.js';
import { artifactName, artifactReference } from '../artifact-reference.js';
import { command } from '../command.js';
import { conclude, decisionOptions, gatewaysOf } from '../decisions.js';
import { deploymentsOn } from '../deployments.js';
import { Failure } from '../failure.js';

export const undeploy = command({
  name: 'undeploy',
  summary: 'Undeploys an artifact from gateways.',
  isDeciding: true,
  arguments: ['KIND/NAME'],
  options: decisionOptions,
  async run(invocation) {
    const { values, positionals, api } = invocation;
    const reference = artifactReference(positionals[0] as string);
    const gateways = gatewaysOf(values);
    // All are looked up before the first is told: a mistyped gateway must not leave half of it done.
    const current = await Promise.all(
      gateways.map(async (gatewayId) => {
        const deployments = await deploymentsOn(api(), reference, gatewayId);
        const deployed = deployments.find(({ status }) => status !== 'ARCHIVED' && status !== 'UNDEPLOYED');
        if (deployed) return deployed;
        throw new Failure(`${artifactName(reference)} is not deployed on ${gatewayId}: there is nothing to undeploy.`);
      }),
    );
    const decided: Deployment[] = [];
    for (const { deploymentId, gatewayId } of current) {
      const params = { path: { artifactId: reference.id, deploymentId }, query: { gatewayId } };
      decided.push(await answer(api().POST(artifactPaths(reference.kind).undeploy, { params })));
    }
    return conclude(invocation, reference, 'UNDEPLOYED', decided);
  },
});
