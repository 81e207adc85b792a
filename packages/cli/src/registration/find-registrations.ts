import { asAgentBrainError } from '@agent-brain/contract/errors';
import { agentClients, type ClientPlace } from './agent-clients.ts';
import { planUninstall, type RegistrationPlan } from './plan-registration.ts';

/**
 * The entries in the user's own settings of all clients, as plans to take them out. Files of projects may be committed
 * and belong to them.
 * @param onTrouble told of each file that cannot be read or changed
 */
export async function findRegistrations(
  environment: ClientPlace['environment'],
  existing: ClientPlace['existing'],
  onTrouble: (message: string) => void,
): Promise<RegistrationPlan[]> {
  const place: ClientPlace = { environment, existing, projectRoot: '' };
  const plans = await Promise.all(
    agentClients.map((client) =>
      planUninstall(client, 'user', place).catch((error: unknown) => {
        onTrouble(asAgentBrainError(error).message);
        return undefined;
      }),
    ),
  );
  return plans.filter((plan) => plan !== undefined).filter(({ action }) => action === 'remove');
}
