export type { Connection, FollowOptions, Outlook } from './connection.ts';
export { EndpointConnection } from './endpoint-connection.ts';
export { ProjectConnection, type ProjectConnectionOptions } from './project-connection.ts';
