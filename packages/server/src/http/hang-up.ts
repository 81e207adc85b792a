import { AgentBrainError } from '@agent-brain/contract/errors';
import type { FastifyReply } from 'fastify';

/** Aborts when the client hangs up before it has its answer: nobody would read it. */
export function hangUpOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const reason = new AgentBrainError('JOB_CANCELLED', 'The client has closed the connection');
  reply.raw.once('close', () => controller.abort(reason));
  return controller.signal;
}
