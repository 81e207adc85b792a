export {
  projectQuerySchema,
  type ProjectRemoval,
  projectRegistrationSchema,
  projectRemovalSchema,
  projectStatusSchema,
  type ServedProject,
  type ServedProjectList,
  servedProjectListSchema,
  servedProjectSchema,
  type ServedProjectStatus,
} from './served-projects.ts';
