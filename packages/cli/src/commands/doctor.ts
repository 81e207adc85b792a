import type { DoctorReport } from '@agent-brain/contract/doctor';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { Call, Command } from '../call/index.ts';
import { examine, type Facts, gatherFacts, renderReport, resetOrphans, silentHolders, terminateHolder } from '../doctor/index.ts';
import { renderProblem } from '../render/index.ts';
import { confirm } from '../terminal/index.ts';

export const doctor: Command<DoctorReport> = {
  spec: {
    description:
      'Look for what is wrong with this project, its instance, the user daemon and this machine, and say how to put it right. ' +
      'Without options it changes nothing and asks no one outside.',
    options: [
      { flags: '--reset', description: 'First end orphans: daemons of this user and home that have lost their lock. Never the active one' },
      { flags: '--terminate-holder', description: 'End the process that holds its lock and does not answer (F-015, F-102). Asks first' },
      { flags: '-y, --yes', description: 'Do not ask' },
    ],
    examples: [
      { line: 'doctor', does: 'The whole report' },
      { line: "doctor --json | jq '.data.findings[].id'", does: 'Only what was found' },
      { line: 'doctor --reset', does: 'End lost daemons, then the report' },
    ],
    notes: ['Exit codes: 0 nothing critical, 1 a critical finding, 2 the doctor itself failed.'],
  },

  async run(call) {
    const { globals, now, terminal } = call;
    const reset = call.options['reset'] === true ? await resetOrphans(call.environment, call.signal) : undefined;
    let facts = await gather(call);
    if (call.options['terminateHolder'] === true && (await terminate(facts, call))) facts = await gather(call);
    const { report, failures, exitCode } = examine(facts, now());
    if (facts.locationError !== null) terminal.note(`No project here: ${facts.locationError.message}`);
    for (const failure of failures) terminal.warn(failure);
    if (globals.json && failures.length > 0) terminal.stderr.print(renderProblem(partialReport(failures)));
    return { data: reset === undefined ? report : { ...report, reset }, exitCode };
  },

  render: renderReport,
};

const gather = ({ environment, globals, signal }: Call): Promise<Facts> => gatherFacts({ environment, project: globals.project, signal });

/** @returns whether something was ended */
async function terminate(facts: Facts, { terminal, options }: Call): Promise<boolean> {
  const holders = silentHolders(facts);
  if (holders.length === 0) terminal.note('Nobody holds a lock without an answer.');
  let ended = false;
  for (const holder of holders) {
    const who = `${holder.what}${holder.pid === null ? '' : ` (pid ${holder.pid})`}`;
    if (!(await confirm(terminal, `End ${who}, which does not answer?`, options['yes'] === true))) continue;
    if (await terminateHolder(holder)) terminal.note(`Ended ${who}.`);
    ended = true;
  }
  return ended;
}

/** stdout has the report, as far as it goes. */
const partialReport = (failures: readonly string[]): AgentBrainError =>
  new AgentBrainError('INTERNAL', `The report is partial — ${failures.join('; ')}`, { data: { failures } });
