export { AgentBrainError, type ErrorDetails, type FieldError, isAgentBrainError } from './agent-brain-error.ts';
export { catalogue, type CatalogueEntry, type ErrorCode, errorCodes } from './catalogue.ts';
export { errorKinds, type ErrorKind } from './kinds.ts';
export { isPause } from './pause.ts';
export { redactSecrets } from './redact.ts';
export { asAgentBrainError, fromProblem, type Problem, toProblem } from './problem.ts';
