import { artifactReference } from '../artifact-reference.js';
import { command } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { evidenceOf } from '../why/evidence.js';
import { explain } from '../why/explanation.js';

export const why = command({
  name: 'why',
  summary: 'Says why a gateway serves an artifact or not: what was decided, when, by whom, and what the gateway said.',
  details: `An artifact that is gone is named by its UUID, as gatecast events shows it. With --json "standing" is one of in-step, waiting, refused,
unanswered, never-deployed, deleted.`,
  arguments: ['KIND/NAME', 'GATEWAY'],
  options: {},
  async run({ values, positionals, terminal, api }) {
    const [artifact, gatewayId] = positionals as [string, string];
    const evidence = await evidenceOf(api(), artifactReference(artifact), gatewayId);
    const { standing, sentences } = explain(evidence);
    const explanation = sentences.join(' ');
    if (values.json) terminal.json({ standing, explanation, ...evidence });
    else terminal.line(explanation);
    return exitCodes.done;
  },
});
