export { type AgentClient, agentClients, type ClientPlace, type Scope } from './agent-clients.ts';
export { applyRegistration } from './apply-registration.ts';
export { setInDocument } from './config-document.ts';
export { describeChange } from './describe-change.ts';
export { findRegistrations } from './find-registrations.ts';
export { findLaunchCommand } from './find-launch-command.ts';
export { isPassing, type LaunchCommand } from './launch-command.ts';
export { snippetOf } from './snippet.ts';
export { planInstall, planUninstall, type RegistrationPlan } from './plan-registration.ts';
