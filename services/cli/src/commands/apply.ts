import { artifactFilesUsage, readArtifactFiles } from '../apply/artifact-file.js';
import { perform, planOf, type Step } from '../apply/plan.js';
import { artifactName } from '../artifact-reference.js';
import { command } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { Failure, failureOf, misused } from '../failure.js';
import { ask } from '../prompt.js';
import { styled, type Terminal } from '../terminal.js';

const marks = { create: '+', change: '~', none: '=' } as const;
const colours = { '+': 'green', '-': 'red', '~': 'yellow', '=': 'dim', ' ': 'dim' } as const;
const done = { create: 'created', change: 'changed', none: '' } as const;

export const apply = command({
  name: 'apply',
  summary: 'Creates and changes artifacts as files want them; shows the difference first.',
  details: `${artifactFilesUsage}
Gateways get a change by the next deployment.`,
  isDeciding: true,
  arguments: [],
  options: {
    file: { type: 'string', short: 'f', multiple: true, value: 'PATH', help: 'a file or a folder' },
    yes: { type: 'boolean', short: 'y', help: 'do not ask' },
    'dry-run': { type: 'boolean', help: 'only show the difference' },
  },
  async run({ values, terminal, api }) {
    if (!values.file) throw misused('Say what to apply with -f PATH: a file or a folder.');
    const plan = await planOf(api(), readArtifactFiles(values.file));
    if (!values.json) showPlan(terminal, plan);
    const open = plan.filter(({ action }) => action !== 'none');
    const isApplied = open.length > 0 && !values['dry-run'] && (values.yes || (await isWanted()));
    if (isApplied) await performAll(open);
    if (values.json)
      terminal.json(
        plan.map(({ wanted: { kind, id, file }, action, difference }) => ({
          artifact: { kind, id },
          file,
          action,
          isApplied: isApplied && action !== 'none',
          difference: difference.map(({ mark, text }) => `${mark} ${text}`),
        })),
      );
    else if (!isApplied && open.length > 0) terminal.note('Nothing was changed.');
    return exitCodes.done;

    async function performAll(steps: readonly Step[]): Promise<void> {
      for (const [at, step] of steps.entries()) {
        try {
          await perform(api(), step);
        } catch (error) {
          const failure = failureOf(error);
          if (!failure) throw error;
          const before = `${at} of ${steps.length} had been applied before.`;
          throw new Failure(`${step.wanted.file}: ${failure.message}\n${before}`, failure.exitCode);
        }
        if (!values.json) terminal.line(`${artifactName(step.wanted)} ${done[step.action]}`);
      }
    }
  },
});

async function isWanted(): Promise<boolean> {
  const said = await ask(
    'Apply this? [y/N] ',
    'Nobody is there to be asked: say --yes to apply this, or --dry-run to see it only.',
  );
  return /^y(es)?$/i.test(said.trim());
}

function showPlan(terminal: Terminal, plan: readonly Step[]): void {
  for (const { wanted, action, difference } of plan) {
    terminal.line(styled(colours[marks[action]], `${marks[action]} ${artifactName(wanted)}`));
    for (const { mark, text } of difference) terminal.line('    ', styled(colours[mark], `${mark} ${text}`));
  }
  const count = (action: Step['action']) => plan.filter((step) => step.action === action).length;
  terminal.line(`${count('create')} to create, ${count('change')} to change, ${count('none')} as they should be.`);
}
