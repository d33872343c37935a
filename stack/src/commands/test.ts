import { parseCLI, startVitest, type Vitest } from 'vitest/node';
import { findNatsServer, toolsFolder } from '../nats-server-program.js';
import { projectFolder } from '../project-folder.js';
import { runUntilStopped } from '../until-stopped.js';

/** `npm test`: runs the tests, all or those that `args` name, and ends with the line `N passed, N failed` (and `N skipped`, if any). Arguments are vitest's. */
export async function main(args: readonly string[]): Promise<void> {
  await runUntilStopped(async () => {
    // Said here, once and readably, rather than in the middle of the tests.
    await findNatsServer(toolsFolder, (line) => process.stderr.write(`${line}\n`));
    const { filter, options } = parseCLI(['vitest', 'run', ...args]);
    const vitest = await startVitest('test', filter, { ...options, run: true, watch: false, root: projectFolder });
    const counts = countTests(vitest);
    await vitest.close();
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
    await new Promise((resolve) => process.stdout.write(`${counts.passed} passed, ${counts.failed} failed${skipped}\n`, resolve));
    return counts.failed > 0 || counts.passed === 0 ? 1 : 0;
  });
}

/** A file that can't be run, and an error outside of any test, count as one failed test each. */
function countTests(vitest: Vitest): { passed: number; failed: number; skipped: number } {
  const counts = { passed: 0, failed: vitest.state.getUnhandledErrors().length, skipped: 0 };
  for (const module of vitest.state.getTestModules()) {
    let failedTests = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') counts.passed += 1;
      else if (state === 'failed') failedTests += 1;
      else counts.skipped += 1;
    }
    counts.failed += failedTests || (module.ok() ? 0 : 1);
  }
  return counts;
}
