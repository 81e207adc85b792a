import type { VersionResult } from '@agent-brain/contract/commands';
import { PRODUCT_VERSION, PROTOCOL_VERSION } from '@agent-brain/contract/version';
import type { Command } from '../call/index.ts';
import { renderFields } from '../render/index.ts';
import { printableLine } from '../terminal/index.ts';

interface Shown extends VersionResult {
  readonly short?: true;
}

export const version: Command<Shown> = {
  spec: {
    description: 'Show the version of this program and of what it runs on. `agent-brain --version` is one line.',
    examples: [
      { line: 'version', does: 'All versions' },
      { line: 'version --json', does: 'For a bug report' },
    ],
  },

  async run({ options, program, globals }) {
    const data: VersionResult = {
      version: PRODUCT_VERSION,
      protocol_version: PROTOCOL_VERSION,
      node: process.versions.node,
      platform: `${process.platform}-${process.arch}`,
      program,
    };
    return { data: options['short'] === true && !globals.json ? { ...data, short: true } : data };
  },

  render(data, view) {
    if (data.short === true) return `agent-brain ${data.version}`;
    const fields: [string, string][] = [
      ['protocol', data.protocol_version],
      ['node', `v${data.node}`],
      ['platform', data.platform],
      ['program', printableLine(data.program)],
    ];
    return `agent-brain ${data.version}\n${renderFields(fields, view)}`;
  },
};
