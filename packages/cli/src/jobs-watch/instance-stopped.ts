import { AgentBrainError } from '@agent-brain/contract/errors';

export const instanceStopped = (): AgentBrainError =>
  new AgentBrainError('SHUTTING_DOWN', 'The instance has ended the events — it is stopping', {
    hint: 'Jobs that have not ended go on with the next `agent-brain start`.',
  });
