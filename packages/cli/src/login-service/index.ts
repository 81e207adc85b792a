export { disableService, enableService, tellManager } from './change-service.ts';
export { planService, type PlanOptions, type ServicePlan } from './service-plan.ts';
export { readServiceState, type ServiceState } from './service-state.ts';
