import type { DoctorReport } from '@agent-brain/contract/doctor';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { Command } from '../call/index.ts';
import { examine, gatherFacts, renderReport } from '../doctor/index.ts';
import { renderProblem } from '../render/index.ts';

export const doctor: Command<DoctorReport> = {
  spec: {
    description:
      'Look for what is wrong with this project, its instance and this machine, and say how to put it right. Changes nothing, asks no one outside.',
    examples: [
      { line: 'doctor', does: 'The whole report' },
      { line: "doctor --json | jq '.findings[].id'", does: 'Only what was found' },
    ],
    notes: ['Exit codes: 0 nothing critical, 1 a critical finding, 2 the doctor itself failed.'],
  },

  async run({ environment, globals, signal, now, terminal }) {
    const facts = await gatherFacts({ environment, project: globals.project, signal });
    const { report, failures, exitCode } = examine(facts, now());
    if (facts.locationError !== null) terminal.note(`No project here: ${facts.locationError.message}`);
    for (const failure of failures) terminal.warn(failure);
    if (globals.json && failures.length > 0) terminal.stderr.print(renderProblem(partialReport(failures)));
    // Its form is that of the doctor's own contract, with its own schema_version.
    return { data: report, exitCode, bare: true };
  },

  render: renderReport,
};

/** stdout has the report, as far as it goes. */
const partialReport = (failures: readonly string[]): AgentBrainError =>
  new AgentBrainError('INTERNAL', `The report is partial — ${failures.join('; ')}`, { data: { failures } });
