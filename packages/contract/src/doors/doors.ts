/** How a route is reached. Apart from the schemas, so that a command that sends one request need not load them. */
export interface Door {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Fastify form: `/index/jobs/:id`. */
  readonly path: string;
  /** Bearer token needed. */
  readonly auth: boolean;
  /** Where a shared instance is told which project is meant (docs/design/instances.md#user-daemon); absent: no project is. */
  readonly project?: 'query' | 'body';
}

/** The doors of every JSON route; `routes` adds schemas and prose to each. */
export const doors = {
  health: { method: 'GET', path: '/health', auth: false },
  status: { method: 'GET', path: '/health/status', auth: true, project: 'query' },
  shutdown: { method: 'POST', path: '/admin/shutdown', auth: true },
  index: { method: 'POST', path: '/index', auth: true, project: 'body' },
  indexAdd: { method: 'POST', path: '/index/add', auth: true, project: 'body' },
  indexPlan: { method: 'POST', path: '/index/plan', auth: true, project: 'body' },
  indexVerify: { method: 'POST', path: '/index/verify', auth: true, project: 'body' },
  indexRepair: { method: 'POST', path: '/index/repair', auth: true, project: 'body' },
  indexReset: { method: 'DELETE', path: '/index', auth: true, project: 'query' },
  folders: { method: 'GET', path: '/index/folders', auth: true, project: 'query' },
  folderRemove: { method: 'DELETE', path: '/index/folders', auth: true, project: 'query' },
  jobs: { method: 'GET', path: '/index/jobs', auth: true, project: 'query' },
  job: { method: 'GET', path: '/index/jobs/:id', auth: true, project: 'query' },
  jobCancel: { method: 'DELETE', path: '/index/jobs/:id', auth: true, project: 'query' },
  query: { method: 'POST', path: '/query', auth: true, project: 'body' },
  chunk: { method: 'GET', path: '/query/chunks/:id', auth: true, project: 'query' },
  projects: { method: 'GET', path: '/projects', auth: true },
  projectAdd: { method: 'POST', path: '/projects', auth: true },
  projectStatus: { method: 'GET', path: '/projects/:id/status', auth: true },
  projectRemove: { method: 'DELETE', path: '/projects/:id', auth: true },
} as const satisfies Record<string, Door>;

export type DoorId = keyof typeof doors;

/** The doors of event streams (`text/event-stream`). */
export const streamDoors = {
  events: { method: 'GET', path: '/index/events', auth: true, project: 'query' },
  jobEvents: { method: 'GET', path: '/index/jobs/:id/events', auth: true, project: 'query' },
} as const satisfies Record<string, Door>;

export type StreamDoorId = keyof typeof streamDoors;
